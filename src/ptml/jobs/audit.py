"""What a run's lists are like, over all its buckets: variety, and opportunity by group."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.evidence import Evidence
from ptml.contracts.learning import COURSE_KINDS
from ptml.decide.similarity import course_profiles
from ptml.evaluate.beyond_accuracy import ListTotals, intra_list_diversity, list_evidence
from ptml.evaluate.opportunity import Offers, opportunity_evidence
from ptml.features.history import History
from ptml.jobs.bucket import ScoredBucket

_ADVANCED = [COURSE_KINDS.index(kind) for kind in ("advanced", "leadership")]

Counts = NDArray[np.int64]


class ListAudit:
    """Sums over all buckets of a run; ``like`` gives the catalogue, the same in every bucket."""

    def __init__(self, like: History, top_k: int) -> None:
        self._catalogue = like.catalogue
        self._profiles = course_profiles(like.catalogue)
        self._top_k = top_k
        self._lists = ListTotals.none(like.n_courses)
        self._offers: list[Offers] = []

    def add(self, scored: ScoredBucket, day: int) -> None:
        """Add one bucket."""
        shown = scored.ranking
        n_courses = len(self._catalogue)
        of_bucket = ListTotals(
            shown=np.bincount(shown.course, minlength=n_courses).astype(np.int64),
            possible=np.bincount(scored.course, minlength=n_courses).astype(np.int64),
            takers=_takers(scored, day),
            n_people=len(scored.rows),
            diversity=(intra_list_diversity(shown.row, self._profiles[shown.course]),),
        )
        self._lists = self._lists.add(of_bucket)
        self._offers.append(self._offered(scored))

    def evidence(self, dataset: Dataset, seed: int) -> list[Evidence]:
        """What the lists are like and what is offered by group, as rows of `evidence`."""
        protected = dataset.query("SELECT * FROM protected_attributes")
        rng = np.random.default_rng(seed)
        return [
            *list_evidence(self._lists, self._catalogue.mandatory),
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
