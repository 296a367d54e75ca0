"""A lift must not show before the decision: takers against controls, two quarters too early."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.estimation import Estimate
from ptml.lift.exposure import LAGS, expected_exposure
from ptml.lift.moments import Contrast
from ptml.lift.pooled import Figure, effect_by_course, pooled_effect
from ptml.lift.study import Study

FloatArray = NDArray[np.float64]

# Errors of a course with fewer takers are too uncertain to judge it by.
FEWEST_TAKERS = 50


@dataclass(frozen=True)
class Placebo:
    """What takers gained on controls before any of them could know.

    Attributes
    ----------
    pooled : Figure
        Over all courses, points between the base and the quarters as far before it.
    by_course, error : (n_courses,) float64
        NaN where too few are known.
    """

    pooled: Figure
    by_course: FloatArray
    error: FloatArray


def placebo(study: Study, found: Estimate) -> Placebo | None:
    """Estimate the lift on the change before the base; None where it is known of too few."""
    panel, config = study.setting.panel, study.covariates.config
    known = np.isfinite(panel.placebo_change)
    base = study.setting.base.base
    evidence, against = study.evidence, study.evidence.contrast
    row = evidence.sample.row[against.pair]
    if known.sum() < config.min_rows or (known[row] & against.is_taker).sum() < config.min_takers:
        return None
    later = tuple(-back for back in base)
    earlier = tuple(-back - len(later) for back in base)
    around = study.baseline.other.around(panel, found.lift[study.sample.started], LAGS)
    # Changes that are not known stand in as the mean and are then left out.
    change = np.where(known, panel.placebo_change, np.nanmean(panel.placebo_change))
    change = change - around @ expected_exposure(later, earlier)
    residual = study.baseline.without_teams(change - study.covariates.foretold(change))
    kept = Contrast(
        against.pair, against.course, against.is_taker, np.where(known[row], against.weight, 0.0)
    )
    y = residual[row]
    value, error, size = effect_by_course(evidence, kept, y)
    many = size >= FEWEST_TAKERS
    value, error = np.where(many, value, np.nan), np.where(many, error, np.nan)
    return Placebo(pooled_effect(evidence, kept, y), value, error)
