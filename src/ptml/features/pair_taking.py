"""How people of the same role and unit take a course, and how they end it."""

import numpy as np

from ptml.features.arrays import Codes, Days, Doubles, Positions
from ptml.features.days import quarters_before
from ptml.features.pair_view import PairView
from ptml.features.registry import Columns, Feature, Group
from ptml.features.windows import FOREVER_AGO, SumLog

# A small role or unit is filled up with so many people who take courses as everybody does.
PRIOR_PEOPLE = 10.0
PRIOR_ENDS = 5.0


def _columns(view: PairView) -> Columns:
    shared, place = view.shared, view.standing
    nobody = np.zeros(len(view.rows), dtype=np.int32)
    overall = _starts(view, shared.course_started, nobody)
    overall /= np.maximum(_people(view, shared.people, nobody), 1)
    return {
        "role_take_rate": _take_rate(
            view, shared.role_course, shared.role_people, place.role, overall
        ),
        "unit_take_rate": _take_rate(
            view, shared.unit_course, shared.unit_people, place.unit, overall
        ),
        "role_completion_rate": _completion_rate(view),
    }


def _take_rate(
    view: PairView, starts: SumLog, people: SumLog, group: Codes, overall: Doubles
) -> Doubles:
    filled = _starts(view, starts, group) + PRIOR_PEOPLE * overall
    rate = filled / (np.maximum(_people(view, people, group), 0) + PRIOR_PEOPLE)
    return np.where(group[view.row] >= 0, rate, np.nan)


def _completion_rate(view: PairView) -> Doubles:
    shared, role = view.shared, view.standing.role
    nobody = np.zeros(len(view.rows), dtype=np.int32)
    everybody = _totals(view, shared.course_ends, nobody, ("ended", "completed"))
    of_role = _totals(view, shared.role_course_ends, role, ("ended", "completed"))
    safe = np.maximum(everybody["ended"], 1)
    filled = of_role["completed"] + PRIOR_ENDS * everybody["completed"] / safe
    rate = filled / (of_role["ended"] + PRIOR_ENDS)
    return np.where((everybody["ended"] > 0) & (role[view.row] >= 0), rate, np.nan)


def _starts(view: PairView, log: SumLog, group: Codes) -> Doubles:
    """Starts of each pair's course by the row's group in the year before the last renewal, (m,)."""
    return _totals(view, log, group, ("started",), n_quarters=4)["started"]


def _people(view: PairView, log: SumLog, group: Codes) -> Doubles:
    """People of each pair's group at the last renewal, (m,)."""
    until = (view.renewal + 1).astype(np.int32)
    return log.total("people", log.before(group, until)).astype(np.float64)[view.row]


def _totals(
    view: PairView,
    log: SumLog,
    group: Codes,
    names: tuple[str, ...],
    n_quarters: int | None = None,
) -> dict[str, Doubles]:
    """Sums of a log by group x n_courses + course for each pair, (m,) each.

    Many pairs share a group and a renewal, so the sums are worked out once for these and all
    courses, where that is less work than pair by pair.
    """
    n_courses = view.history.n_courses
    places, place = _places(view, group)
    if len(places) * n_courses > len(view.row):
        wanted = places[place[view.row]]
        return _summed(log, wanted[:, 0], wanted[:, 1], view.course, n_courses, names, n_quarters)
    course = np.tile(np.arange(n_courses, dtype=np.int32), len(places))
    each = np.repeat(places, n_courses, axis=0)
    table = _summed(log, each[:, 0], each[:, 1], course, n_courses, names, n_quarters)
    cell = place[view.row] * n_courses + view.course
    return {name: values[cell] for name, values in table.items()}


def _places(view: PairView, group: Codes) -> tuple[Positions, Positions]:
    """Distinct groups with renewals, (k, 2), and which of them each row is in, (n,)."""
    both = (group.astype(np.int64) << 32) + view.renewal
    distinct, place = np.unique(both, return_inverse=True)
    return np.stack([distinct >> 32, distinct & (2**32 - 1)], axis=1), place


def _summed(
    log: SumLog,
    group: Positions,
    renewal: Positions,
    course: Codes,
    n_courses: int,
    names: tuple[str, ...],
    n_quarters: int | None,
) -> dict[str, Doubles]:
    days: Days = renewal.astype(np.int32)
    owner = np.where(group >= 0, group * n_courses + course, -1)
    since: Days | np.int32 = FOREVER_AGO
    if n_quarters is not None:
        since = (quarters_before(days, n_quarters) + 1).astype(np.int32)
    window = log.window(owner, since, (days + 1).astype(np.int32))
    return {name: log.total(name, window).astype(np.float64) for name in names}


def _of(name: str, unit: str, meaning: str) -> Feature:
    return Feature(name, unit, "course_fit", meaning)


PAIR_TAKING = Group(
    (
        _of(
            "role_take_rate",
            "courses a person",
            "Chosen starts of it by people of the role in the 12 months before the last renewal, "
            f"over the people of the role; filled up with {PRIOR_PEOPLE:.0f} average ones.",
        ),
        _of("unit_take_rate", "courses a person", "The same of the person's unit."),
        _of(
            "role_completion_rate",
            "share",
            "Completed part of what people of the role ended of it, filled up with "
            f"{PRIOR_ENDS:.0f} average ends.",
        ),
    ),
    _columns,
)
