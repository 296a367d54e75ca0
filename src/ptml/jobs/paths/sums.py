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
from ptml.decide.path.seats import Starts, quarter_name, quarter_of, quarters_ahead
from ptml.features.columns import codes, whole
from ptml.features.company_inputs import CompanyInputs
from ptml.features.eligibility import taken_seats
from ptml.jobs.run_shared import RunShared
from ptml.jobs.tables import ids_at

Counts = NDArray[np.int64]
_MODEL = "paths"


@dataclass(frozen=True, eq=False)
class PathSums:
    """Whole numbers that are added up bucket by bucket.

    Attributes
    ----------
    planned : (n_courses, quarters) int64
        Paths by what they begin in which quarter.
    statuses : (n statuses,) int64
        People by the status of their path.
    checked : (2,) int64
        People whose path the library's solver found too, and those where it found another value.
    """

    planned: Counts
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
        course = codes(ahead["course_id"], shared.company.maps.courses).astype(np.int64)
        quarter = quarter_of(whole(ahead["starts_in_week"], 0), shared.epoch_day)
        starts = Starts(course, quarter, np.zeros(len(course)))
        self.planned[:] += starts.counts(*self.planned.shape)
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
        """`path_seats`: courses with few seats by the quarter that paths want to begin them in."""
        company, day, seats = shared.company, shared.day, shared.company.catalogue.seats
        wanted = np.zeros_like(self.planned)
        if shared.cutoffs is not None:
            wanted[:] = np.round(shared.cutoffs.wanted)
        course, quarter = np.nonzero((wanted + self.planned > 0) & (seats >= 0)[:, None])
        taken = np.where(
            quarter == 0, taken_seats(shared.sums, len(seats), shared.epoch_day)[course], 0
        )
        left = np.maximum(seats[course] - taken, 0)
        wanted = wanted[course, quarter]
        return pa.table(
            {
                "course_id": ids_at(company.maps.courses, course),
                "quarter": pa.array([quarter_name(day, int(q)) for q in quarter], pa.string()),
                "seats": seats[course].astype(np.int32),
                "taken": taken.astype(np.int32),
                "wanted": wanted.astype(np.int32),
                "short": np.maximum(wanted - left, 0).astype(np.int32),
                "planned": self.planned[course, quarter].astype(np.int32),
            }
        )
