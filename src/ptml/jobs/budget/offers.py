"""What a budget needs of each person, collected bucket by bucket, and put together at the end."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.outputs import SEGMENTS
from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.facts import Due, Facts, Offers, People
from ptml.decide.budget.prepare import best_of_each
from ptml.features.columns import whole
from ptml.features.standing import standing
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.budget.company import CompanyFacts
from ptml.jobs.budget.people import hours_open, job_families, segments_of
from ptml.jobs.settings import Settings

_PEOPLE, _OFFERS, _DUE = "budget_people", "budget_offers", "budget_due"
_NUMBERS = ("lift", "low", "high")


class OfferPool:
    """Courses that somebody may be given; nothing is kept where no budget is set."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._config = settings, settings.budget
        self._parts: dict[str, list[pa.Table]] = {_PEOPLE: [], _OFFERS: [], _DUE: []}

    def add(self, scored: ScoredBucket) -> None:
        """Add the people of a bucket."""
        if self._config.money is None:
            return
        kept = _kept(scored, self._config)
        row, due = scored.row[kept], scored.due
        n = len(scored.rows)
        ids = scored.history.employees.ids[scored.rows.employee]
        settings = self._settings
        tables = {
            _PEOPLE: pa.table(
                {
                    "employee_id": pa.array(ids.tolist(), pa.string()),
                    "unit": standing(scored.history, scored.rows).unit,
                    "segment": segments_of(scored, settings),
                    "job_family": job_families(scored),
                    "trainable": scored.trainable,
                    "open_hours": hours_open(scored, settings),
                    "n_offers": np.bincount(row, minlength=n).astype(np.int32),
                    "n_due": np.bincount(due[0], minlength=n).astype(np.int32),
                }
            ),
            _OFFERS: pa.table(
                {
                    "course": scored.course[kept].astype(np.int32),
                    "lift": scored.lift.lift[kept],
                    "low": scored.lift.low[kept],
                    "high": scored.lift.high[kept],
                }
            ),
            _DUE: pa.table({"course": due[1].astype(np.int32)}),
        }
        self.append(tables)

    @property
    def lists(self) -> dict[str, pa.Table]:
        """All that was added."""
        return {name: pa.concat_tables(parts) for name, parts in self._parts.items() if parts}

    def append(self, lists: Mapping[str, pa.Table]) -> None:
        """Add the `lists` of another pool with the same budget."""
        for name, parts in self._parts.items():
            if name in lists:
                parts.append(lists[name])

    def facts(self, company: CompanyFacts) -> tuple[pa.Array, Facts]:
        """Ids of everybody, sorted, and what is known of them; the pool is empty afterwards."""
        lists = self.lists
        # Of a million people they are the larger part of what is held, and not asked for again.
        self._parts = {name: [] for name in self._parts}
        people = lists[_PEOPLE]
        order = pc.sort_indices(people["employee_id"]).to_numpy()
        ids = people["employee_id"].combine_chunks().take(pa.array(order))
        start, pair = _rearranged(whole(people["n_offers"], 0), order)
        due_start, due = _rearranged(whole(people["n_due"], 0), order)
        offers = lists[_OFFERS]
        numbers = (offers[name].to_numpy()[pair] for name in _NUMBERS)
        facts = Facts(
            people=People(
                groups={
                    kind: people[kind].to_numpy()[order]
                    for kind in ("unit", "segment", "job_family")
                },
                names={
                    "unit": company.units,
                    "segment": SEGMENTS,
                    "job_family": company.job_families,
                },
                is_trainable=people["trainable"].to_numpy()[order],
                open_hours=people["open_hours"].to_numpy()[order],
            ),
            courses=company.courses,
            offers=Offers(start, offers["course"].to_numpy()[pair], *numbers),
            due=Due(
                np.repeat(np.arange(len(order)), np.diff(due_start)),
                lists[_DUE]["course"].to_numpy()[due].astype(np.int64),
            ),
            weight=company.weight,
        )
        return ids, facts


def _kept(scored: ScoredBucket, config: BudgetConfig) -> NDArray[np.int64]:
    """Pairs that a budget could buy: a lift to count on, in the order of rows and courses."""
    counted = scored.lift.low if config.by_lower_bound else scored.lift.lift
    return best_of_each(scored.row, counted, config.candidates)


def _rearranged(
    length: NDArray[np.integer], order: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where rows of people in a new order begin, and where each row was."""
    was = np.concatenate([[0], np.cumsum(length)])[:-1]
    new = length[order]
    start = np.concatenate([[0], np.cumsum(new)]).astype(np.int64)
    row = np.repeat(was[order] - start[:-1], new) + np.arange(start[-1])
    return start, row.astype(np.int64)
