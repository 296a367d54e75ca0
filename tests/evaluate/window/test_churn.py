"""Whose lists change."""

import numpy as np

from ptml.evaluate.window.churn import Tops, changed

TOPS = Tops(
    before=np.array([[1, 2, 3], [1, 2, 3], [1, 2, 3], [-1, -1, -1], [1, 2, -1]]),
    after=np.array([[1, 2, 3], [3, 2, 1], [1, 2, 4], [-1, -1, -1], [1, 2, 3]]),
)


def test_a_course_that_comes_or_goes_is_told_from_another_order() -> None:
    assert TOPS.set_changed.tolist() == [False, False, True, False, True]
    assert TOPS.order_changed.tolist() == [False, True, True, False, True]


def test_overlap_is_over_the_longer_list_and_unknown_of_two_empty_ones() -> None:
    np.testing.assert_allclose(TOPS.overlap, [1, 1, 2 / 3, np.nan, 2 / 3])


def test_changes_are_counted_by_group_and_small_groups_are_not_told() -> None:
    many = Tops(np.repeat(TOPS.before, 5, axis=0), np.repeat(TOPS.after, 5, axis=0))
    role = np.array(["a"] * 10 + ["b"] * 11 + ["c"] * 4, dtype=object)
    everybody, *groups = changed(many, {"role": role}, 5)
    assert (everybody.n_people, everybody.share) == (25, 0.4)
    assert everybody.low < 0.4 < everybody.high
    assert [(row.group, row.n_people, row.share) for row in groups] == [
        ("a", 10, 0),
        ("b", 11, 6 / 11),
    ]
