"""What planted changes do to the organisation, quarter by quarter."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.catalogue import course_ids
from ptml.simulate.changes import Reorganisation
from ptml.simulate.planted_courses import (
    demand_lost,
    planted_codes,
    practice_codes,
    seated_codes,
)
from ptml.simulate.structure import N_ROLES, Structure

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Streams of their own: no draw of the rest of the organisation moves.
_TASTE, _MOVES, _MATTERS = 11, 12, 13


def reorganised(structure: Structure, quarter: int) -> Reorganisation | None:
    """The reorganisation, where it holds in the quarter."""
    planted = structure.config.changes.reorganisation
    if planted is None or quarter < first_quarter(structure, planted):
        return None
    return planted


def first_quarter(structure: Structure, planted: Reorganisation) -> int:
    """First quarter that begins on the day of the reorganisation or later."""
    return int(np.searchsorted(structure.starts, np.datetime64(planted.on, "D")))


def demand(structure: Structure, quarter: int) -> FloatArray:
    """Popularity of each course in a quarter, (n_courses,)."""
    planted = reorganised(structure, quarter)
    popularity = structure.courses.popularity - demand_lost(structure, quarter)
    if planted is None:
        return popularity
    rng = np.random.default_rng([structure.config.seed, _TASTE])
    change = rng.normal(0, planted.taste_spread, structure.config.n_courses)
    return popularity + change


def moved(
    structure: Structure, first: int, unit: IntArray, role: IntArray, n_units: int
) -> tuple[IntArray, IntArray]:
    """Units and roles, (n, n_quarters) each, with those who are moved by a reorganisation."""
    planted = structure.config.changes.reorganisation
    if planted is None:
        return unit, role
    quarter = first_quarter(structure, planted)
    rng = np.random.default_rng([structure.config.seed, _MOVES, first])
    who = np.flatnonzero(rng.random(len(unit)) < planted.moved_share)
    unit, role = unit.copy(), role.copy()
    unit[who, quarter:] = rng.integers(0, n_units, len(who))[:, None]
    role[who, quarter:] = rng.integers(0, N_ROLES, len(who))[:, None]
    return unit, role


def unit_matters(structure: Structure, first: int, n_units: int) -> tuple[FloatArray, FloatArray]:
    """What the people of each unit lack of ability and motivation, spreads, (n_units,) each."""
    planted = structure.config.changes.unit_matters
    if planted is None:
        return np.zeros(n_units), np.zeros(n_units)
    drawn = np.random.default_rng([structure.config.seed, _MATTERS, first]).random(n_units)
    unskilled = drawn < planted.unskilled_share
    unmotivated = ~unskilled & (drawn < planted.unskilled_share + planted.unmotivated_share)
    spreads = np.float64(planted.spreads)
    return spreads * unskilled, spreads * unmotivated


def fading_code(structure: Structure) -> int | None:
    """Code of the course that fades; None = none does."""
    planted = structure.config.changes.fading_course
    if planted is None:
        return None
    if planted.course_id is not None:
        found = np.flatnonzero(course_ids(structure.config.n_courses) == planted.course_id)
        return int(found[0]) if len(found) else None
    wanted = structure.courses.effect * np.exp(demand(structure, structure.config.n_quarters))
    # One course has one thing planted.
    wanted[np.concatenate([*planted_codes(structure), practice_codes(structure)[0]])] = 0
    return int(np.argmax(wanted))


def effect_left(structure: Structure, course: IntArray, quarter: int) -> FloatArray:
    """Share of each course's effect that is left in a quarter, (m,)."""
    left = np.ones(len(course))
    planted, code = structure.config.changes.fading_course, fading_code(structure)
    if planted is None or code is None:
        return left
    # A quarter beyond the last one is as long as any other.
    edges = structure.starts
    begin = edges[min(quarter, len(edges) - 1)]
    end = edges[quarter + 1] if quarter + 1 < len(edges) else begin + np.timedelta64(91, "D")
    days = (np.datetime64(planted.on, "D") - begin) / (end - begin)
    left[course == code] = np.clip(days, 0, 1)
    return left


def planted_truth(structure: Structure) -> dict[str, Any]:
    """What was planted, JSON-ready, with what the dials left open filled in."""
    told: dict[str, Any] = structure.config.changes.model_dump(mode="json", exclude_none=True)
    code = fading_code(structure)
    if code is not None:
        told["fading_course"]["course_id"] = str(course_ids(structure.config.n_courses)[code])
        told["fading_course"]["effect"] = float(structure.courses.effect[code])
    ids = course_ids(structure.config.n_courses)
    dear, cheap, old, unused = planted_codes(structure)
    if "twin_courses" in told:
        told["twin_courses"]["course_id"] = ids[dear].tolist()
        told["twin_courses"]["twin_of"] = ids[cheap].tolist()
    if "old_courses" in told:
        told["old_courses"]["course_id"] = ids[old].tolist()
    if "unused_courses" in told:
        told["unused_courses"]["course_id"] = ids[unused].tolist()
    if "practice_courses" in told:
        units, longer = practice_codes(structure)
        told["practice_courses"]["course_id"] = ids[units].tolist()
        told["practice_courses"]["practice_of"] = ids[longer].tolist()
    if "limited_seats" in told:
        told["limited_seats"]["course_id"] = ids[seated_codes(structure)].tolist()
    return told
