"""Courses that are planted: twins, old, unused and practice courses, and those that fill up."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.structure import DELIVERIES, KINDS, Courses, Structure

IntArray = NDArray[np.int64]

# Streams of their own: no draw of the rest of the organisation moves.
_CHOICE, _PRACTICE = 13, 15
# What takes a day at the least is worth practising.
_LONG_HOURS = 8
_MICRO = KINDS.index("micro")
_ONLINE = DELIVERIES.index("online")
# What an old course teaches: less than nearly everybody brings along.
OLD_FROM, OLD_TO = 0.0, 1.0


def with_planted_courses(structure: Structure) -> Structure:
    """The structure with the twins, old and practice courses in the place of ordinary ones."""
    changes = structure.config.changes
    dear, cheap, old, _ = planted_codes(structure)
    courses = structure.courses
    if changes.twin_courses is not None:
        planted = changes.twin_courses
        courses = _with(
            courses,
            dear,
            weight=courses.weight[cheap],
            from_level=courses.from_level[cheap],
            to_level=courses.to_level[cheap],
            effect=courses.effect[cheap],
            requires=-1,
            opened=courses.opened[cheap],
            cost=(courses.cost[cheap] * planted.price).astype(np.int64),
            hours=courses.hours[cheap] + planted.more_hours,
        )
        courses = _with(courses, cheap, requires=-1)
    if len(old):
        teaches = courses.weight[old] > 0
        courses = _with(
            courses,
            old,
            from_level=np.where(teaches, OLD_FROM, 0.0),
            to_level=np.where(teaches, OLD_TO, 0.0),
            requires=-1,
        )
    return replace(structure, courses=_with_practice(structure, courses))


def planted_codes(structure: Structure) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Codes of the twins, of the courses that they are twins of, of the old and the unused ones.

    Chosen among courses that help and are open from the first to the last quarter; what planting
    changes of a course does not change the choice.
    """
    changes = structure.config.changes
    n_twins = 0 if changes.twin_courses is None else changes.twin_courses.n
    n_old = 0 if changes.old_courses is None else changes.old_courses.n
    n_unused = 0 if changes.unused_courses is None else changes.unused_courses.n
    rng = np.random.default_rng([structure.config.seed, _CHOICE])
    order = rng.permutation(usable_codes(structure))
    n_twins = min(n_twins, len(order) // 2)
    parts = np.split(order, np.cumsum([n_twins, n_twins, n_old, n_unused]))
    return parts[0], parts[1], parts[2], parts[3]


def practice_codes(structure: Structure) -> tuple[IntArray, IntArray]:
    """Codes of the practice courses, and of the longer courses that each of them goes with.

    Chosen among those in which nothing else is planted, by a stream of their own.
    """
    planted, courses = structure.config.changes.practice_courses, structure.courses
    rng = np.random.default_rng([structure.config.seed, _PRACTICE])
    order = rng.permutation(
        np.setdiff1d(usable_codes(structure), np.concatenate(planted_codes(structure)))
    )
    n = 0 if planted is None else min(planted.n, len(order) // 2)
    is_long = (courses.hours[order] >= _LONG_HOURS) & (courses.kind[order] != _MICRO)
    longer = order[is_long][:n]
    return order[~np.isin(order, longer)][: len(longer)], longer


def seated_codes(structure: Structure) -> IntArray:
    """Codes of the courses with limited seats: those of the largest products of effect and demand.

    They are not online and require no other course: what does is taken by few, however popular.
    """
    planted, courses = structure.config.changes.limited_seats, structure.courses
    if planted is None:
        return np.zeros(0, dtype=np.int64)
    others = np.concatenate([*planted_codes(structure), practice_codes(structure)[0]])
    is_open = (courses.effect > 0) & (courses.retired > structure.config.n_quarters)
    is_met = is_open & (courses.delivery != _ONLINE) & (courses.requires < 0)
    free = np.setdiff1d(np.flatnonzero(is_met), others)
    wanted = courses.effect[free] * np.exp(courses.popularity[free])
    return free[np.argsort(-wanted, kind="stable")][: planted.n]


def usable_codes(structure: Structure) -> IntArray:
    """Codes of the courses that help and are open from the first to the last quarter."""
    courses = structure.courses
    usable = (courses.effect > 0) & (courses.opened < 0)
    return np.flatnonzero(usable & (courses.retired > structure.config.n_quarters))


def demand_lost(structure: Structure, quarter: int) -> NDArray[np.float64]:
    """What is taken off the popularity of each course in a quarter, (n_courses,)."""
    planted = structure.config.changes.old_courses
    lost = np.zeros(structure.config.n_courses)
    if planted is not None:
        lost[planted_codes(structure)[2]] = planted.demand_lost * quarter
    return lost


def liking_lost(structure: Structure, quarter: int) -> NDArray[np.float64]:
    """What is taken off the marks of each course in a quarter, (n_courses,)."""
    planted = structure.config.changes.old_courses
    lost = np.zeros(structure.config.n_courses)
    if planted is not None:
        lost[planted_codes(structure)[2]] = planted.liking_lost * quarter
    return lost


def weak_added(structure: Structure) -> NDArray[np.float64]:
    """What is added to the log odds that each course stays unused, (n_courses,)."""
    planted = structure.config.changes.unused_courses
    added = np.zeros(structure.config.n_courses)
    if planted is not None:
        added[planted_codes(structure)[3]] = planted.weak_log_odds
    return added


def opened_earlier(structure: Structure) -> NDArray[np.int64]:
    """Days by which each course was opened earlier than others, (n_courses,)."""
    planted = structure.config.changes.old_courses
    days = np.zeros(structure.config.n_courses, dtype=np.int64)
    if planted is not None:
        days[planted_codes(structure)[2]] = round(planted.years * 365.25)
    return days


def _with_practice(structure: Structure, courses: Courses) -> Courses:
    planted = structure.config.changes.practice_courses
    if planted is None:
        return courses
    units, longer = practice_codes(structure)
    low, teaches = courses.from_level[longer], courses.weight[longer] > 0
    units_gone = np.isin(courses.requires, units)
    courses = replace(courses, requires=np.where(units_gone, -1, courses.requires))
    return _with(
        courses,
        units,
        weight=courses.weight[longer],
        from_level=low,
        to_level=np.where(teaches, np.minimum(low + planted.levels, courses.to_level[longer]), 0.0),
        effect=courses.effect[longer] * planted.effect_share,
        requires=-1,
        cost=planted.cost,
        hours=1 + np.arange(len(units)) % planted.most_hours,
        kind=_MICRO,
        delivery=_ONLINE,
    )


def _with(courses: Courses, code: IntArray, **columns: object) -> Courses:
    """Courses with some columns changed where the code says."""
    changed = {}
    for name, values in columns.items():
        column = getattr(courses, name).copy()
        column[code] = values
        changed[name] = column
    return replace(courses, **changed)
