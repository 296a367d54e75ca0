"""How far shares of small groups are pulled towards what is expected of them: empirical Bayes."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

FloatArray = NDArray[np.float64]

_STRENGTHS = 2.0 ** np.arange(0, 17)
# Groups that the strength is learnt from, at the most: it is one number, and many cells cost time.
_CELLS = 2_000_000


def prior_strength(counts: FloatArray, mean: FloatArray) -> float:
    """Find the number of average cases to add to each group.

    Parameters
    ----------
    counts : (n_groups, n_kinds)
        Cases of each kind in each group; weighted counts are allowed.
    mean : (n_kinds,) or (n_groups, n_kinds)
        Expected shares, everybody's or each group's; they add up to 1.

    Returns
    -------
    float
        A power of 2 up to 65,536: large where groups do not differ beyond chance.

    Notes
    -----
    The strength at which the Dirichlet-multinomial likelihood of the counts, with the expected
    shares as its mean, is largest (Minka 2000, Estimating a Dirichlet distribution). Two kinds make
    it the beta-binomial.

    Examples
    --------
    >>> prior_strength(np.array([[30.0, 0.0], [0.0, 30.0]]), np.array([0.5, 0.5]))
    1.0
    >>> prior_strength(np.array([[15.0, 15.0], [15.0, 15.0]]), np.array([0.5, 0.5]))
    65536.0
    """
    if mean.ndim == 1:
        occurs = mean > 0
        groups, times = np.unique(counts[:, occurs], axis=0, return_counts=True)
        expected = np.broadcast_to(mean[occurs], groups.shape)
    else:
        groups, expected = counts, mean
        times = np.ones(len(groups), dtype=np.int64)
    step = max(groups.size // _CELLS, 1)
    groups, expected, times = groups[::step], expected[::step], times[::step]
    # A kind that is not expected has no cases either, and adds nothing at a tiny expectation.
    expected = np.maximum(expected, np.finfo(np.float64).tiny)
    n = groups.sum(axis=1)
    likelihood = []
    for strength in _STRENGTHS:
        prior = strength * expected
        kinds = (gammaln(groups + prior) - gammaln(prior)).sum(axis=1)
        likelihood.append(times @ (gammaln(strength) - gammaln(n + strength) + kinds))
    return float(_STRENGTHS[np.argmax(likelihood)])


def shrunk(counts: FloatArray, mean: FloatArray, strength: float) -> FloatArray:
    """Shares of each group with `strength` average cases added, (n_groups, n_kinds)."""
    n = counts.sum(axis=1, keepdims=True)
    return np.asarray((counts + strength * mean) / (n + strength), dtype=np.float64)
