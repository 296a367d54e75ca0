"""Team portraits: what a unit is good at, what it lacks, and what hangs on one person."""
