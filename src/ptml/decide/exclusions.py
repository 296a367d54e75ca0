"""What is not recommended and why: reasons a pair, and the reason of a person's short list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.rank import Candidates, Ranking
from ptml.features.eligibility import EXCLUSIONS

Codes = NDArray[np.int32]
Counts = NDArray[np.int64]
Reasons = NDArray[np.uint8]

REASONS = (*EXCLUSIONS, "no_gain")
"""Why a course is not recommended, by code: why it is not eligible, or nothing to gain."""
NO_GAIN = REASONS.index("no_gain")

SHORT_LIST_REASONS = (*REASONS, "few_courses")
"""Why a list is short, by code; empty = it is full."""
FEW_COURSES = SHORT_LIST_REASONS.index("few_courses")


def candidate_pairs(excluded: Reasons) -> tuple[Codes, Codes]:
    """Row and course of the eligible pairs, sorted by row, then course, (m,) int32 each.

    Parameters
    ----------
    excluded : (n, n_courses) uint8
        `ptml.features.eligibility.eligibility`; 0 = eligible.
    """
    row, course = np.nonzero(excluded == 0)
    return row.astype(np.int32), course.astype(np.int32)


def without_gain(excluded: Reasons, candidates: Candidates) -> Reasons:
    """Add the code ``no_gain`` for candidates whose lift is known to be nothing or harm.

    Returns
    -------
    (n, n_courses) uint8
        Positions in `REASONS`; 0 = could be recommended.
    """
    found = excluded.copy()
    pair = candidates.has_no_gain
    found[candidates.row[pair], candidates.course[pair]] = NO_GAIN
    return found


def reason_counts(excluded: Reasons) -> Counts:
    """Courses of each row by reason, (n, n_reasons) int64, by position in `REASONS`.

    Parameters
    ----------
    excluded : (n, n_courses) uint8
        Positions in `REASONS`.
    """
    counts = np.zeros((len(excluded), len(REASONS)), dtype=np.int64)
    _count(np.require(excluded, requirements=("C", "W")), counts)
    return counts


@njit(cache=True)  # type: ignore[untyped-decorator]
def _count(excluded: Reasons, counts: Counts) -> None:
    # A pass for each reason: comparisons go on side by side, and counters of cells do not.
    for i in range(len(excluded)):
        for code in range(counts.shape[1]):
            n = np.int32(0)
            for j in range(excluded.shape[1]):
                n += np.int32(excluded[i, j] == code)
            counts[i, code] = n


def short_list_reasons(counts: Counts, ranking: Ranking, top_k: int) -> Reasons:
    """Why each row's list is shorter than `top_k`, (n,) uint8 positions in `SHORT_LIST_REASONS`.

    The reason is the one that took most courses from the row (of equals the first); where none took
    any, there are no more courses.

    Parameters
    ----------
    counts : (n, n_reasons) int64
        `reason_counts`.
    """
    n_listed = np.bincount(ranking.row, minlength=len(counts))
    reason = np.argmax(counts[:, 1:], axis=1) + 1
    reason = np.where(counts[:, 1:].any(axis=1), reason, FEW_COURSES)
    return np.where(n_listed < top_k, reason, 0).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class ShortLists:
    """Lists of a bucket that are shorter than was asked for, (k,) each.

    Attributes
    ----------
    row : int64
    listed : int64
        Courses on the list; 0 = there is none.
    reason : uint8
        Position in `SHORT_LIST_REASONS`.
    counts : (k, n_reasons) int64
        Courses by reason, positions of `REASONS`; the first is of those that could be recommended.
    """

    row: Counts
    listed: Counts
    reason: Reasons
    counts: Counts

    @classmethod
    def of(cls, counts: Counts, ranking: Ranking, short: Reasons) -> Self:
        """Pick the rows with a reason.

        Parameters
        ----------
        counts : (n, n_reasons) int64
            `reason_counts`.
        short : (n,) uint8
            `short_list_reasons`.
        """
        row = np.flatnonzero(short)
        n_listed = np.bincount(ranking.row, minlength=len(counts))
        return cls(row, n_listed[row], short[row], counts[row])


@dataclass(frozen=True, eq=False)
class ExclusionTotals:
    """How often each reason came up, over all buckets added so far.

    Attributes
    ----------
    pairs : (n_reasons,) int64
        Pairs of person and course by position in `REASONS`.
    people : (n_reasons + 1,) int64
        People by position in `SHORT_LIST_REASONS`.
    """

    pairs: Counts
    people: Counts

    @classmethod
    def none(cls) -> Self:
        """Totals of nobody."""
        return cls(
            *(np.zeros(len(names), dtype=np.int64) for names in (REASONS, SHORT_LIST_REASONS))
        )

    @classmethod
    def of(cls, counts: Counts, short_lists: Reasons) -> Self:
        """Add up the reasons of one bucket.

        Parameters
        ----------
        counts : (n, n_reasons) int64
            `reason_counts`.
        short_lists : (n,) uint8
            `short_list_reasons`.
        """
        pairs = counts.sum(axis=0)
        people = np.bincount(short_lists, minlength=len(SHORT_LIST_REASONS))
        return cls(pairs.astype(np.int64), people.astype(np.int64))

    def add(self, other: Self) -> Self:
        """Sum of both."""
        return type(self)(self.pairs + other.pairs, self.people + other.people)

    def excluded(self) -> Mapping[str, int]:
        """Number of pairs by reason, those that occur."""
        return {name: int(n) for name, n in zip(REASONS, self.pairs, strict=True) if name and n}

    def short_lists(self) -> Mapping[str, int]:
        """Number of people with a short list by reason, those that occur."""
        return {
            name: int(n)
            for name, n in zip(SHORT_LIST_REASONS, self.people, strict=True)
            if name and n
        }
