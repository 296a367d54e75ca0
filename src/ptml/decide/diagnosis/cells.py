"""The cause in each unit and competency: a gap is a matter of skill only where the unit's is."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ptml.decide.causes import CAUSES, cause_codes
from ptml.decide.diagnosis.unit_evidence import UnitEvidence
from ptml.decide.unit_signs import UnitSigns

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_CAPABILITY, _ENVIRONMENT, _MOTIVATION, _MIXED, _UNCLEAR = (
    CAUSES.index(name) for name in ("capability", "environment", "motivation", "mixed", "unclear")
)


@dataclass(frozen=True, eq=False)
class Cells:
    """Units by competencies, (n_units, n_competencies) each.

    Attributes
    ----------
    levels : float64
        Mean gap, by importance.
    cause : int64
        Position in ``CAUSES``.
    strength : float64
        Probability of the cause; NaN where rules of thresholds decided.
    is_needed : bool
        The gap is more likely than not large enough to matter.
    trainees : tuple of str
        By competency, what is known of those who took a course in it, JSON.
    """

    levels: FloatArray
    cause: NDArray[np.int64]
    strength: FloatArray
    is_needed: BoolArray
    trainees: tuple[str, ...] = field(default=())


def cells_by_rule(levels: FloatArray, is_large: BoolArray, signs: UnitSigns) -> Cells:
    """Thresholds: a large gap, low performance, and no sign of the environment."""
    may_be_skill = (signs.low_performance & ~signs.environment)[:, None]
    environment, motivation = (
        np.broadcast_to(sign[:, None], is_large.shape)
        for sign in (signs.environment, signs.motivation)
    )
    cause = cause_codes(is_large & may_be_skill, environment, motivation)
    nothing = ("null",) * levels.shape[1]
    return Cells(levels, cause, np.full(levels.shape, np.nan), is_large, nothing)


def cells_by_evidence(
    levels: FloatArray,
    error: FloatArray,
    away: FloatArray,
    evidence: UnitEvidence,
    gap_levels: float,
) -> Cells:
    """Evidence: how sure the gap is, that the unit is below target, and what else holds it back.

    Parameters
    ----------
    levels, error : (n_units, n_competencies) float64
        Mean gap and its standard error.
    away : (n_units,) float64
        How far the unit's mean score is below target, in standard errors; NaN = unknown.
    """
    has_gap = ndtr((levels - gap_levels) / error)
    is_low = np.where(np.isfinite(away), ndtr(np.nan_to_num(away)), 0.5)[:, None]
    other = evidence.shares[:, [_ENVIRONMENT, _MOTIVATION]].sum(axis=1)[:, None]
    skill = has_gap * is_low * (1 - other)
    named = np.isin(evidence.cause, [_ENVIRONMENT, _MOTIVATION])[:, None]
    is_mixed = (evidence.cause == _MIXED)[:, None] & (has_gap >= evidence.least_strength)
    is_skill = skill >= evidence.least_strength
    whole = np.broadcast_to(evidence.cause[:, None], levels.shape)
    strength = np.broadcast_to(evidence.strength[:, None], levels.shape)
    rest = np.where(is_skill, _CAPABILITY, np.where(is_mixed, _MIXED, _UNCLEAR))
    return Cells(
        levels=levels,
        cause=np.where(named, whole, rest).astype(np.int64),
        strength=np.where(named | (is_mixed & ~is_skill), strength, skill),
        is_needed=has_gap >= evidence.least_strength,
        trainees=evidence.trainees,
    )
