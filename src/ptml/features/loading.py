"""Read what does not change with time: the catalogue, roles, units, periods, requirements."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import COURSE_KINDS, DELIVERIES
from ptml.features.arrays import Days
from ptml.features.catalogue import Catalogue
from ptml.features.organisation import IdMaps, Organisation, Requirements
from ptml.features.tables import CodedTables, code_of, day, number

ALWAYS_OPEN = np.int32(-(2**31))


def load_catalogue(tables: CodedTables, maps: IdMaps) -> Catalogue:
    """Read courses, what they teach and what they require."""
    courses = tables.arrays(
        f"""SELECT coalesce(title, '') AS title, {code_of("kind", COURSE_KINDS)} AS kind,
            {code_of("delivery", DELIVERIES)} AS delivery, {number("hours")} AS hours,
            {number("cost")} AS cost, coalesce(seats, -1)::INTEGER AS seats,
            coalesce(date_diff('day', DATE '1970-01-01', opened_on), {ALWAYS_OPEN})::INTEGER
                AS opened,
            {day("retired_on")} AS retired, coalesce(mandatory, false) AS mandatory,
            coalesce(lower(trim(language)), '') AS language,
            coalesce(valid_days, -1)::INTEGER AS valid_days
        FROM coded_course JOIN courses ON course_id = id ORDER BY code"""
    )
    languages = tuple(sorted({str(name) for name in courses["language"]} - {""}))
    courses["language"] = _positions(courses["language"], languages)
    teaching = tables.arrays(
        """SELECT c.code AS course, k.code AS competency, from_level, to_level,
            coalesce(weight, 1) AS weight
        FROM course_competencies
        JOIN coded_course AS c ON c.id = course_id
        JOIN coded_competency AS k ON k.id = competency_id"""
    )
    shape = (len(maps.courses), len(maps.competencies))
    cells = (teaching["course"], teaching["competency"])
    requires = tables.arrays(
        """SELECT c.code AS course, r.code AS required FROM prerequisites
        JOIN coded_course AS c ON c.id = course_id
        JOIN coded_course AS r ON r.id = requires_course_id"""
    )
    return Catalogue(
        **courses,
        languages=languages,
        teaches=_filled(shape, cells, np.ones(len(cells[0]), dtype=np.bool_), False),
        weight=_filled(shape, cells, teaching["weight"].astype(np.float32), 0),
        from_level=_filled(shape, cells, teaching["from_level"].astype(np.float32), np.nan),
        to_level=_filled(shape, cells, teaching["to_level"].astype(np.float32), np.nan),
        requires=_filled(
            (shape[0], shape[0]),
            (requires["course"], requires["required"]),
            np.ones(len(requires["course"]), dtype=np.bool_),
            False,
        ),
    )


def load_periods(tables: CodedTables) -> tuple[Days, Days]:
    """Read first and last days of all performance periods, sorted by end, then start."""
    periods = tables.arrays(
        f"""SELECT DISTINCT {day("period_start")} AS first, {day("period_end")} AS last
        FROM performance ORDER BY last, first"""
    )
    return periods["first"], periods["last"]


def load_organisation(
    tables: CodedTables, maps: IdMaps, period_start: Days, period_end: Days
) -> tuple[Organisation, Requirements]:
    """Read roles, units and what roles require."""
    roles = tables.arrays(
        """SELECT coalesce(f.code, -1)::INTEGER AS family,
            coalesce(is_people_manager, false) AS is_manager
        FROM coded_role AS c LEFT JOIN roles ON role_id = c.id
        LEFT JOIN coded_job_family AS f ON f.id = job_family ORDER BY c.code"""
    )
    units = tables.arrays(
        """SELECT coalesce(p.code, -1)::INTEGER AS parent
        FROM coded_unit AS c LEFT JOIN org_units AS u ON u.org_unit_id = c.id
        LEFT JOIN coded_unit AS p ON p.id = u.parent_id ORDER BY c.code"""
    )
    organisation = Organisation(
        role_family=roles["family"],
        role_is_manager=roles["is_manager"],
        unit_parent=units["parent"],
        period_start=period_start,
        period_end=period_end,
    )
    return organisation, _load_requirements(tables, maps)


def _load_requirements(tables: CodedTables, maps: IdMaps) -> Requirements:
    found = tables.arrays(
        """SELECT r.code AS role, k.code AS competency, required_level AS required,
            coalesce(importance, 1) AS importance
        FROM role_requirements JOIN coded_role AS r ON r.id = role_id
        JOIN coded_competency AS k ON k.id = competency_id"""
    )
    shape = (len(maps.roles), len(maps.competencies))
    cells = (found["role"], found["competency"])
    return Requirements(
        required=_filled(shape, cells, found["required"].astype(np.float32), np.nan),
        importance=_filled(shape, cells, found["importance"].astype(np.float32), 0),
    )


def _filled(
    shape: tuple[int, int],
    cells: tuple[NDArray[Any], NDArray[Any]],
    values: NDArray[Any],
    empty: float | bool,
) -> NDArray[Any]:
    filled = np.full(shape, empty, dtype=values.dtype)
    filled[cells] = values
    return filled


def _positions(values: NDArray[Any], known: tuple[str, ...]) -> NDArray[np.int32]:
    position = {name: k for k, name in enumerate(known)}
    return np.array([position.get(str(name), -1) for name in values], dtype=np.int32)
