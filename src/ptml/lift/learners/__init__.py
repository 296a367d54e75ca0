"""Effects that vary: R and DR behind one interface, believed as far as held-out data ask."""
