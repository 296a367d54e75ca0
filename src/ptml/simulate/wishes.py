"""What units ask for: a course in what they lack most, or one in what they lack least."""

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.living import Life
from ptml.simulate.people import People
from ptml.simulate.records import Names
from ptml.simulate.structure import Structure
from ptml.simulate.writing import TableWriter

FloatArray = NDArray[np.float64]

# A stream of its own: no draw of the rest of the organisation moves.
_WISHES = 14


def write_wishes(
    structure: Structure,
    people: People,
    life: Life,
    names: Names,
    writer: TableWriter,
    truth: TableWriter,
) -> None:
    """Write wishes as feedback of the last quarter, and what is truly lacking to the truth."""
    planted = structure.config.changes.unit_wishes
    if planted is None:
        return
    rng = np.random.default_rng([structure.config.seed, _WISHES, people.first])
    unit, lacks = people.unit[:, -1], course_gaps(structure, people, life)
    for asking in np.flatnonzero(rng.random(people.n_units) < planted.unit_share).tolist():
        gaps = np.where(np.isfinite(lacks[asking]), lacks[asking], np.nan)
        if np.isnan(gaps).all():
            continue
        course = int(np.nanargmax(gaps) if rng.random() < 0.5 else np.nanargmin(gaps))
        at_work = people.employed(structure.config.n_quarters - 1) & (unit == asking)
        who = np.flatnonzero(at_work & (rng.random(len(people)) < planted.people_share))
        writer.append(
            "feedback",
            {
                "employee_id": names.employee[who],
                "asked_on": np.full(len(who), structure.ends[-1] - np.timedelta64(20, "D")),
                "kind": np.full(len(who), "wants_course"),
                "subject_id": np.full(len(who), names.course[course]),
                "value": np.full(len(who), 5.0),
            },
        )
        truth.append(
            "wishes",
            {
                "org_unit_id": names.unit[[asking]],
                "course_id": names.course[[course]],
                "gap_levels": gaps[[course]],
            },
        )


def course_gaps(structure: Structure, people: People, life: Life) -> FloatArray:
    """Largest true mean gap in what each course teaches, by unit, (n_units, n_courses); levels.

    The mean is over those of whom the role requires it; NaN where it is required of nobody, and
    for courses that have to be taken anyway.
    """
    last = structure.config.n_quarters - 1
    here, unit = people.employed(last), people.unit[:, last]
    required = structure.required[people.role[:, last]]
    gap = np.where(required > 0, np.maximum(required - life.level, 0), 0) * here[:, None]
    asked = (required > 0) & here[:, None]
    sums = np.zeros((people.n_units, required.shape[1]))
    n = np.zeros_like(sums)
    np.add.at(sums, unit, gap)
    np.add.at(n, unit, asked)
    means = np.where(n >= 5, sums / np.maximum(n, 1), -np.inf)
    teaches = structure.courses.weight > 0
    found = np.where(teaches[None], means[:, None, :], -np.inf).max(axis=2)
    found[:, structure.courses.mandatory] = -np.inf
    return np.where(np.isfinite(found), found, np.nan)
