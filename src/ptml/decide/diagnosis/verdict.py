"""From losses to a cause with its strength: how many readings of the evidence say so.

The evidence allows many readings of what a person or a unit loses to which matter; each reading
gives a cause by one rule, and the strength of a cause is the share of readings that give it. The
readings are the same fixed points of a quasi-random sequence for everybody, so nothing is drawn by
lot and the same evidence has the same strength.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from ptml.contracts.outputs import CAUSES
from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.parts import MATTERS, Losses

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CAUSE_OF_MATTER = np.array([CAUSES.index(c) for c in ("capability", "motivation", "environment")])
MIXED, UNCLEAR = CAUSES.index("mixed"), CAUSES.index("unclear")
_BLOCK = 2048


@dataclass(frozen=True, eq=False)
class Verdict:
    """What holds rows back.

    Attributes
    ----------
    cause : (n,) int64
        Position in ``CAUSES``.
    strength : (n,) float64
        Share of readings that give the cause; of ``unclear`` the largest share of any other.
    shares : (n, len(CAUSES)) float64
        Share of readings that give each cause.
    first : (n,) int64
        Position in ``MATTERS`` of what to ask about first.
    """

    cause: IntArray
    strength: FloatArray
    shares: FloatArray
    first: IntArray


def verdict(losses: Losses, config: DiagnosisConfig, least_points: float = 0.0) -> Verdict:
    """Count readings.

    Parameters
    ----------
    least_points : float
        Readings in which less than this is lost in all say nothing (``unclear``).
    """
    n = len(losses.rest)
    shares = np.zeros((n, len(CAUSES)))
    for start in range(0, n, _BLOCK):
        block = slice(start, start + _BLOCK)
        shares[block] = _counted(losses.take(np.arange(n)[block]), config, least_points)
    named = np.where(np.arange(len(CAUSES)) == UNCLEAR, 0, shares)
    best = named.argmax(axis=1)
    strength = named.max(axis=1, initial=0.0)
    cause = np.where(strength >= config.least_strength, best, UNCLEAR)
    first = (losses.expected + _share_of_rest(losses)[:, :-1]).argmax(axis=1)
    return Verdict(cause.astype(np.int64), strength, shares, _asked(cause, first))


def cause_of_losses(lost: FloatArray, main_share: float, least_points: float) -> IntArray:
    """The cause of one reading: position in ``CAUSES``, (...,).

    Parameters
    ----------
    lost : (..., len(MATTERS) + 1) float64
        Points lost to each matter, and to what is none of them.

    Notes
    -----
    One matter is the cause when it makes up `main_share` of all that is lost; else, where the
    matters together make up as much, it is mixed; else nothing is clear.
    """
    loses = np.maximum(lost, 0)
    total = loses.sum(axis=-1)
    share = loses / np.maximum(total, 1e-12)[..., None]
    main = share[..., :-1].argmax(axis=-1)
    is_main = share[..., :-1].max(axis=-1) >= main_share
    is_mixed = share[..., :-1].sum(axis=-1) >= main_share
    found = np.where(is_main, CAUSE_OF_MATTER[main], np.where(is_mixed, MIXED, UNCLEAR))
    return np.where(total > least_points, found, UNCLEAR).astype(np.int64)


def _counted(losses: Losses, config: DiagnosisConfig, least_points: float) -> FloatArray:
    known, chance = _points(config.draws)
    measured = losses.expected[:, None, :] + known * losses.error[:, None, :]
    # What the measures overstate, the rest makes up for: the score itself is known.
    rest = losses.rest[:, None] - (measured - losses.expected[:, None, :]).sum(axis=2)
    if losses.hidden.sum() == 0:
        lost = np.concatenate([measured, np.zeros((*rest.shape, 1))], axis=2)
    else:
        drawn = chance * np.sqrt(losses.hidden)
        weight = losses.hidden / losses.hidden.sum()
        hidden = drawn + (rest - drawn.sum(axis=1))[:, :, None] * weight
        lost = hidden
        lost[:, :, :-1] += measured
    causes = cause_of_losses(lost, config.main_share, least_points)
    return np.stack([(causes == code).mean(axis=1) for code in range(len(CAUSES))], axis=1)


@lru_cache(maxsize=4)
def _points(n: int) -> tuple[FloatArray, FloatArray]:
    """Normal points of a fixed sequence: of what is measured, and of what is hidden."""
    k = len(MATTERS)
    sobol = qmc.Sobol(2 * k + 1, scramble=False)
    # The first point lies in the corner and has no normal value.
    uniform = sobol.random(2 ** int(np.ceil(np.log2(n + 1))))[1 : n + 1]
    normal = ndtri(np.clip(uniform, 1e-9, 1 - 1e-9))
    return normal[:, :k], normal[:, k:]


def _share_of_rest(losses: Losses) -> FloatArray:
    total = max(losses.hidden.sum(), 1e-12)
    return losses.rest[:, None] * losses.hidden / total


def _asked(cause: IntArray, first: IntArray) -> IntArray:
    """What to ask first: the cause, where it is one matter, else what most is likely lost to."""
    named = cause[:, None] == CAUSE_OF_MATTER
    return np.where(named.any(axis=1), named.argmax(axis=1), first).astype(np.int64)
