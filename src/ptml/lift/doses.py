"""Residual doses: what of a row's courses its covariates did not foretell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.matrix import FeatureMatrix
from ptml.lift.basis import EffectBasis
from ptml.lift.modifiers import N_SLOPES, Modifiers
from ptml.lift.pairs import PairSource, PropensityModels, propensity, propensity_columns

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

# Pairs that are kept for the checks; rows stand in random order, so the first are a sample.
SAMPLE_PAIRS = 1_500_000


@dataclass(frozen=True)
class PairSample:
    """Pairs of the first rows of the panel: row, course, dose (m,) and modifiers (m, k)."""

    row: IntArray
    course: IntArray
    started: NDArray[np.bool_]
    dose: Float32Array
    modifiers: Float32Array


@dataclass(frozen=True)
class Doses:
    """Residual doses of all rows.

    Attributes
    ----------
    plain : (n, n_plain) float32
        Summed over courses, by coefficient of ``basis``.
    takers_course, takers_log_odds : (k,)
        Every start with its out-of-fold log odds.
    sample : PairSample
    """

    basis: EffectBasis
    plain: Float32Array
    takers_course: IntArray
    takers_log_odds: Float32Array
    sample: PairSample


def residual_doses(
    source: PairSource,
    x: Float32Array,
    course_values: Float32Array,
    fold: IntArray,
    models: PropensityModels,
    modifiers: Modifiers,
    people: FeatureMatrix,
) -> Doses:
    """Sum the residual doses of every row of the panel, block by block."""
    n_courses = source.at_risk.shape[1]
    basis = EffectBasis(n_courses, len(modifiers.names), N_SLOPES)
    plain = np.empty((len(source.panel), basis.n_plain), dtype=np.float32)
    takers: list[tuple[IntArray, Float32Array]] = []
    sample: list[PairSample] = []
    n_sampled = 0
    for block in source.blocks():
        columns = propensity_columns(
            x[block.rows], block.pairs, block.row, course_values, block.course
        )
        log_odds = models.log_odds(columns, fold[block.rows][block.row])
        residual = (block.started - propensity(log_odds)).astype(np.float32)
        row = (block.row + block.rows.start).astype(np.int32)
        z = modifiers.standardise(block.pairs, people, row)
        size = block.rows.stop - block.rows.start
        dose = np.zeros((size, n_courses), dtype=np.float32)
        dose[block.row, block.course] = residual
        dense = np.zeros((size, n_courses, basis.n_modifiers), dtype=np.float32)
        dense[block.row, block.course] = z
        plain[block.rows] = basis.plain_design(dose, dense)
        takers.append((block.course[block.started], log_odds[block.started].astype(np.float32)))
        if n_sampled < SAMPLE_PAIRS:
            sample.append(PairSample(row, block.course, block.started, residual, z))
            n_sampled += len(row)
    return Doses(
        basis,
        plain,
        np.concatenate([course for course, _ in takers]),
        np.concatenate([odds for _, odds in takers]),
        _joined(sample),
    )


def _joined(parts: list[PairSample]) -> PairSample:
    return PairSample(
        np.concatenate([p.row for p in parts]),
        np.concatenate([p.course for p in parts]),
        np.concatenate([p.started for p in parts]),
        np.concatenate([p.dose for p in parts]),
        np.concatenate([p.modifiers for p in parts]),
    )
