"""What paths of all buckets come to: seats that they want, and how well they are solved."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.paths import PATH_STATUSES
from ptml.decide.path.check import TOLERANCE_POINTS
from ptml.decide.path.plan import STOPPED
from ptml.decide.path.seats import SeatsWanted, quarter_name, quarters_ahead
from ptml.features.columns import codes, whole
from ptml.features.company_inputs import CompanyInputs
from ptml.features.days import quarter_start
from ptml.jobs.run_shared import RunShared
from ptml.jobs.tables import ids_at

Counts = NDArray[np.int64]
_MODEL = "paths"


@dataclass(frozen=True, eq=False)
class PathSums:
    """Whole numbers that are added up bucket by bucket.

    Attributes
    ----------
    wanted : (n_courses, quarters) int64
        As in `ptml.decide.path.seats.SeatsWanted`.
    statuses : (n statuses,) int64
        People by the status of their path.
    checked : (2,) int64
        People whose path the library's solver found too, and those where it found another value.
    """

    wanted: Counts
    statuses: Counts = field(default_factory=lambda: np.zeros(len(PATH_STATUSES), dtype=np.int64))
    checked: Counts = field(default_factory=lambda: np.zeros(2, dtype=np.int64))

    @classmethod
    def none(cls, company: CompanyInputs, horizon_weeks: int) -> "PathSums":
        """Before the first bucket."""
        shape = (len(company.maps.courses), quarters_ahead(horizon_weeks))
        return cls(np.zeros(shape, dtype=np.int64))

    def add(self, paths: pa.Table | None, plans: pa.Table | None, shared: RunShared) -> None:
        """Add the tables `paths` and `path_plans` of a bucket."""
        if paths is None or plans is None:
            return
        ahead = paths.filter(pc.invert(paths["running"]))
        course = codes(ahead["course_id"], shared.company.maps.courses)
        SeatsWanted(self.wanted).add(course, whole(ahead["starts_in_week"], 0), shared.epoch_day)
        place = pc.index_in(plans["status"], value_set=pa.array(PATH_STATUSES)).to_numpy()
        self.statuses[:] += np.bincount(place, minlength=len(PATH_STATUSES))
        told = plans["library_value"].to_numpy().astype(np.float64)
        off = np.abs(told - plans["value"].to_numpy()) > TOLERANCE_POINTS
        self.checked[:] += np.isfinite(told).sum(), off.sum()

    def evidence(self) -> list[Evidence]:
        """How many paths are proven to be the best, and whether the library agrees."""
        n, stopped = int(self.statuses.sum()), int(self.statuses[STOPPED])
        if n == 0:
            return []
        n_checked, n_off = (int(value) for value in self.checked)
        verdict = "not_judged" if n_checked == 0 else ("fail" if n_off else "pass")
        return [
            Evidence(_MODEL, "metric", "proven_best_share", 1 - stopped / n, payload={"people": n}),
            Evidence(
                *(_MODEL, "check", "library_finds_no_other_path", float(n_off), None, None, 0.0),
                verdict,
                {"people": n_checked, "tolerance_points": TOLERANCE_POINTS},
            ),
        ]

    def seats_table(self, shared: RunShared) -> pa.Table:
        """`path_seats`: courses with limited seats by the quarter that paths begin them in."""
        company, day = shared.company, shared.day
        seats = company.catalogue.seats
        found = SeatsWanted(self.wanted).against(seats, _taken(shared))
        course, quarter, taken, short = found
        return pa.table(
            {
                "course_id": ids_at(company.maps.courses, course),
                "quarter": pa.array([quarter_name(day, int(q)) for q in quarter], pa.string()),
                "seats": seats[course].astype(np.int32),
                "taken": taken.astype(np.int32),
                "wanted": self.wanted[course, quarter].astype(np.int32),
                "short": short.astype(np.int32),
            }
        )


def _taken(shared: RunShared) -> Counts:
    """Seats of each course that are taken in the quarter of the day."""
    n = len(shared.company.maps.courses)
    until = np.full(n, shared.epoch_day, dtype=np.int32)
    window = shared.sums.course_seats.window(np.arange(n), quarter_start(until), until)
    return np.asarray(shared.sums.course_seats.total("seats", window), dtype=np.int64)
