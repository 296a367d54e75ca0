"""What is known before a budget is set: people, courses, what each brings whom, what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class People:
    """Everybody who is planned for, (n,) each, in the order of their ids.

    Attributes
    ----------
    groups : mapping of str to (n,) int32
        Code of the group by kind of `ptml.decide.budget.config.GROUP_KINDS`; -1 = none.
    names : mapping of str to sequence of str
        Ids of the groups by kind and code.
    is_trainable : bool
        Not those whose matter is the environment.
    open_hours : float64
        Hours of the courses that the person has open.
    """

    groups: Mapping[str, Codes]
    names: Mapping[str, Sequence[str]]
    is_trainable: Bools
    open_hours: Doubles

    def __len__(self) -> int:
        return len(self.is_trainable)


@dataclass(frozen=True, eq=False)
class Courses:
    """The catalogue, (n_courses,) each.

    Attributes
    ----------
    ids : object
    cost, hours : float64
        Of a seat; NaN = unknown.
    seats : int64
        A quarter; -1 = no limit.
    seats_taken : int64
        Of the coming quarter, so far.
    overlap : (n_courses, n_courses) float32
        See `ptml.decide.budget.problem.Problem`.
    """

    ids: NDArray[np.object_]
    cost: Doubles
    hours: Doubles
    seats: Counts
    seats_taken: Counts
    overlap: Floats

    def __len__(self) -> int:
        return len(self.cost)


@dataclass(frozen=True, eq=False)
class Offers:
    """Courses that somebody may be given; those of a person stand together, by course.

    Attributes
    ----------
    start : (n + 1,) int64
    course : (m,) int32
    lift, low, high : (m,) float32
        Points; the ends of the 90 % interval.
    """

    start: Counts
    course: Codes
    lift: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Due:
    """Mandatory courses that people still have to take, (k,) int64 each, sorted."""

    person: Counts
    course: Counts


@dataclass(frozen=True, eq=False)
class PointWeights:
    """What a point of a course counts in a unit: the mean weight there of what it teaches.

    Kept by competency: by course it would be a matrix of all units and all courses.

    Attributes
    ----------
    of_unit : (n_units, n_competencies) float64
        What a competency counts by the goals of the unit, mean about 1.
    taught : (n_courses, n_competencies) float64
        How much of a course each competency is; a course of zeros counts 1 everywhere.
    """

    of_unit: Doubles
    taught: Doubles

    def at(self, unit: Codes, course: Codes) -> Floats:
        """Weight of each pair of a unit and a course, (k,) float32."""
        competency, share = self._parts
        found = np.zeros(len(unit))
        for j in range(competency.shape[1]):
            found += share[course, j] * self.of_unit[unit, competency[course, j]]
        teaches = np.asarray(share.any(axis=1))
        return np.where(teaches[course], found, 1).astype(np.float32)

    @cached_property
    def _parts(self) -> tuple[Counts, Doubles]:
        """What each course teaches, the largest part first: (n_courses, most) each."""
        most = int(np.count_nonzero(self.taught, axis=1).max(initial=0))
        competency = np.argsort(-self.taught, axis=1, kind="stable")[:, :most]
        part = np.take_along_axis(self.taught, competency, axis=1)
        whole = part.sum(axis=1, keepdims=True)
        return competency, np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


@dataclass(frozen=True, eq=False)
class Facts:
    """All of it.

    Attributes
    ----------
    weight : PointWeights or None
        What a point of a course counts in a unit; None = 1 everywhere.
    """

    people: People
    courses: Courses
    offers: Offers
    due: Due
    weight: PointWeights | None = None
