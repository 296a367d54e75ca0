"""Bare loops of the heaviest stages on made-up numbers: how fast this machine can do the work."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

# What a row has, after docs/benchmarks-scale.md: events a head, columns, features of a pair.
EVENTS, COLUMNS, PAIR_COLUMNS, BINS = 24, 42, 13, 64
FACTORS, COURSES, TOP, SHOWN, BLOCK = 64, 2_000, 50, 10, 512


@dataclass(frozen=True, eq=False)
class KernelInputs:
    """Made-up numbers of the shapes that scoring has."""

    keys: NDArray[np.int64]
    asked: NDArray[np.int64]
    sums: NDArray[np.float64]
    users: NDArray[np.float32]
    items: NDArray[np.float32]
    seen: NDArray[np.bool_]
    scores: NDArray[np.float32]
    pair_columns: NDArray[np.float32]
    of_pair: NDArray[np.int64]
    person: NDArray[np.int64]
    course: NDArray[np.int64]
    person_masks: NDArray[np.uint32]
    course_masks: NDArray[np.uint32]
    pair_masks: NDArray[np.uint32]
    bins: NDArray[np.uint8]
    values: NDArray[np.float64]


def kernel_inputs(people: int, pairs: int, trees: int, rng: np.random.Generator) -> KernelInputs:
    """Draw them."""
    masks = 2**32 - 1
    person = np.sort(rng.integers(0, people, pairs))
    return KernelInputs(
        keys=np.sort(
            (np.repeat(np.arange(people), EVENTS) << 32) + rng.integers(0, 1100, people * EVENTS)
        ),
        asked=(np.arange(people, dtype=np.int64) << 32) + 1000,
        sums=rng.normal(size=(COLUMNS // 2, people * EVENTS + 1)).cumsum(axis=1),
        users=rng.normal(size=(people, FACTORS)).astype(np.float32),
        items=rng.normal(size=(COURSES, FACTORS)).astype(np.float32),
        seen=rng.random((BLOCK, COURSES)) < 0.01,
        scores=rng.normal(size=(people, TOP)).astype(np.float32),
        pair_columns=rng.normal(size=(PAIR_COLUMNS, people)).astype(np.float32),
        of_pair=person,
        person=person,
        course=rng.integers(0, COURSES, pairs),
        person_masks=rng.integers(1, masks, (people, trees), dtype=np.uint32) | np.uint32(1),
        course_masks=rng.integers(1, masks, (COURSES, trees), dtype=np.uint32) | np.uint32(1),
        pair_masks=rng.integers(1, masks, (PAIR_COLUMNS, BINS, trees), dtype=np.uint32)
        | np.uint32(1),
        bins=rng.integers(0, BINS, (pairs, PAIR_COLUMNS), dtype=np.uint8),
        values=rng.normal(size=(trees, 32)),
    )


def feature_rows(given: KernelInputs) -> NDArray[np.float64]:
    """As-of sums of one day: two look-ups in sorted keys, differences of prefix sums."""
    now = np.searchsorted(given.keys, given.asked)
    year = np.searchsorted(given.keys, given.asked - 365)
    first = np.searchsorted(given.keys, given.asked - 1000)
    at = given.sums
    return np.concatenate([at[:, now] - at[:, first], at[:, now] - at[:, year]])


def candidate_scores(given: KernelInputs) -> NDArray[np.int64]:
    """The best of all courses for everybody, what was taken left out, block by block."""
    found = np.empty((len(given.users), TOP), dtype=np.int64)
    for begin in range(0, len(given.users), BLOCK):
        part = slice(begin, begin + BLOCK)
        liked = given.users[part] @ given.items.T
        liked[given.seen[: len(liked)]] = -np.inf
        found[part] = np.argpartition(liked, COURSES - TOP, axis=1)[:, -TOP:]
    return found


def top_of(given: KernelInputs) -> NDArray[np.int64]:
    """The best of each list, in order."""
    best = np.argpartition(-given.scores, SHOWN, axis=1)[:, :SHOWN]
    order = np.argsort(-np.take_along_axis(given.scores, best, axis=1), axis=1)
    return np.take_along_axis(best, order, axis=1)


def mask_sums(given: KernelInputs) -> NDArray[np.float64]:
    """Sum of trees of each pair: leaf masks of person, course and pair, the lowest bit is the leaf.

    After QuickScorer (Lucchese et al. 2015); what belongs to a person or a course is worked out
    once, so a pair costs one AND for each of them and for each feature of its own.
    """
    return _mask_sums(
        given.person,
        given.course,
        given.person_masks,
        given.course_masks,
        given.pair_masks,
        given.bins,
        given.values,
    )


@njit(cache=True)  # type: ignore[untyped-decorator]
def _mask_sums(
    person: Any,
    course: Any,
    person_masks: Any,
    course_masks: Any,
    pair_masks: Any,
    bins: Any,
    values: Any,
) -> Any:
    n_trees = person_masks.shape[1]
    out = np.zeros(len(person))
    mask = np.empty(n_trees, dtype=np.uint32)
    for pair in range(len(person)):
        for t in range(n_trees):
            mask[t] = person_masks[person[pair], t] & course_masks[course[pair], t]
        for k in range(bins.shape[1]):
            own = pair_masks[k, bins[pair, k]]
            for t in range(n_trees):
                mask[t] &= own[t]
        total = 0.0
        for t in range(n_trees):
            low = mask[t] & (~mask[t] + np.uint32(1))
            leaf = 0
            leaf += 16 * ((low & np.uint32(0xFFFF0000)) != 0)
            leaf += 8 * ((low & np.uint32(0xFF00FF00)) != 0)
            leaf += 4 * ((low & np.uint32(0xF0F0F0F0)) != 0)
            leaf += 2 * ((low & np.uint32(0xCCCCCCCC)) != 0)
            leaf += (low & np.uint32(0xAAAAAAAA)) != 0
            total += values[t, leaf]
        out[pair] = total
    return out
