"""Quantiles of the normal distribution that intervals and one-sided bounds are made of."""

Z_ONE_SIDED_90, Z_90, Z_95 = 1.2815515655446004, 1.6448536269514722, 1.959963984540054
