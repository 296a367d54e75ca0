"""Learning paths against simulated truth: the search beside simpler ways to lay a path."""
