"""A second design beside the first: scores before the decision as covariates, not as a base.

The first design takes differences and leaves a person's own scores out; this one takes the outcome
as it is and lets five scores before the decision into both nuisances (doubly robust, many lags).
They go wrong in different ways: the first where groups drift apart, the second where people are
sent for what their scores do not show. Where they disagree beyond their errors, neither is believed
alone.

Scores before the decision foretell much of the outcome, so the second design is the sharper one;
the first is the one without bias where people differ in what no score shows. `levelled` takes of
each what it is good at: differences between people and courses by many lags, at the level of the
first design.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.lift.baseline import Baseline, Covariates
from ptml.lift.config import LiftConfig
from ptml.lift.estimation import Compared, Comparison, Estimate
from ptml.lift.exposure import LAGS, expected_exposure
from ptml.lift.moments import Contrast, contrast
from ptml.lift.pooled import Figure, effect_by_course, pooled_effect
from ptml.lift.study import Study
from ptml.lift.tilt import Propensity, fit_propensity

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Disagreement:
    """Second design less first: positive where many lags give the larger lift.

    Attributes
    ----------
    first, second, difference : Figure
        Over all courses, points.
    by_course, error : (n_courses,) float64
        The difference of each course, pulled towards that of all, and its error.
    spread : float
        Standard deviation of differences between courses, points.
    of_first, of_second : (n_courses,) float64
        Each design's own figure of each course; NaN without takers.
    """

    first: Figure
    second: Figure
    difference: Figure
    by_course: FloatArray
    error: FloatArray
    spread: float
    of_first: FloatArray
    of_second: FloatArray


@dataclass(frozen=True)
class SecondDesign:
    """The second design's view of the pairs of the contrast.

    Attributes
    ----------
    contrast : Contrast
        The same pairs, weighted by its own propensity.
    y : (p,) float64
        Outcome of each without all other courses, less its expectation, points.
    residual : (n,) float64
        Of the panel's rows, without any course.
    propensity : Propensity
    apart : Disagreement
        From the first design.
    """

    contrast: Contrast
    y: FloatArray
    residual: FloatArray
    propensity: Propensity
    apart: Disagreement

    def levelled(self, evidence: Comparison, growth: float) -> Compared:
        """Outcomes by many lags, takers' moved to the level of the first design, course by course.

        A course's move is pulled towards the mean one as far as differences are noise; its error
        goes into the interval.

        Parameters
        ----------
        growth : float
            What takers grow more than controls without any course: taken out of the level, points.
        """
        beside = replace(evidence, contrast=self.contrast)
        above = self.apart.by_course[self.contrast.course] + growth
        moved = np.where(self.contrast.is_taker, above, 0.0)
        return Compared(beside, self.y - moved, self.residual)


def second_design(study: Study, found: Estimate, config: LiftConfig, seed: int) -> SecondDesign:
    """Estimate every course again by many lags, on the same takers and controls."""
    n = study.decisions.n_panel
    quarter, rows = study.decisions.quarter, study.decisions.rows
    sample, covariates = study.sample, study.covariates
    row = sample.row[sample.compared]
    fold = covariates.folds.of_employee[rows.employee[row]]
    propensity = fit_propensity(
        sample,
        study.columns,
        study.pair_categorical,
        quarter[row],
        study.setting.grid.reach,
        fold,
        covariates.folds,
        config,
        seed + 1_000,
    )
    panel = study.setting.panel
    wider = replace(
        covariates, x=np.concatenate([covariates.x, study.lags[:n]], axis=1), config=config
    ).stopped(panel.outcome, panel.quarter, study.setting.grid.reach)
    residual = _level_residual(
        study.baseline, wider, found, sample.started, study.setting.grid.later
    )
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
    shrunk, shrunk_error, spread = _pulled(value, error, size, difference)
    disagreement = Disagreement(
        first=pooled_effect(evidence, evidence.contrast, first),
        second=pooled_effect(evidence, against, second),
        difference=difference,
        by_course=shrunk,
        error=shrunk_error,
        spread=spread,
        of_first=of_first,
        of_second=of_second,
    )
    return SecondDesign(against, second, residual, propensity, disagreement)


def _level_residual(
    base: Baseline,
    covariates: Covariates,
    found: Estimate,
    started: BoolArray,
    later: tuple[int, ...],
) -> FloatArray:
    """Outcome without any course, less what lags and covariates foretell of it, (n,)."""
    exposure = np.where(np.array(LAGS) > 0, expected_exposure(later, ()), 0.0)
    levelled = replace(base, covariates=covariates)
    believed = base.believed(found.lift[started], exposure, found.spillover.taken_out)
    outcome = base.panel.outcome - believed
    left = levelled.without_teams(outcome - levelled.covariates.foretold(outcome))
    return levelled.without_calendar(left)


def _pulled(
    value: FloatArray, error: FloatArray, size: FloatArray, mean: Figure
) -> tuple[FloatArray, FloatArray, float]:
    """Pull each course's difference towards the mean one as far as differences are noise."""
    # Below ten takers a course's own error says little; such a course differs as all do.
    known = np.isfinite(value) & (size >= 10) & (error > 0)
    if known.sum() < 3:
        return np.full(len(value), mean.value), np.full(len(value), mean.error), 0.0
    spread = max(float(np.mean((value[known] - mean.value) ** 2 - error[known] ** 2)), 0.0)
    safe = np.where(known, error, np.inf)
    share = spread / (spread + safe**2)
    pulled = mean.value + share * (np.where(known, value, mean.value) - mean.value)
    own = spread * (1 - share)
    return pulled, np.sqrt(own + (1 - share) ** 2 * mean.error**2), float(np.sqrt(spread))
