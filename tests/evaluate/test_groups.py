"""Who is in which protected group, and which groups may be told."""

import numpy as np
import pandas as pd
import pytest

from ptml.evaluate.groups import Grouping, groupings, tellable


def grouping(*sizes: int, unknown: int = 0) -> Grouping:
    code = np.concatenate([np.repeat(np.arange(len(sizes)), sizes), np.full(unknown, -1)])
    return Grouping("of", code.astype(np.int64), tuple("abcdefgh"[: len(sizes)]))


def counts(found: Grouping) -> dict[str, int]:
    return {label: int((found.code == k).sum()) for k, label in enumerate(found.labels)}


def test_people_are_sorted_by_what_the_source_says_and_the_rest_is_unknown() -> None:
    protected = pd.DataFrame(
        {"employee_id": ["x", "y", "z"], "protected_gender": ["m", None, "f"], "grade": [1, 2, 3]}
    )
    (found,) = groupings(protected, np.array(["z", "x", "y", "nobody"], dtype=object))
    assert (found.attribute, found.labels) == ("gender", ("f", "m"))
    assert found.code.tolist() == [0, 1, -1, -1]


def test_many_numbers_are_cut_into_bands_of_about_equally_many_people_in_their_order() -> None:
    ids = np.array([f"e{k}" for k in range(400)], dtype=object)
    years = [str(95 + k % 40) for k in range(400)]
    protected = pd.DataFrame({"employee_id": ids, "protected_birth_year": years})
    (quarters,) = groupings(protected, ids)
    assert quarters.labels == ("95 to 103", "104 to 113", "114 to 123", "124 to 134")
    (halves,) = groupings(protected, ids, n_bands=2)
    assert list(counts(halves).values()) == [190, 210]


def test_large_groups_are_told_as_they_are() -> None:
    found = tellable(grouping(30, 40), 20)
    assert (counts(found), found.hidden) == ({"a": 30, "b": 40}, ())


def test_unknown_is_a_group_of_its_own() -> None:
    assert counts(tellable(grouping(30, 40, unknown=25), 20)) == {"a": 30, "b": 40, "unknown": 25}


def test_small_groups_that_cover_for_each_other_are_left_out_alone() -> None:
    found = tellable(grouping(30, 40, 12, 11), 20)
    assert (counts(found), found.hidden) == ({"a": 30, "b": 40}, ("c", "d"))


def test_one_small_group_takes_the_smallest_other_with_it() -> None:
    found = tellable(grouping(30, 40, 50, 3), 20)
    assert (counts(found), found.hidden) == ({"b": 40, "c": 50}, ("a", "d"))
    assert (found.code == -1).sum() == 33


def test_where_two_are_left_to_compare_a_small_group_is_counted_with_the_smaller() -> None:
    found = tellable(grouping(300, 400, unknown=3), 20)
    assert counts(found) == {"a (with groups of too few)": 303, "b": 400}
    assert found.hidden == ("unknown",)


def test_nobody_is_told_where_all_groups_are_small() -> None:
    found = tellable(grouping(3, 4), 20)
    assert (found.labels, set(found.hidden), set(found.code)) == ((), {"a", "b"}, {-1})


@pytest.mark.parametrize("seed", range(40))
def test_what_is_hidden_can_never_be_worked_out_from_the_totals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 45, rng.integers(1, 8))
    found = tellable(grouping(*sizes.tolist(), unknown=int(rng.integers(0, 30))), 20)
    told = counts(found)
    assert all(n >= 20 for n in told.values())
    left = int((found.code == -1).sum())
    assert left == 0 or (left >= 20 and len(found.hidden) >= 2) or not told
