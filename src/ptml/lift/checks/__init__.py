"""Checks that come with every lift model: a figure, a bound, a verdict and what to draw."""
