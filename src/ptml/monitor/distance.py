"""How far two distributions are apart, from counts in the same bins."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_LITTLE = 1e-4


def bin_edges(values: Doubles, n_bins: int = 40) -> Doubles:
    """Edges with about as many known values in each bin; a value that is frequent has its own."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return np.zeros(0)
    return np.unique(np.quantile(known, np.linspace(0, 1, n_bins + 1)[:-1], method="lower"))


def binned(values: Doubles, edges: Doubles) -> Doubles:
    """Counts in (below the first edge, the bins, unknown), (len(edges) + 2,) float64."""
    known = np.isfinite(values)
    place = np.searchsorted(edges, values[known], side="right")
    counts = np.bincount(place, minlength=len(edges) + 1).astype(np.float64)
    return np.append(counts, float((~known).sum()))


def shares(counts: Doubles) -> Doubles:
    """Counts (..., k) as shares of their sum."""
    return counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)


def largest_gap(one: Doubles, other: Doubles) -> Doubles:
    """Largest gap of the cumulative shares (Kolmogorov 1933, Smirnov 1939), unknown coming last.

    Parameters
    ----------
    one, other : (..., k) float64
        Counts in the same bins.

    Examples
    --------
    >>> float(largest_gap(np.array([5.0, 5.0]), np.array([0.0, 10.0])))
    0.5
    """
    gap = np.cumsum(shares(one), axis=-1) - np.cumsum(shares(other), axis=-1)
    return np.asarray(np.abs(gap).max(axis=-1))


def stability_index(one: Doubles, other: Doubles) -> Doubles:
    """Population stability index: ``sum (p - q) log(p / q)`` (Jeffreys 1946).

    >>> float(stability_index(np.array([5.0, 5.0]), np.array([5.0, 5.0])))
    0.0
    """
    p, q = (np.maximum(shares(counts), _LITTLE) for counts in (one, other))
    return np.asarray(((p - q) * np.log(p / q)).sum(axis=-1))


def jensen_shannon(one: Doubles, other: Doubles) -> Doubles:
    """Square root of the Jensen-Shannon divergence in bits (Lin 1991), 0-1.

    >>> float(jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0]))) > 0.99
    True
    """
    p, q = (np.maximum(shares(counts), 1e-12) for counts in (one, other))
    middle = (p + q) / 2
    divergence = (p * np.log2(p / middle) + q * np.log2(q / middle)).sum(axis=-1) / 2
    return np.asarray(np.sqrt(np.maximum(divergence, 0)))
