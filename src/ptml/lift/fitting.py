"""Fit the lift model: panel, nuisances, final stage, checks (docs/methods/lift.md)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.courses import course_features
from ptml.features.eligibility import eligibility
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.lift.basis import EffectBasis
from ptml.lift.config import LiftConfig
from ptml.lift.estimation import FinalStage, fit_final_stage, partial_out
from ptml.lift.modifiers import N_SLOPES, Modifiers, fit_modifiers
from ptml.lift.nuisance import Folds, cross_fit, employee_folds, predict_out_of_fold
from ptml.lift.panel import OTHER_QUARTERS, Panel, QuarterGrid, Starts
from ptml.lift.residuals import (
    PairSource,
    PropensityModels,
    fit_propensity,
    propensity,
    propensity_columns,
)
from ptml.lift.teams import team_shocks

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# What a person's own scores say enters only through the last one before the decision.
EXCLUDED_FAMILIES = ("performance",)


@dataclass(frozen=True)
class Covariates:
    """What both nuisances see of a person: (n, p) values, their names, which are categorical."""

    values: Float32Array
    names: tuple[str, ...]
    categorical: tuple[int, ...]


def covariates(people: FeatureMatrix, last_score: Float32Array) -> Covariates:
    """All person features but performance, and the last score before the decision."""
    kept = [
        k for k, family in enumerate(people.families) if family not in EXCLUDED_FAMILIES
    ]
    names = tuple(people.names[k] for k in kept)
    categorical = tuple(k for k, name in enumerate(names) if name in people.categorical)
    values = np.concatenate([people.values[:, kept], last_score[:, None]], axis=1)
    return Covariates(values.astype(np.float32), (*names, "last_score"), categorical)


@dataclass(frozen=True)
class Design:
    """The rows of the final stage, ready to be regressed.

    Attributes
    ----------
    y : (n,) float64
        Outcome change less its prediction, team shocks and other courses, points.
    plain : (n, n_plain) float64
        Residual doses by coefficient, treated alike.
    employee : (n,) int32
        Clusters.
    takers_course, takers_log_odds : (k,)
        Every start with its log odds of starting.
    """

    basis: EffectBasis
    y: FloatArray
    plain: FloatArray
    employee: IntArray
    takers_course: IntArray
    takers_log_odds: Float32Array


def residual_doses(
    source: PairSource,
    x: Covariates,
    course_values: Float32Array,
    fold: IntArray,
    models: PropensityModels,
    modifiers: Modifiers,
    people: FeatureMatrix,
) -> tuple[EffectBasis, Float32Array, IntArray, Float32Array]:
    """Sum residual doses of all courses for every row of the panel, block by block."""
    n_courses = source.eligible.shape[1]
    basis = EffectBasis(n_courses, len(modifiers.names), N_SLOPES)
    plain = np.empty((len(source.panel), basis.n_plain), dtype=np.float32)
    takers: list[tuple[IntArray, Float32Array]] = []
    for block in source.blocks():
        size = block.rows.stop - block.rows.start
        columns = propensity_columns(
            x.values[block.rows], block.pairs, block.row, course_values, block.course
        )
        log_odds = models.log_odds(columns, fold[block.rows][block.row])
        dose = np.zeros((size, n_courses), dtype=np.float32)
        dose[block.row, block.course] = block.started - propensity(log_odds)
        z = np.zeros((size, n_courses, basis.n_modifiers), dtype=np.float32)
        rows = (block.row + block.rows.start).astype(np.int32)
        z[block.row, block.course] = modifiers.standardise(block.pairs, people, rows)
        plain[block.rows] = basis.plain_design(dose, z)
        taken = block.started
        takers.append((block.course[taken], log_odds[taken].astype(np.float32)))
    course = np.concatenate([t[0] for t in takers])
    return basis, plain, course, np.concatenate([t[1] for t in takers])
