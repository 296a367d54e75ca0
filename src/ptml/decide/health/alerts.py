"""Alerts: what asks for a second look at a course, with the figures that say so.

Many courses are looked at at once, so chance alone would name some. Every alert is a claim with a
bound and a one-sided p; of the claims of one alert those are made that Benjamini and Hochberg's
rule allows, so that the share of false ones among them is held (`AlertConfig.false_alarms`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.age import Age, is_beyond, is_old, is_outdated
from ptml.decide.health.config import AlertConfig
from ptml.decide.health.evidence import CourseEvidence, CourseLift
from ptml.decide.health.fading import Fading
from ptml.decide.health.levels import Levels
from ptml.decide.health.testing import held, p_below, p_share_below
from ptml.decide.health.twins import Twins
from ptml.intervals import Z_90

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Value = float | str
Claim = tuple[FloatArray, BoolArray]
Rule = Callable[[FloatArray, BoolArray, float], BoolArray]

ALERTS = (
    "harmful",
    "high_satisfaction_no_lift",
    "high_completion_low_lift",
    "low_transfer",
    "liked_not_used",
    "exam_pass_no_transfer",
    "fading",
    "redundant",
    "outdated",
)
"""Codes of alerts, the gravest first."""


@dataclass(frozen=True, eq=False)
class CourseFigures:
    """What alerts look at, by course.

    Attributes
    ----------
    ended : (n_courses,) float64
        Enrolments that ended.
    levels : Levels
    lifts : CourseLift
        As shown.
    evidence : CourseEvidence
        What each course's own takers say: what claims about lifts are judged by.
    fading : Fading
    twins : Twins
    age : Age
    names : (n_courses,) object
        Title of each course, or its id.
    """

    ended: FloatArray
    levels: Levels
    lifts: CourseLift
    evidence: CourseEvidence
    fading: Fading
    twins: Twins
    age: Age
    names: NDArray[np.object_]


def raised(
    figures: CourseFigures, config: AlertConfig, made: Rule = held
) -> Mapping[str, BoolArray]:
    """Whether each alert is raised for each course, (n_courses,) bool by code.

    An alert needs the figures that it speaks of, from `min_people` people each. Which courses an
    alert asks about is chosen by other figures than those of its claim.

    Parameters
    ----------
    made : callable
        Which claims are made, of p, of which are asked about, and the rate.
    """
    enough, levels, evidence = config.min_people, figures.levels, figures.evidence
    fading, age = figures.fading, figures.age
    anybody = np.ones(len(figures.ended), dtype=np.bool_)
    is_liked = (levels.satisfaction.value >= config.high_satisfaction) & (
        levels.satisfaction.n >= enough
    )
    is_done = (levels.completion >= config.high_completion) & (figures.ended >= enough)
    is_learnt = (levels.exam.value >= config.good_exam) & (levels.exam.n >= enough)
    is_learnt |= (levels.gain.value >= config.good_gain) & (levels.gain.n >= enough)
    is_judged = np.isfinite(figures.lifts.lift)
    p_little = p_below(evidence.lift, evidence.whole_error, config.worthwhile_points)
    # What clearly helps is worth something, however little; and what is shown as clearly helping is
    # not called useless beside it.
    helps = (evidence.lift - Z_90 * evidence.whole_error > 0) | (figures.lifts.low > 0)
    rate = levels.transfer.value
    is_checked = (levels.transfer.n >= enough) & np.isfinite(rate)
    checked = np.where(is_checked, levels.transfer.n, 0.0)
    hits = np.round(np.nan_to_num(rate) * checked)
    p_unused = p_share_below(hits, checked, config.low_transfer)

    p_harm = p_below(evidence.lift, evidence.whole_error, 0.0)

    def claimed(p: FloatArray, asked: BoolArray) -> BoolArray:
        return made(p, asked, config.false_alarms)

    def either(first: Claim, second: Claim, asked: BoolArray) -> BoolArray:
        """One of two claims, each with half of the false ones, where the figure fell enough."""
        found = np.zeros(len(anybody), dtype=np.bool_)
        for p, fell in (first, second):
            found |= made(p, asked, config.false_alarms / 2) & fell
        return found

    out_of_favour = either(
        (age.p_demand, age.demand <= config.demand_left),
        (age.p_liking, age.liking <= -config.liking_lost),
        is_old(age, config) & is_beyond(age, config),
    )
    return {
        "harmful": made(p_harm, is_judged, config.false_harm),
        "high_satisfaction_no_lift": claimed(p_little, is_judged & is_liked) & ~helps,
        "high_completion_low_lift": claimed(p_little, is_judged & is_done) & ~helps,
        "low_transfer": claimed(p_unused, anybody),
        "liked_not_used": claimed(p_unused, is_liked),
        "exam_pass_no_transfer": claimed(p_unused, is_learnt),
        "fading": either(
            (fading.p_lift, fading.lift_fell), (fading.p_transfer, fading.transfer_fell), anybody
        ),
        "redundant": claimed(figures.twins.p, figures.twins.other >= 0),
        "outdated": is_outdated(age, out_of_favour, config),
    }


def alerts_of(figures: CourseFigures, config: AlertConfig) -> list[str]:
    """The alerts of each course as a JSON list of ``{code, values}``, the gravest first."""
    found = raised(figures, config)
    return [
        json.dumps(
            [
                {"code": code, "values": _rounded(_VALUES[code](figures, course))}
                for code in ALERTS
                if found[code][course]
            ]
        )
        for course in range(len(figures.ended))
    ]


def _rounded(values: Mapping[str, Value]) -> dict[str, Value | None]:
    """Three digits; None where a figure is not known."""
    return {
        name: value
        if isinstance(value, str)
        else (round(float(value), 3) if np.isfinite(value) else None)
        for name, value in values.items()
    }


def _lift(figures: CourseFigures, course: int) -> dict[str, Value]:
    """The shown lift, and what the claim is judged by: what its own takers say."""
    lifts, evidence = figures.lifts, figures.evidence
    own, half = evidence.lift[course], Z_90 * evidence.whole_error[course]
    return {
        "lift": lifts.lift[course],
        "lift_low": lifts.low[course],
        "lift_high": lifts.high[course],
        "own": own,
        "own_low": own - half,
        "own_high": own + half,
    }


def _liked(figures: CourseFigures, course: int) -> dict[str, Value]:
    return {"mean_satisfaction": figures.levels.satisfaction.value[course]}


def _used(figures: CourseFigures, course: int) -> dict[str, Value]:
    transfer = figures.levels.transfer
    return {
        "transfer_rate": transfer.value[course],
        "transfer_low": transfer.low[course],
        "transfer_high": transfer.high[course],
    }


def _learnt(figures: CourseFigures, course: int) -> dict[str, Value]:
    levels = figures.levels
    return {"mean_exam": levels.exam.value[course], "level_gain": levels.gain.value[course]}


def _faded(figures: CourseFigures, course: int) -> dict[str, Value]:
    fading, since = figures.fading, figures.evidence.since
    told: dict[str, Value] = {}
    if fading.lift_fell[course]:
        told |= {
            "lift_earlier": fading.lift_earlier[course],
            "lift_later": fading.lift_later[course],
            "since": "" if since is None else since.isoformat(),
        }
    if fading.transfer_fell[course]:
        told |= {
            "transfer_earlier": fading.transfer_earlier[course],
            "transfer_later": fading.transfer_later[course],
        }
    return told


def _replaced(figures: CourseFigures, course: int) -> dict[str, Value]:
    twins = figures.twins
    half = Z_90 * twins.error[course]
    return {
        "instead": str(figures.names[twins.other[course]]),
        "more": twins.more[course],
        "more_low": twins.more[course] - half,
        "more_high": twins.more[course] + half,
    }


def _old(figures: CourseFigures, course: int) -> dict[str, Value]:
    age = figures.age
    return {
        name: getattr(age, name)[course]
        for name in ("years", "asked", "beyond", "demand", "liking")
    }


def _both(
    *parts: Callable[[CourseFigures, int], dict[str, Value]],
) -> Callable[[CourseFigures, int], dict[str, Value]]:
    def values(figures: CourseFigures, course: int) -> dict[str, Value]:
        return {name: value for part in parts for name, value in part(figures, course).items()}

    return values


_VALUES: Mapping[str, Callable[[CourseFigures, int], dict[str, Value]]] = {
    "harmful": _lift,
    "high_satisfaction_no_lift": _both(_liked, _lift),
    "high_completion_low_lift": _both(
        lambda figures, course: {"completion": figures.levels.completion[course]}, _lift
    ),
    "low_transfer": _used,
    "liked_not_used": _both(_liked, _used),
    "exam_pass_no_transfer": _both(_learnt, _used),
    "fading": _faded,
    "redundant": _replaced,
    "outdated": _old,
}
