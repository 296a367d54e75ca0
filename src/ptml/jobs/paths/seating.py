"""Who may plan on courses with few seats: settled before anybody's path is laid for good."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from ptml.contracts.person_hash import hash_of_person
from ptml.decide.path.seats import (
    SeatCutoffs,
    Starts,
    quarter_of,
    quarters_ahead,
    seats_left,
    settled,
)
from ptml.features.bucket import Bucket
from ptml.features.catalogue import Catalogue
from ptml.features.eligibility import taken_seats
from ptml.features.history import history_of
from ptml.jobs.bucket import scored_bucket
from ptml.jobs.listing import known_of, lists_of
from ptml.jobs.models import Models
from ptml.jobs.paths.offered import Choices, choices_of
from ptml.jobs.run_shared import RunShared

Rows = Callable[[Bucket], Mapping[str, pa.Table]]

_MOST_ROUNDS = 50
_NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Part:
    """The people of a bucket among whom seats are settled."""

    choices: Choices
    catalogue: Catalogue

    def starts(self, cutoffs: SeatCutoffs, shared: RunShared) -> Starts:
        """What they plan under cutoffs, of courses with few seats."""
        offers, _ = self.choices.offers.under(cutoffs, shared.epoch_day)
        steps = self.choices.plans(offers, self.catalogue, shared, _NOBODY).steps
        steps = steps.take(
            np.flatnonzero(~steps.running & (self.catalogue.seats[steps.course] >= 0))
        )
        points = np.full(len(steps), np.inf)
        points[steps.offer >= 0] = offers.points[steps.offer[steps.offer >= 0]]
        quarter = quarter_of(steps.first_week, shared.epoch_day)
        return Starts(steps.course.astype(np.int64), quarter, points)


def with_seats_settled(
    shared: RunShared, models: Models, rows: Rows, buckets: Sequence[Bucket]
) -> RunShared:
    """Find from how many points on courses with few seats may be planned, quarter by quarter.

    People of a range of hashes plan for all: everybody in a company up to `PathConfig.seat_people`.
    Who they are does not depend on how people are cut into buckets, and so neither do the cutoffs.

    Parameters
    ----------
    rows : callable
        What a bucket is scored from.
    buckets : sequence of Bucket
        Into which people are cut.
    """
    seats = shared.company.catalogue.seats
    if models.preference is None or not (seats >= 0).any():
        return shared
    config = shared.settings.path
    n_people = shared.company.rows_read["employees"]
    chosen = Bucket(0, max(-(-n_people // config.seat_people), 1))
    parts = [
        part
        for bucket in buckets
        if bucket.hashes[0] <= chosen.hashes[1]
        and (part := _part_of(bucket, chosen, shared, models, rows)) is not None
    ]
    taken = taken_seats(shared.sums, len(seats), shared.epoch_day)
    left = seats_left(seats, taken, quarters_ahead(config.horizon_weeks))

    def lay(cutoffs: SeatCutoffs) -> Starts:
        found = [part.starts(cutoffs, shared) for part in parts]
        return Starts(
            *(
                np.concatenate([getattr(one, name) for one in found] or [np.zeros(0)])
                for name in ("course", "quarter", "points")
            )
        )

    return replace(shared, cutoffs=settled(lay, left, 1 / chosen.count, _MOST_ROUNDS))


def _part_of(
    bucket: Bucket, chosen: Bucket, shared: RunShared, models: Models, rows: Rows
) -> _Part | None:
    history = history_of(rows(bucket), shared.company, bucket)
    known = known_of(history, shared.sums, shared.epoch_day, shared.settings)
    ids = history.employees.ids[known.asked.rows.employee].tolist()
    at = np.flatnonzero([hash_of_person(name) <= chosen.hashes[1] for name in ids])
    if not len(at):
        return None
    known = known.take(at)
    lists = lists_of(known, models, shared.epoch_day, shared.settings)
    scored = scored_bucket(known, lists, None, shared.settings)
    return _Part(choices_of(known, scored, models, shared), history.catalogue)
