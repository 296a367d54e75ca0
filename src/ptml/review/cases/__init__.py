"""Flagged completions as cases: brought in from a run, listed, looked at, decided."""
