"""What lists are like beside being right: coverage, concentration, novelty, diversity.

Sums over buckets of people; what is added up exactly does not depend on how people are cut into
buckets. The measures are those of Castells, Hurley and Vargas, "Novelty and Diversity in
Recommender Systems" (Recommender Systems Handbook, 2015).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.contracts.evidence import Evidence

Codes = NDArray[np.integer]
Counts = NDArray[np.int64]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

POPULAR_SHARE = 0.1
"""The most taken courses that count as popular, as a share of the catalogue."""


def gini(counts: Counts) -> float:
    """Concentration of counts over courses, 0 (all alike) to 1 - 1/n (one has all).

    ``sum_i (2 i - n - 1) x_i / (n sum x)`` with x ascending and i from 1.

    Examples
    --------
    >>> gini(np.array([5, 5, 5]))
    0.0
    >>> gini(np.array([0, 0, 0, 8]))
    0.75
    """
    n, total = len(counts), int(counts.sum())
    if total == 0:
        return math.nan
    weight = 2 * np.arange(1, n + 1) - n - 1
    return float(weight @ np.sort(counts)) / (n * total)


def intra_list_diversity(row: Codes, profiles: Doubles) -> Doubles:
    """Mean of ``1 - similarity`` over the pairs of each list, (n_lists,) float64.

    Parameters
    ----------
    row : (r,) int
        Which list each shown course is in, ascending.
    profiles : (r, p) float64
        Of the shown courses; the inner product of two is their similarity.

    Returns
    -------
    (n_lists,) float64
        Of the lists with two courses or more, in the order of their rows.

    Notes
    -----
    The similarities of all pairs add up to ``(|sum v|^2 - sum |v|^2) / 2``: no table of courses by
    courses is needed.
    """
    lists, at = np.unique(row, return_inverse=True)
    member = csr_matrix((np.ones(len(row)), (at, np.arange(len(row)))), (len(lists), len(row)))
    together = (np.asarray(member @ profiles) ** 2).sum(axis=1)
    alone = np.asarray(member @ (profiles**2).sum(axis=1))
    length = np.bincount(at, minlength=len(lists)).astype(np.float64)
    kept = length > 1
    n_pairs_twice = length[kept] * (length[kept] - 1)
    return np.asarray(1 - (together[kept] - alone[kept]) / n_pairs_twice, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class ListTotals:
    """What was shown to how many, over all people added so far; (n_courses,) each unless said.

    Attributes
    ----------
    shown : int64
        Lists that show the course.
    possible : int64
        People who could be shown it.
    takers : int64
        People employed who have enrolled in it before.
    people : (1,) int64
        How many there are.
    diversity : tuple of float64 arrays
        Of each list of two or more, a bucket at a time.
    """

    shown: Counts
    possible: Counts
    takers: Counts
    people: Counts
    diversity: tuple[Doubles, ...]

    @classmethod
    def none(cls, n_courses: int) -> Self:
        """Totals of nobody."""
        nothing = np.zeros(n_courses, dtype=np.int64)
        return cls(nothing, nothing.copy(), nothing.copy(), np.zeros(1, dtype=np.int64), ())

    def add(self, other: Self) -> Self:
        """Sum of both."""
        return type(self)(
            self.shown + other.shown,
            self.possible + other.possible,
            self.takers + other.takers,
            self.people + other.people,
            self.diversity + other.diversity,
        )

    def measures(self, mandatory: Bools) -> Mapping[str, float]:
        """The measures by name; NaN where nothing was shown.

        - ``coverage``: share of the courses open to somebody that somebody is shown;
        - ``exposure_gini``: concentration of what is shown over those courses;
        - ``novelty``: mean of ``-log2((takers + 1) / (people + 1))`` of what is shown, bits;
        - ``intra_list_diversity``: mean over lists of ``1 - similarity`` of their pairs;
        - ``mandatory_share``, ``popular_share``: share of what is shown.

        Parameters
        ----------
        mandatory : (n_courses,) bool
        """
        n_shown = int(self.shown.sum())
        if n_shown == 0:
            return dict.fromkeys(MEASURES, math.nan)
        is_open = self.possible > 0
        surprise = -np.log2((self.takers + 1) / (self.people[0] + 1))
        values = np.concatenate([np.zeros(0), *self.diversity])
        found = (
            np.count_nonzero(self.shown[is_open]) / np.count_nonzero(is_open),
            gini(self.shown[is_open]),
            math.fsum(self.shown * surprise) / n_shown,
            # Exact, so that it does not depend on the order of the buckets.
            math.fsum(values) / len(values) if len(values) else math.nan,
            self.shown[mandatory].sum() / n_shown,
            self.shown[_popular(self.takers, mandatory)].sum() / n_shown,
        )
        return dict(zip(MEASURES, map(float, found), strict=True))


MEASURES = (
    "coverage",
    "exposure_gini",
    "novelty",
    "intra_list_diversity",
    "mandatory_share",
    "popular_share",
)


def list_evidence(totals: ListTotals, mandatory: Bools) -> list[Evidence]:
    """The measures of a run's lists as rows of `evidence`; those that are not known are left out.

    They describe the run that was published and estimate nothing: they have no interval.
    """
    return [
        Evidence("recommend", "metric", name, value, payload={"of": "lists"})
        for name, value in totals.measures(mandatory).items()
        if math.isfinite(value)
    ]


def _popular(takers: Counts, mandatory: Bools) -> Codes:
    """The most taken tenth of the courses that are not mandatory; of equals those with less id."""
    chosen = np.flatnonzero(~mandatory)
    n_popular = math.ceil(len(chosen) * POPULAR_SHARE)
    return chosen[np.argsort(-takers[chosen], kind="stable")[:n_popular]]
