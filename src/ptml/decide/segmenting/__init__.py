"""Rules of segments as data: conditions over named facts that an HR department can change."""
