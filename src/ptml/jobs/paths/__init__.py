"""Learning paths as a run lays them: what may be offered, the solver, tables of what was found."""
