import math

import numpy as np
import pytest

from ptml.evaluate.beyond_accuracy import ListTotals, gini, intra_list_diversity, list_evidence

NOT_MANDATORY = np.zeros(4, dtype=np.bool_)


def totals(
    shown: list[int], possible: list[int], takers: list[int], people: int, *diversity: float
) -> ListTotals:
    counts = [np.array(values, dtype=np.int64) for values in (shown, possible, takers)]
    return ListTotals(counts[0], counts[1], counts[2], np.array([people]), (np.array(diversity),))


def test_measures_of_a_small_run_by_hand() -> None:
    found = totals([3, 1, 0, 0], [4, 4, 4, 0], [7, 0, 1, 9], 7, 0.5, 1.0).measures(NOT_MANDATORY)
    assert found["coverage"] == pytest.approx(2 / 3)
    # x = 0, 1, 3: (-2 * 0 + 0 * 1 + 2 * 3) / (3 * 4).
    assert found["exposure_gini"] == pytest.approx(0.5)
    # Everybody took the first (0 bits), nobody the second (3 bits).
    assert found["novelty"] == pytest.approx(3 / 4)
    assert found["intra_list_diversity"] == pytest.approx(0.75)
    # The most taken tenth is one course, the last, which is not shown.
    assert found["popular_share"] == 0
    assert found["mandatory_share"] == 0


def test_popular_are_the_most_taken_that_are_not_mandatory() -> None:
    found = totals([3, 1, 0, 4], [4, 4, 4, 4], [7, 0, 1, 9], 9).measures(
        np.array([False, False, False, True])
    )
    assert found["mandatory_share"] == 0.5
    assert found["popular_share"] == pytest.approx(3 / 8)


def test_diversity_of_lists_is_the_mean_over_their_pairs() -> None:
    profiles = np.array([[1, 0], [1, 0], [0, 1], [1, 0], [0.6, 0.8], [0, 1]])
    row = np.array([0, 0, 0, 4, 7, 7])
    # 1 - (1 + 0 + 0) / 3; a single course has no pair; 1 - .8.
    assert intra_list_diversity(row, profiles).tolist() == pytest.approx([2 / 3, 0.2])


def test_parts_add_up_to_the_whole_to_the_bit() -> None:
    # A plain sum of these depends on their order.
    values = np.array([1e16, -1e16, 1.0])
    nothing = np.ones(4, dtype=np.int64)
    whole = ListTotals(nothing * 3, nothing * 3, nothing * 3, np.array([3]), (values,))
    parts = ListTotals.none(4)
    for part in (values[2:], values[:1], values[1:2]):
        parts = parts.add(ListTotals(nothing, nothing, nothing, np.array([1]), (part,)))
    assert whole.measures(NOT_MANDATORY) == parts.measures(NOT_MANDATORY)


def test_a_run_that_shows_nothing_has_no_measures() -> None:
    assert list_evidence(ListTotals.none(4), NOT_MANDATORY) == []
    assert math.isnan(gini(np.zeros(3, dtype=np.int64)))


def test_concentration_does_not_depend_on_scale_or_order() -> None:
    counts = np.array([1, 5, 2, 9])
    assert gini(counts) == pytest.approx(gini(7 * counts[::-1]))
