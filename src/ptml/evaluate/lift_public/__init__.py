"""Lift on public data with a known answer: LaLonde, IHDP, ACIC 2016, Hillstrom."""
