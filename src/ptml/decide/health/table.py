"""`course_health`: one row a course, made of sums over people and of what is known of lifts."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.decide.health.age import age_of
from ptml.decide.health.alerts import CourseFigures, alerts_of
from ptml.decide.health.config import HealthConfig
from ptml.decide.health.evidence import CourseEvidence, CourseLift
from ptml.decide.health.fading import fading_of
from ptml.decide.health.levels import Levels, Mean, levels_of
from ptml.decide.health.returns import Returns, returns_of
from ptml.decide.health.totals import HealthTotals
from ptml.decide.health.twins import twins_of
from ptml.features.catalogue import Catalogue

BoolArray = NDArray[np.bool_]


def figures_of(
    totals: HealthTotals,
    lifts: CourseLift,
    evidence: CourseEvidence,
    catalogue: Catalogue,
    by_goals: BoolArray,
    names: NDArray[np.object_],
    day: int,
    config: HealthConfig,
) -> CourseFigures:
    """All that alerts look at.

    Parameters
    ----------
    by_goals : (n_competencies,) bool
        Whether a goal of the last year asks for the competency.
    names : (n_courses,) object
        Title of each course, or its id.
    """
    evidence = evidence.of_many(config.min_takers)
    return CourseFigures(
        ended=totals.count("ended"),
        levels=levels_of(totals, config.min_shown),
        lifts=lifts,
        evidence=evidence,
        fading=fading_of(totals, evidence, config),
        twins=twins_of(catalogue, evidence, day, config),
        age=age_of(catalogue, totals, by_goals, day, config),
        names=names,
    )


def course_health(
    totals: HealthTotals, figures: CourseFigures, catalogue: Catalogue, config: HealthConfig
) -> dict[str, Any]:
    """Columns of `course_health` but ids and titles, (n_courses,) each."""
    returns = returns_of(
        figures.lifts,
        totals.count("enrolled"),
        totals.count("started"),
        catalogue.cost.astype(np.float64),
        catalogue.hours.astype(np.float64),
        config,
    )
    return {
        "enrolled": totals.count("enrolled").astype(np.int32),
        "completed": totals.count("completed").astype(np.int32),
        "lift": figures.lifts.lift,
        "lift_low": figures.lifts.low,
        "lift_high": figures.lifts.high,
        **_of_returns(returns),
        **_of_levels(figures.levels),
        "alerts": alerts_of(figures, config),
    }


def _of_returns(returns: Returns) -> dict[str, Any]:
    names = (
        *("cost", "benefit", "roi", "time_cost", "benefit_low", "benefit_high"),
        *("roi_low", "roi_high", "break_even", "assumed"),
    )
    return {name: getattr(returns, name) for name in names}


def _of_levels(levels: Levels) -> dict[str, Any]:
    """The first three levels; of a mean that is not told the number of people is not either."""

    def people(mean: Mean) -> pa.Array:
        return pa.array(mean.n.astype(np.int32), mask=np.isnan(mean.value))

    def ends(name: str, of: str) -> dict[str, Any]:
        mean = getattr(levels, of)
        return {
            f"{name}_n": people(mean),
            f"{name}_low": mean.low,
            f"{name}_high": mean.high,
        }

    gain = levels.gain
    return {
        "completion_rate": levels.completion,
        "mean_satisfaction": levels.satisfaction.value,
        **ends("satisfaction", "satisfaction"),
        "mean_exam": levels.exam.value,
        **ends("exam", "exam"),
        "mean_attempts": levels.attempts,
        "level_n": people(gain),
        "level_before": levels.before,
        "level_after": levels.after,
        "level_gain_low": gain.low,
        "level_gain_high": gain.high,
        "transfer_rate": levels.transfer.value,
        **ends("transfer", "transfer"),
    }
