"""Why each step of a path, and what stands in the way of a path, in sentences, as JSON text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.explain.gap_closing import LeadingGap
from ptml.explain.json_text import escaped, json_list
from ptml.explain.said import Said, said_column
from ptml.explain.words import SECTIONS, Words

Bools = NDArray[np.bool_]
Codes = NDArray[np.integer]
Doubles = NDArray[np.float64]

_PERCENT = 100
# A part this small reads as nothing.
_LEAST_PART = 0.005
# Goals that weigh a competency no more than this beside the others are no reason.
_MORE = 1.05


@dataclass(frozen=True, eq=False)
class StepFacts:
    """What is known of k steps, (k,) each; NaN = unknown, -1 = none.

    Attributes
    ----------
    running, mandatory, practice : bool
        Mandatory: everybody has to take it.
    weeks : float64
        Length.
    due : float64
        Weeks until a certificate runs out; below 0 = it has.
    far, far_levels
        Competency far below the role that it works on, and by how many levels.
    lift, low, high, alone, left : float64
        What it adds in its turn, what by itself, and the share that is left of that.
    gap : LeadingGap
    goal_factor : float64
        How much that competency counts by goals.
    after, unlocks : int
        Course that comes before of need; course of the path that needs this one.
    opens : float64
        Week in which it opens; NaN = open.
    waits_for_seats : bool
    seats : int
        A quarter; -1 = no limit.
    task_weeks : float64
        Weeks of use at work after it; 0 = none.
    """

    running: Bools
    mandatory: Bools
    practice: Bools
    weeks: Doubles
    due: Doubles
    far: Codes
    far_levels: Doubles
    lift: Doubles
    low: Doubles
    high: Doubles
    alone: Doubles
    left: Doubles
    gap: LeadingGap
    goal_factor: Doubles
    after: Codes
    unlocks: Codes
    opens: Doubles
    waits_for_seats: Bools
    seats: Codes
    task_weeks: Doubles


@dataclass(frozen=True, eq=False)
class PlanFacts:
    """What stands in the way of n paths, (n,) each unless said.

    Attributes
    ----------
    trainable : bool
    far : (n, most) int
        Competencies far below the role on which no step works; -1 = none.
    far_levels : (n, most) float64
    far_has_course : (n, most) bool
        Whether a course works on it that did not fit.
    begins : float64
        Week in which the first chosen step may begin.
    horizon : float
    unknown_hours, full : int
        Courses without hours; courses whose seats are taken.
    has_offers : bool
    stopped_points : float64
        By how much a better path may be better; 0 = there is none.
    """

    trainable: Bools
    far: Codes
    far_levels: Doubles
    far_has_course: Bools
    begins: Doubles
    horizon: float
    unknown_hours: Codes
    full: Codes
    has_offers: Bools
    stopped_points: Doubles


def step_reasons(
    facts: StepFacts,
    competencies: Sequence[str],
    courses: Sequence[str],
    words: Words = SECTIONS,
) -> pa.Array:
    """Write why each step stands where it does: JSON lists of ``{code, text_key, values, text}``.

    Parameters
    ----------
    competencies, courses : sequence of str
        Names by code.
    """
    names = {"competency": escaped(competencies), "course": escaped(courses)}
    said = [*_required(facts), *_adds(facts), *_content(facts), *_order(facts), *_use(facts)]
    return _lists(said, "path", names, words, len(facts.running))


def plan_obstacles(
    facts: PlanFacts, competencies: Sequence[str], words: Words = SECTIONS
) -> pa.Array:
    """Write what stands in the way of each path, as `step_reasons` does; empty = nothing."""
    names = {"competency": escaped(competencies)}
    said = [Said("environment.unit", ~facts.trainable)]
    for far, levels, is_there in zip(
        facts.far.T, facts.far_levels.T, facts.far_has_course.T, strict=True
    ):
        numbers = {"levels": (levels, 1)}
        for key, rows in (("no_course", ~is_there), ("no_room", is_there)):
            said.append(Said(f"required.{key}", rows & (far >= 0), numbers, {"competency": far}))
    horizon = np.full(len(facts.begins), facts.horizon)
    first = {"weeks": (facts.begins, 0), "horizon": (horizon, 0)}
    said += [
        Said("time.required_first", facts.begins > facts.horizon / 2, first),
        Said("time.unknown_hours", facts.unknown_hours > 0, _count(facts.unknown_hours)),
        Said("seats.full", facts.full > 0, _count(facts.full)),
        Said("nothing.open", facts.trainable & ~facts.has_offers),
        Said("search.stopped", facts.stopped_points > 0, {"points": (facts.stopped_points, 1)}),
    ]
    return _lists(said, "path_obstacle", names, words, len(facts.trainable))


def _required(facts: StepFacts) -> list[Said]:
    due = np.isfinite(facts.due) & ~facts.running
    levels = {"levels": (facts.far_levels, 1)}
    return [
        Said("running.open", facts.running, {"weeks": (facts.weeks, 1)}),
        Said("required.mandatory", due & facts.mandatory),
        Said("required.renewal", due & ~facts.mandatory & (facts.due > 0), _weeks(facts.due)),
        Said("required.expired", due & ~facts.mandatory & (facts.due <= 0)),
        Said("required.far_below", facts.far >= 0, levels, {"competency": facts.far}),
    ]


def _adds(facts: StepFacts) -> list[Said]:
    made = np.isfinite(facts.left)
    known = np.isfinite(facts.lift) & made
    numbers = {"lift": (facts.lift, 1), "low": (facts.low, 1), "high": (facts.high, 1)}
    off = (1 - facts.left) * _PERCENT
    part = {"alone": (facts.alone, 1), "percent": (off, 0)}
    return [
        Said("practice.micro", facts.practice),
        Said("adds.points", known & (facts.low > 0), numbers),
        Said("adds.unclear", known & ~(facts.low > 0), numbers),
        Said("adds.unknown", made & ~known),
        Said("overlap.part", known & (facts.left < 1 - _LEAST_PART) & (facts.alone > 0), part),
    ]


def _content(facts: StepFacts) -> list[Said]:
    gap = facts.gap
    levels = {"from_level": (gap.from_level, 1), "to_level": (gap.to_level, 1)}
    name = {"competency": gap.competency}
    more = (gap.competency >= 0) & (facts.goal_factor > _MORE)
    return [
        Said("works_on.levels", gap.competency >= 0, levels, name),
        Said("goal.more", more, {"factor": (facts.goal_factor, 1)}, name),
    ]


def _order(facts: StepFacts) -> list[Said]:
    return [
        Said("after.course", facts.after >= 0, names={"course": facts.after}),
        Said(
            "opens.date",
            np.isfinite(facts.opens) & ~facts.waits_for_seats,
            {"week": (np.ceil(facts.opens), 0)},
        ),
        Said("opens.seats", facts.waits_for_seats),
        Said("unlocks.step", facts.unlocks >= 0, names={"course": facts.unlocks}),
        Said(
            "seats.few",
            (facts.seats >= 0) & ~facts.running,
            {"seats": (facts.seats.astype(np.float64), 0)},
        ),
    ]


def _use(facts: StepFacts) -> list[Said]:
    return [Said("practice.task", facts.task_weeks > 0, _weeks(facts.task_weeks))]


def _weeks(values: Doubles) -> Mapping[str, tuple[Doubles, int]]:
    return {"weeks": (values, 0)}


def _count(values: Codes) -> Mapping[str, tuple[Doubles, int]]:
    return {"courses": (values.astype(np.float64), 0)}


def _lists(
    said: Sequence[Said], section: str, names: Mapping[str, pa.Array], words: Words, n: int
) -> pa.Array:
    columns = [said_column(part, section, names, words) for part in said if part.rows.any()]
    return json_list(columns, n)
