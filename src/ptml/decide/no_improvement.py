"""Why performance did not move after a completed course: a rule over what is known of the case.

too_early       the second period after the course is not over yet
environment     opportunity was denied or the unit lost many hours; the whole unit fell; the load
                was high
not_learnt      the exam was failed, or far below what is usual on the course
not_practised   checks show that it is not used, or practice tasks were due and none was done
skill_mismatch  learnt and used, and the role does not ask for it, or the course moves nobody
unclear         none of these, or results before or after the course are not on record

The first that holds is the cause, in this order: whether it is training at all is asked first
(Gilbert 1978; Rummler and Brache 1995), then whether it was learnt, then whether it was used. All
that was found is given as evidence.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig
from ptml.contracts.outputs import NO_IMPROVEMENT_CAUSES
from ptml.transfer.config import WarningConfig

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

SIGNS = (
    "denied_opportunity",
    "incident",
    "unit_fell",
    "high_load",
    "low_exam",
    "below_usual",
    "not_used",
    "tasks_undone",
    "not_required",
    "no_gap",
    "course_moves_nobody",
)
_CAUSE_OF = (
    *("environment",) * 4,
    *("not_learnt",) * 2,
    *("not_practised",) * 2,
    *("skill_mismatch",) * 3,
)
CAUSE_OF_SIGN = dict(zip(SIGNS, _CAUSE_OF, strict=True))


class NoImprovementConfig(FrozenConfig):
    """Where a sign begins; docs/methods/early-warning.md says why there.

    What blocks, which check is weak and which exam is failed are those of the warning's own
    settings (`warning.label`, `warning.rules`).
    """

    lookback_days: PositiveInt = 366
    """Completions this recent are looked at."""
    least_points: NonNegativeFloat = 1.0
    """Performance rose less than this after the course: it did not move."""
    unit_fall_points: PositiveFloat = 2.0
    """The unit's mean score fell by this much over the same time."""
    high_load: Annotated[float, Field(ge=1, le=5)] = 4.0
    """Answers on workload since the course from which the load was high."""
    far_below_usual_points: PositiveFloat = 15.0
    """Exam score this far below what is usual on the course."""
    least_gap_levels: NonNegativeFloat = 0.05
    """A course that closes no more than this of the gap to the role was not needed."""


@dataclass(frozen=True, eq=False)
class StalledFacts:
    """What is known of completions, (n,) float64 each; NaN = unknown.

    Attributes
    ----------
    is_early : bool
        The second period after the course is not over.
    change, before, after : points
        As `ptml.transfer.improvement.Improvement`.
    opportunity : 1-5
        The lowest answer since the course.
    incident_hours : hours
        Of the worst incident in the unit since the course.
    unit_change : points
        Of the unit's mean score over the same time.
    workload : 1-5
        Mean answer since the course.
    exam, exam_above_usual : points of 100
    check : 0-1
        Mean behaviour check; NaN until the window is closed.
    tasks_due, tasks_done : count
        Practice tasks known by now.
    required_share, gap_closed : share, levels
        Of the role's requirements when the course began.
    course_lift, course_lift_high : points
        What the course does for those who take it, and the upper end of its interval.
    """

    is_early: Bools
    change: Doubles
    before: Doubles
    after: Doubles
    opportunity: Doubles
    incident_hours: Doubles
    unit_change: Doubles
    workload: Doubles
    exam: Doubles
    exam_above_usual: Doubles
    check: Doubles
    tasks_due: Doubles
    tasks_done: Doubles
    required_share: Doubles
    gap_closed: Doubles
    course_lift: Doubles
    course_lift_high: Doubles

    def __len__(self) -> int:
        return len(self.change)


def signs_of(facts: StalledFacts, config: NoImprovementConfig, warning: WarningConfig) -> Bools:
    """Which signs hold, (n, n_signs) bool in the order of `SIGNS`; the unknown is no sign."""
    label, exam_below = warning.label, warning.rules.exam_below
    was_used = (facts.check >= label.weak_below) | (facts.tasks_done > 0)
    was_learnt = facts.exam >= exam_below
    return np.stack(
        [
            facts.opportunity <= label.blocking_opportunity,
            facts.incident_hours > label.blocking_incident_hours,
            facts.unit_change <= -config.unit_fall_points,
            facts.workload >= config.high_load,
            facts.exam < exam_below,
            facts.exam_above_usual <= -config.far_below_usual_points,
            facts.check < label.weak_below,
            (facts.tasks_due > 0) & (facts.tasks_done == 0),
            was_learnt & was_used & (facts.required_share == 0),
            was_learnt & was_used & (facts.gap_closed <= config.least_gap_levels),
            # An interval that reaches above a point still says that little is to be gained.
            was_used & (facts.course_lift_high < config.least_points),
        ],
        axis=1,
    )


def cause_of(facts: StalledFacts, signs: Bools) -> NDArray[np.int64]:
    """Position of the cause in `NO_IMPROVEMENT_CAUSES` of each case, (n,)."""
    code = {name: k for k, name in enumerate(NO_IMPROVEMENT_CAUSES)}
    owner = np.array(_CAUSE_OF)
    order = ("environment", "not_learnt", "not_practised", "skill_mismatch")
    return np.select(
        [
            facts.is_early,
            np.isnan(facts.change),
            *(signs[:, owner == name].any(axis=1) for name in order),
        ],
        [code["too_early"], code["unclear"], *(code[name] for name in order)],
        code["unclear"],
    )
