"""Sums above hold whom they may: no difference of two sums that are told is a small group."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.decide.team.tree import NOBODY, Cells, added_up, depths

FEWEST = 5


def _cells(people: list[int]) -> Cells:
    unit = np.flatnonzero(people).astype(np.int64)
    n = np.array(people, dtype=np.int64)[unit]
    return Cells(unit, np.zeros_like(unit), np.stack([n, 10 * n], axis=1), np.full(len(unit), 7))


def _told(people: list[int], parent: list[int]) -> tuple[dict[int, int], set[int]]:
    told, hidden = added_up(_cells(people), np.array(parent, dtype=np.int32), FEWEST)
    counts = dict(zip(told.unit.tolist(), told.sums[:, 0].tolist(), strict=True))
    assert (told.sums[:, 1] == 10 * told.sums[:, 0]).all()
    return counts, set(hidden.unit.tolist())


def test_a_unit_above_holds_the_people_of_all_below() -> None:
    assert _told([0, 6, 8], [-1, 0, 0]) == ({0: 14, 1: 6, 2: 8}, set())


def test_a_small_unit_cannot_be_worked_out_from_the_sum_above() -> None:
    # 6 + 3: with all nine in the sum, nine less six would be the three.
    assert _told([0, 6, 3], [-1, 0, 0]) == ({0: 6, 1: 6}, {2})


def test_small_units_count_above_as_soon_as_they_are_enough_together() -> None:
    assert _told([0, 6, 3, 2], [-1, 0, 0, 0]) == ({0: 11, 1: 6}, {2, 3})


def test_who_is_left_out_of_one_sum_counts_in_the_next_one() -> None:
    # Two parts with three left out each: six together at the top.
    people, parent = [0, 0, 0, 6, 3, 7, 3], [-1, 0, 0, 1, 1, 2, 2]
    assert _told(people, parent) == ({0: 19, 1: 6, 2: 7, 3: 6, 5: 7}, {4, 6})


def test_a_head_placed_in_the_unit_above_is_not_told_apart() -> None:
    assert _told([1, 9], [-1, 0]) == ({0: 9, 1: 9}, set())


def test_units_that_lie_above_each_other_stand_on_top() -> None:
    parent, depth = depths(np.array([1, 0, 1], dtype=np.int32))
    assert parent.tolist() == [-1, -1, -1]
    assert depth.tolist() == [0, 0, 0]


def test_the_least_of_all_below_is_kept() -> None:
    cells = Cells(
        np.array([1, 2]),
        np.array([0, 0]),
        np.array([[6], [6]]),
        np.array([4, NOBODY]),
    )
    told, _ = added_up(cells, np.array([-1, 0, 0], dtype=np.int32), FEWEST)
    assert told.least.tolist() == [4, 4, NOBODY]


@st.composite
def _organisations(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    n = draw(st.integers(1, 12))
    parent = [-1, *(draw(st.integers(-1, k - 1)) for k in range(1, n))]
    return draw(st.lists(st.integers(0, 12), min_size=n, max_size=n)), parent


@given(_organisations())
@settings(max_examples=150, deadline=None)
def test_every_group_that_can_be_worked_out_is_empty_or_large(
    organisation: tuple[list[int], list[int]],
) -> None:
    people, parent = organisation
    told, _ = _told(people, parent)
    assert all(n >= FEWEST for n in told.values())
    for unit, n in told.items():
        # The sums right below: told units without another one in between.
        below = [one for one in told if unit in _first_told_above(one, parent, told)]
        rest = n - sum(told[one] for one in below)
        assert rest == 0 or rest >= FEWEST


def _first_told_above(unit: int, parent: list[int], told: dict[int, int]) -> list[int]:
    chain = [unit]
    while parent[chain[-1]] >= 0:
        chain.append(parent[chain[-1]])
    return [above for _, above in pairwise(chain) if above in told][:1]
