"""Shapley contributions of the features on the way to a leaf, for every pattern of them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

# Numbers that are worked on at a time: bounds memory.
_BLOCK_NUMBERS = 4_000_000


def pattern_contributions(unknown: Doubles, value: Doubles) -> Doubles:
    r"""Work out what each feature contributes to a leaf, for each pattern of those that fit.

    A leaf speaks with its value where all d features on its way fit; a feature that is not known
    lets the share :math:`z_j` of the training rows through. The Shapley value of feature i is

    .. math:: v (o_i - z_i) \int_0^1 \prod_{j \ne i} (o_j t + z_j (1 - t)) dt

    because the weight of a coalition of k of the others is :math:`\int t^k (1 - t)^{d - 1 - k} dt`.
    The integrand is a polynomial of degree d - 1: Gauss and Legendre's rule with half as many
    points is exact, and all its terms are positive, so that nothing cancels out.

    Parameters
    ----------
    unknown : (n, d) float64
        z, of n leaves with d features each.
    value : (n,) float64
        v.

    Returns
    -------
    (n, 2^d, d) float64
        Pattern s has the features that fit (o = 1) as bits: feature j fits where ``s >> j & 1``.

    References
    ----------
    Lundberg et al. (2020), From local explanations to global understanding with explainable AI for
    trees, Nature Machine Intelligence 2 (path-dependent expectations).
    """
    n, d = unknown.shape
    fits = (np.arange(2**d)[:, None] >> np.arange(d)) & 1
    size = max(1, _BLOCK_NUMBERS // (2**d * d * _n_points(d)))
    out = np.empty((n, 2**d, d))
    for begin in range(0, n, size):
        part = slice(begin, begin + size)
        out[part] = _of_some(fits, unknown[part], value[part])
    return out


def _of_some(fits: NDArray[np.int64], unknown: Doubles, value: Doubles) -> Doubles:
    point, weight = _rule(_n_points(fits.shape[1]))
    z = unknown[:, None, :, None]
    factor = fits[None, :, :, None] * point + z * (1 - point)
    before, after = np.ones_like(factor), np.ones_like(factor)
    np.cumprod(factor[:, :, :-1], axis=2, out=before[:, :, 1:])
    after[:, :, :-1] = np.cumprod(factor[:, :, :0:-1], axis=2)[:, :, ::-1]
    mean = (before * after * weight).sum(axis=3)
    return value[:, None, None] * (fits - unknown[:, None]) * mean


def _n_points(d: int) -> int:
    return (d + 1) // 2


@cache
def _rule(n_points: int) -> tuple[Doubles, Doubles]:
    point, weight = np.polynomial.legendre.leggauss(n_points)
    return (point + 1) / 2, weight / 2
