"""What a run's lists are like, over all its buckets: variety, and opportunity by group."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.evidence import Evidence
from ptml.contracts.learning import COURSE_KINDS
from ptml.decide.similarity import course_profiles
from ptml.evaluate.beyond_accuracy import ListTotals, intra_list_diversity, list_evidence
from ptml.evaluate.opportunity import MEASURES, Offers, joined, opportunity_evidence
from ptml.features.company_inputs import CompanyInputs
from ptml.jobs.bucket import ScoredBucket

_ADVANCED = [COURSE_KINDS.index(kind) for kind in ("advanced", "leadership")]

Counts = NDArray[np.int64]


class ListAudit:
    """Sums over all buckets of a run.

    Attributes
    ----------
    totals : ListTotals
    """

    def __init__(self, company: CompanyInputs, top_k: int) -> None:
        self._catalogue = company.catalogue
        self._profiles = course_profiles(company.catalogue)
        self._top_k = top_k
        self.totals = ListTotals.none(len(company.maps.courses))
        self._offers: list[Offers] = []

    def add(self, scored: ScoredBucket, day: int) -> None:
        """Add one bucket."""
        shown = scored.ranking
        n_courses = len(self._catalogue)
        of_bucket = ListTotals(
            shown=np.bincount(shown.course, minlength=n_courses).astype(np.int64),
            possible=np.bincount(scored.course, minlength=n_courses).astype(np.int64),
            takers=_takers(scored, day),
            people=np.array([len(scored.rows)], dtype=np.int64),
            diversity=(intra_list_diversity(shown.row, self._profiles[shown.course]),),
        )
        self.totals = self.totals.add(of_bucket)
        self._offers.append(self._offered(scored))

    @property
    def lists(self) -> dict[str, pa.Table]:
        """What was added of each list and of each person."""
        people, values = joined(self._offers)
        offered = {name: values[:, k] for k, name in enumerate(MEASURES)}
        return {
            "diversity": pa.table(
                {"diversity": np.concatenate([np.zeros(0), *self.totals.diversity])}
            ),
            "offered": pa.table({"employee_id": pa.array(people.tolist(), pa.string()), **offered}),
        }

    def append(self, lists: Mapping[str, pa.Table]) -> None:
        """Add the lists of another one; its totals are added apart."""
        diversity, offered = lists["diversity"]["diversity"].to_numpy(), lists["offered"]
        self.totals = replace(self.totals, diversity=(*self.totals.diversity, diversity))
        ids = offered["employee_id"].to_numpy(zero_copy_only=False)
        values = np.stack([offered[name].to_numpy() for name in MEASURES], axis=1)
        self._offers.append(Offers(ids.astype(object), values))

    def evidence(self, dataset: Dataset, seed: int) -> list[Evidence]:
        """What the lists are like and what is offered by group, as rows of `evidence`."""
        protected = dataset.query("SELECT * FROM protected_attributes")
        rng = np.random.default_rng(seed)
        return [
            *list_evidence(self.totals, self._catalogue.mandatory),
            *opportunity_evidence(self._offers, protected, rng),
        ]

    def _offered(self, scored: ScoredBucket) -> Offers:
        shown, n = scored.ranking, len(scored.rows)
        hours = self._catalogue.hours[shown.course].astype(np.float64)
        is_advanced = np.isin(self._catalogue.kind[shown.course], _ADVANCED)
        length = np.bincount(shown.row, minlength=n).astype(np.float64)
        some = np.where(length > 0, length, np.nan)
        total_hours = np.bincount(shown.row, np.nan_to_num(hours), n)
        values = (
            np.bincount(shown.row, shown.score, n) / some,
            (length >= self._top_k).astype(np.float64),
            np.bincount(shown.row, is_advanced, n) / some,
            total_hours if np.isfinite(self._catalogue.hours).any() else total_hours * np.nan,
        )
        ids = scored.history.employees.ids[scored.rows.employee]
        return Offers(ids, np.stack(values, axis=1))


def _takers(scored: ScoredBucket, day: int) -> Counts:
    """People of the bucket who have enrolled in each course before the day, (n_courses,)."""
    history, log = scored.history, scored.history.enrolments
    here = (log.enrolled < day) & np.isin(log.employee, scored.rows.employee)
    cell = log.employee[here].astype(np.int64) * history.n_courses + log.course[here]
    return np.bincount(np.unique(cell) % history.n_courses, minlength=history.n_courses)
