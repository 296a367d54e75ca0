"""What a budget needs of the company: courses and their seats, names of groups, weights."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.decide.budget.facts import Courses, PointWeights
from ptml.decide.budget.quarter import first_day
from ptml.decide.path.overlap import course_overlap
from ptml.features.days import day_number
from ptml.jobs.run_shared import RunShared

# An overlap under this is not told: it would change no plan.
_LEAST_OVERLAP = 0.01


@dataclass(frozen=True, eq=False)
class CompanyFacts:
    """The same for everybody.

    Attributes
    ----------
    courses : Courses
    units, job_families : sequence of str
        Ids by code.
    competencies : sequence of str
        Ids by code.
    weight : PointWeights
        What a point of a course counts by what the unit has to achieve.
    is_mandatory : (n_courses,) bool
    """

    courses: Courses
    units: Sequence[str]
    job_families: Sequence[str]
    competencies: Sequence[str]
    weight: PointWeights
    is_mandatory: NDArray[np.bool_]

    @classmethod
    def of(cls, shared: RunShared) -> Self:
        """Collect them as of the day of a run."""
        company = shared.company
        catalogue, maps = company.catalogue, company.maps
        overlap = course_overlap(catalogue)
        np.fill_diagonal(overlap, 0)
        courses = Courses(
            ids=maps.courses.ids,
            cost=catalogue.cost.astype(np.float64),
            hours=catalogue.hours.astype(np.float64),
            seats=catalogue.seats.astype(np.int64),
            seats_taken=_seats_taken(shared),
            overlap=np.where(overlap < _LEAST_OVERLAP, 0, np.round(overlap, 4)).astype(np.float32),
        )
        return cls(
            courses,
            maps.units.ids.tolist(),
            maps.job_families.ids.tolist(),
            maps.competencies.ids.tolist(),
            _weights(shared),
            catalogue.mandatory,
        )

    @property
    def table(self) -> pa.Table:
        """`budget_courses`: one row a course."""
        courses = self.courses
        return pa.table(
            {
                "course_id": pa.array(courses.ids.tolist(), pa.string()),
                "cost": courses.cost,
                "hours": courses.hours,
                "seats": pa.array(courses.seats.astype(np.int32), mask=courses.seats < 0),
                "seats_taken": courses.seats_taken.astype(np.int32),
                "mandatory": self.is_mandatory,
                "overlaps": pa.array(_objects(courses.overlap, courses.ids.tolist(), 0)),
                "teaches": pa.array(_objects(self.weight.taught, self.competencies, 0)),
            }
        )

    @property
    def weights_table(self) -> pa.Table:
        """`budget_units`: what a point counts in a unit by the competency, where it is not 1."""
        told = _objects(self.weight.of_unit, self.competencies, 1)
        return pa.table(
            {
                "org_unit_id": pa.array(self.units, pa.string()),
                "competency_weights": pa.array(told),
                "weights": pa.nulls(len(told), pa.string()),
            }
        )


def _objects(numbers: NDArray[np.floating], ids: Sequence[str], usual: float) -> list[str]:
    """Each row of a matrix as a JSON object by id, without what is as usual."""
    names = np.array([json.dumps(name, ensure_ascii=False) for name in ids], dtype=object)
    texts = []
    for row in numbers:
        told = np.flatnonzero(row != usual)
        pairs = zip(names[told], row[told].tolist(), strict=True)
        texts.append(f"{{{', '.join(f'{name}: {round(x, 4)!r}' for name, x in pairs)}}}")
    return texts


def _weights(shared: RunShared) -> PointWeights:
    # As they are published, so that a later look at what was published plans the same.
    taught = np.nan_to_num(shared.company.catalogue.weight.astype(np.float64))
    return PointWeights(np.round(shared.goals.weight, 4), np.round(taught, 4))


def _seats_taken(shared: RunShared) -> NDArray[np.int64]:
    """Seats of the coming quarter that enrolments before the day have taken, (n_courses,)."""
    n, log = len(shared.company.catalogue), shared.sums.course_seats
    since = np.full(n, day_number(first_day(shared.day)), dtype=np.int32)
    until = np.full(n, shared.epoch_day, dtype=np.int32)
    if shared.epoch_day <= since[0] if n else True:
        return np.zeros(n, dtype=np.int64)
    return log.total("seats", log.window(np.arange(n), since, until))
