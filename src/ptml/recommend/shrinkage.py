"""How far shares of small groups are pulled towards everybody's: empirical Bayes."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

FloatArray = NDArray[np.float64]

_STRENGTHS = 2.0 ** np.arange(0, 17)


def prior_strength(counts: FloatArray, mean: FloatArray) -> float:
    """Find the number of average cases to add to each group.

    Parameters
    ----------
    counts : (n_groups, n_kinds)
        Cases of each kind in each group; weighted counts are allowed.
    mean : (n_kinds,)
        Everybody's shares; they add up to 1.

    Returns
    -------
    float
        A power of 2 up to 65,536: large where groups do not differ beyond chance.

    Notes
    -----
    The strength at which the Dirichlet-multinomial likelihood of the counts, with everybody's
    shares as its mean, is largest (Minka 2000, Estimating a Dirichlet distribution). Two kinds make
    it the beta-binomial.

    Examples
    --------
    >>> prior_strength(np.array([[30.0, 0.0], [0.0, 30.0]]), np.array([0.5, 0.5]))
    1.0
    >>> prior_strength(np.array([[15.0, 15.0], [15.0, 15.0]]), np.array([0.5, 0.5]))
    65536.0
    """
    occurs = mean > 0
    groups, times = np.unique(counts[:, occurs], axis=0, return_counts=True)
    n = groups.sum(axis=1)
    likelihood = []
    for strength in _STRENGTHS:
        prior = strength * mean[occurs]
        kinds = (gammaln(groups + prior) - gammaln(prior)).sum(axis=1)
        likelihood.append(times @ (gammaln(strength) - gammaln(n + strength) + kinds))
    return float(_STRENGTHS[np.argmax(likelihood)])


def shrunk(counts: FloatArray, mean: FloatArray, strength: float) -> FloatArray:
    """Shares of each group with `strength` average cases added, (n_groups, n_kinds)."""
    n = counts.sum(axis=1, keepdims=True)
    return np.asarray((counts + strength * mean) / (n + strength), dtype=np.float64)
