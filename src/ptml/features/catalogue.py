"""The courses: what they are, what they teach and what they build on, as arrays by course code."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ptml.features.arrays import Bools, Codes, Days, Floats


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Arrays by course, (n_courses,) unless said; the same in every bucket.

    Attributes
    ----------
    title : object
        Empty string = none.
    kind, delivery : int32
        Position in `COURSE_KINDS` and `DELIVERIES` of `ptml.contracts.learning`; -1 unknown.
    hours, cost : float32
        NaN = unknown; cost is per seat.
    seats : int32
        Per quarter; -1 = no limit.
    opened, retired : int32
        Days; `opened` is the smallest int32 where it is not known (always open), `retired` `NEVER`.
    mandatory : bool
    language : int32
        Code among `languages`; -1 unknown.
    languages : tuple of str
    valid_days : int32
        How long a certificate is valid; -1 = for ever.
    teaches : (n_courses, n_competencies) bool
    weight, from_level, to_level : (n_courses, n_competencies) float32
        0, NaN and NaN where the course does not teach the competency.
    requires : (n_courses, n_courses) bool
        Row course requires column course.
    """

    title: NDArray[np.object_]
    kind: Codes
    delivery: Codes
    hours: Floats
    cost: Floats
    seats: Codes
    opened: Days
    retired: Days
    mandatory: Bools
    language: Codes
    languages: tuple[str, ...]
    valid_days: Codes
    teaches: Bools
    weight: Floats
    from_level: Floats
    to_level: Floats
    requires: Bools

    def __len__(self) -> int:
        return len(self.kind)

    @cached_property
    def taught(self) -> Codes:
        """Competencies of each course, (n_courses, most of any course) int32; -1 fills up."""
        return _listed(self.teaches)

    @cached_property
    def teaches_something(self) -> Bools:
        """Whether the course teaches any competency, (n_courses,) bool."""
        return np.asarray(self.teaches.any(axis=1), dtype=np.bool_)

    def open_on(self, day: int | Days) -> Bools:
        """Whether each course can be started, as known before a day, (n_courses,) bool.

        Of days (n, 1) it is (n, n_courses).
        """
        return (self.opened < day) & (self.retired >= day)

    @cached_property
    def required(self) -> Codes:
        """Prerequisites of each course, (n_courses, most of any course) int32; -1 fills up."""
        return _listed(self.requires)


def _listed(cells: Bools) -> Codes:
    most = int(cells.sum(axis=1).max(initial=0))
    order = np.argsort(~cells, axis=1, kind="stable")[:, :most].astype(np.int32)
    return np.where(np.take_along_axis(cells, order, axis=1), order, np.int32(-1))
