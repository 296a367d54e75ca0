"""How likely a figure is if nothing has changed, from what it was at earlier looks."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Doubles = NDArray[np.float64]

# Of a normal distribution: the median absolute deviation times this is its standard deviation.
MAD_TO_SD = 1.4826
# Kolmogorov's distribution, of distances times sqrt(n m / (n + m)): mean and standard deviation.
KOLMOGOROV_MEAN, KOLMOGOROV_SD = 0.8687, 0.2603
# A tail that is guessed from a dozen earlier looks is no thinner than Student's with these.
_LEAST_DF, _MOST_DF = 3, 12
_LEAST_RHO = 0.002


def robust_spread(values: Doubles) -> float:
    """Standard deviation by the median absolute deviation; the larger one of it and half the usual.

    >>> robust_spread(np.array([1.0, 2.0, 3.0, 4.0, 100.0])) < 30
    True
    """
    if len(values) < 2:
        return 0.0
    by_median = MAD_TO_SD * float(np.median(np.abs(values - np.median(values))))
    return max(by_median, 0.5 * float(np.std(values, ddof=1)))


def above_past(value: float, past: Doubles, centre: float, spread: float) -> float:
    """Probability that the next figure is at least ``value``, given those of earlier looks.

    Student's predictive distribution (Geisser 1993) on the median and a robust spread, which are
    no smaller than ``centre`` and ``spread``: what chance alone gives.
    """
    n = len(past)
    middle = max(float(np.median(past)) if n else centre, centre)
    width = max(robust_spread(past), spread) * np.sqrt(1 + 1 / max(n, 1))
    df = min(max(n - 1, _LEAST_DF), _MOST_DF)
    return float(stats.t.sf((value - middle) / max(width, 1e-12), df))


def count_tails(count: float, mean: float, dispersion: float) -> tuple[float, float]:
    """Probabilities of as few, and of as many, of a negative binomial count.

    ``variance = mean + dispersion x mean^2``.

    >>> low, high = count_tails(0, 20.0, 0.05)
    >>> low < 0.001 < high
    True
    """
    mean, size = max(mean, 1e-9), 1 / max(dispersion, 1e-6)
    law = stats.nbinom(size, size / (size + mean))
    return float(law.cdf(count)), float(law.sf(count - 1))


def share_tail(hits: int, n: int, past_hits: Doubles, past_n: Doubles) -> float:
    """Probability of at least so many hits of n, by the shares of earlier looks.

    Beta-binomial; its spread between looks by moments, no smaller than a little.
    """
    total, size = float(past_hits.sum()), float(past_n.sum())
    share = (total + 0.5) / (size + 1)
    rates = (past_hits + 0.5 * share) / (past_n + 0.5)
    chance = float(np.mean(share * (1 - share) / np.maximum(past_n, 1))) if len(past_n) else 0.0
    spread = float(np.var(rates, ddof=1)) if len(rates) > 1 else 0.0
    rho = (spread - chance) / max(share * (1 - share), 1e-12)
    rho = min(max(rho, _LEAST_RHO), 0.5)
    strength = min(1 / rho - 1, size + 1)
    law = stats.betabinom(n, share * strength, (1 - share) * strength)
    return float(law.sf(hits - 1))
