"""The small tables that all employees share."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.simulate.goals import UNDRIVEN, write_drives
from ptml.simulate.planted_courses import opened_earlier
from ptml.simulate.structure import (
    DELIVERIES,
    KINDS,
    KPIS,
    MAIN,
    N_COMPETENCIES,
    N_FAMILIES,
    N_ROLES,
    SUB,
    Structure,
)
from ptml.simulate.writing import TableWriter

FAMILIES = ("Sales", "Service", "Operations", "Technology", "Administration")
COMPETENCY_IDS = np.array([f"K{k + 1:02d}" for k in range(N_COMPETENCIES)])
ROLE_IDS = np.array([f"R{r + 1:02d}" for r in range(N_ROLES)])
KPI_IDS = np.array([kpi[0] for kpi in KPIS])


def course_ids(n_courses: int) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Ids of courses by code."""
    width = max(len(str(n_courses)), 2)
    return np.array([f"C{c + 1:0{width}d}" for c in range(n_courses)])


def competency_name(code: int) -> str:
    """Name of a sub-competency, such as ``Customer: basics``."""
    return f"{MAIN[code // len(SUB)]}: {SUB[code % len(SUB)]}"


def course_title(structure: Structure, course: int) -> str:
    """Title of a course after what it teaches first."""
    first = int(np.argmax(structure.courses.weight[course]))
    kind = KINDS[structure.courses.kind[course]]
    if structure.courses.mandatory[course]:
        return f"Compliance {course + 1}"
    return f"{competency_name(first)} ({kind} {course + 1})"


def write_catalogue(
    structure: Structure, seats: NDArray[np.int64] | None, writer: TableWriter
) -> None:
    """Write roles, competencies, courses, KPIs and how they hang together.

    Parameters
    ----------
    seats : (n_courses,) int64 or None
        A quarter, below 0 = no limit; None = nothing is known of seats.
    """
    courses = structure.courses
    n = len(courses.effect)
    ids = course_ids(n)
    writer.append(
        "roles",
        {
            "role_id": ROLE_IDS,
            "title": [f"{FAMILIES[r % N_FAMILIES]} {r // N_FAMILIES + 1}" for r in range(N_ROLES)],
            "job_family": [FAMILIES[r % N_FAMILIES] for r in range(N_ROLES)],
            "is_people_manager": [False] * N_ROLES,
        },
    )
    mains = [f"M{m + 1}" for m in range(len(MAIN))]
    writer.append(
        "competencies",
        {
            "competency_id": [*mains, *COMPETENCY_IDS],
            "name": [*MAIN, *(competency_name(k) for k in range(N_COMPETENCIES))],
            "parent_id": [None] * len(MAIN) + [mains[k // len(SUB)] for k in range(N_COMPETENCIES)],
        },
    )
    role, competency = np.nonzero(structure.required)
    writer.append(
        "role_requirements",
        {
            "role_id": ROLE_IDS[role],
            "competency_id": COMPETENCY_IDS[competency],
            "required_level": structure.required[role, competency],
            "importance": structure.importance[role, competency],
        },
    )
    starts = structure.starts
    after = np.clip(courses.retired, 0, structure.config.n_quarters)
    opened = starts[np.clip(courses.opened, 0, structure.config.n_quarters)]
    opened = np.where(courses.opened >= 0, opened, starts[0] - np.timedelta64(700, "D"))
    opened = opened - opened_earlier(structure).astype("m8[D]")
    gone = courses.retired <= structure.config.n_quarters
    writer.append(
        "courses",
        {
            "course_id": ids,
            "title": [course_title(structure, c) for c in range(n)],
            "kind": np.array(KINDS)[courses.kind],
            "delivery": np.array(DELIVERIES)[courses.delivery],
            "hours": courses.hours.astype(float),
            "cost": courses.cost.astype(float),
            **({} if seats is None else {"seats": pa.array(seats, mask=seats < 0)}),
            "opened_on": opened,
            "retired_on": np.where(gone, starts[after], np.datetime64("NaT")),
            "mandatory": courses.mandatory,
            "language": ["en"] * n,
        },
    )
    course, competency = np.nonzero(courses.weight)
    writer.append(
        "course_competencies",
        {
            "course_id": ids[course],
            "competency_id": COMPETENCY_IDS[competency],
            "from_level": courses.from_level[course, competency],
            "to_level": courses.to_level[course, competency],
            "weight": courses.weight[course, competency],
        },
    )
    needs = np.flatnonzero(courses.requires >= 0)
    writer.append(
        "prerequisites",
        {"course_id": ids[needs], "requires_course_id": ids[courses.requires[needs]]},
    )
    steered = (*KPIS, UNDRIVEN)
    writer.append(
        "kpis",
        {
            "kpi_id": [kpi[0] for kpi in steered],
            "name": [kpi[1] for kpi in steered],
            "higher_is_better": [kpi[2] for kpi in steered],
            "perspective": [kpi[3] for kpi in steered],
        },
    )
    write_drives(structure, COMPETENCY_IDS, writer)
