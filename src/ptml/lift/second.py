"""A second design beside the first: scores before the decision as covariates, not as a base.

The first design takes differences and leaves a person's own scores out; this one takes the outcome
as it is and lets five scores before the decision into both nuisances (doubly robust, many lags).
They go wrong in different ways: the first where groups drift apart, the second where people are
sent for what their scores do not show. Where they disagree beyond their errors, neither is believed
alone.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.lift.baseline import Baseline, Covariates
from ptml.lift.estimation import Estimate
from ptml.lift.exposure import LAGS, expected_exposure
from ptml.lift.moments import contrast
from ptml.lift.pooled import Figure, effect_by_course, pooled_effect
from ptml.lift.study import Study
from ptml.lift.tilt import fit_propensity

FloatArray = NDArray[np.float64]

N_LAGS = 5


@dataclass(frozen=True)
class Disagreement:
    """Second design less first.

    Attributes
    ----------
    first, second, difference : Figure
        Over all courses, points.
    by_course, error : (n_courses,) float64
        The difference of each course, pulled towards that of all, and its error.
    of_first, of_second : (n_courses,) float64
        Each design's own figure of each course; NaN without takers.
    """

    first: Figure
    second: Figure
    difference: Figure
    by_course: FloatArray
    error: FloatArray
    of_first: FloatArray
    of_second: FloatArray


def second_design(study: Study, found: Estimate, seed: int) -> Disagreement:
    """Estimate every course again by many lags, on the same takers and controls."""
    n = study.decisions.n_panel
    quarter, rows = study.decisions.quarter, study.decisions.rows
    lags = np.stack(
        [study.setting.grid.at(rows.employee, quarter - k) for k in range(1, N_LAGS + 1)], axis=1
    )
    sample, covariates = study.sample, study.covariates
    row = sample.row[sample.compared]
    columns = np.concatenate([study.columns, lags[row]], axis=1)
    fold = covariates.folds.of_employee[rows.employee[row]]
    propensity = fit_propensity(
        sample,
        columns,
        study.pair_categorical,
        fold,
        covariates.folds,
        covariates.config,
        seed + 1_000,
    )
    wider = replace(covariates, x=np.concatenate([covariates.x, lags[:n]], axis=1))
    residual = _level_residual(study.baseline, wider, found.lift[sample.started])
    evidence = study.evidence
    against = contrast(sample, propensity.odds, covariates.weight)
    first = evidence.of_contrast(found.residual, found.lift)
    second = evidence.of_contrast(residual, found.lift)
    of_first, _, size = effect_by_course(evidence, evidence.contrast, first)
    of_second, _, _ = effect_by_course(evidence, against, second)
    # The same pairs under two weights: their difference is one score a pair.
    weight = np.where(evidence.contrast.weight != 0, evidence.contrast.weight, 1.0)
    apart = second * against.weight / weight - first
    difference = pooled_effect(evidence, evidence.contrast, apart)
    value, error, _ = effect_by_course(evidence, evidence.contrast, apart)
    shrunk, shrunk_error = _pulled(value, error, size, difference)
    return Disagreement(
        first=pooled_effect(evidence, evidence.contrast, first),
        second=pooled_effect(evidence, against, second),
        difference=difference,
        by_course=shrunk,
        error=shrunk_error,
        of_first=of_first,
        of_second=of_second,
    )


def _level_residual(base: Baseline, covariates: Covariates, lift: FloatArray) -> FloatArray:
    """Outcome without any course, less what lags and covariates foretell of it, (n,)."""
    exposure = np.where(np.array(LAGS) > 0, expected_exposure((1, 2), ()), 0.0)
    levelled = replace(base, covariates=covariates)
    panel = base.panel
    believed = base.other.around(panel, lift, (0,))[:, 0]
    believed = believed + base.other.around(panel, lift, LAGS) @ exposure
    outcome = panel.outcome - believed
    return levelled.without_teams(outcome - levelled.covariates.foretold(outcome))


def _pulled(
    value: FloatArray, error: FloatArray, size: FloatArray, mean: Figure
) -> tuple[FloatArray, FloatArray]:
    """Pull each course's difference towards the mean one as far as differences are noise."""
    # Below ten takers a course's own error says little; such a course differs as all do.
    known = np.isfinite(value) & (size >= 10) & (error > 0)
    if known.sum() < 3:
        return np.full(len(value), mean.value), np.full(len(value), mean.error)
    spread = max(float(np.mean((value[known] - mean.value) ** 2 - error[known] ** 2)), 0.0)
    safe = np.where(known, error, np.inf)
    share = spread / (spread + safe**2)
    pulled = mean.value + share * (np.where(known, value, mean.value) - mean.value)
    own = spread * (1 - share)
    return pulled, np.sqrt(own + (1 - share) ** 2 * mean.error**2)
