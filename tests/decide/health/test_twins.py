"""Which courses a cheaper one may replace."""

from typing import Any

import numpy as np
import pytest

from ptml.decide.health.config import AlertConfig
from ptml.decide.health.twins import covered, twins_of

from .catalogues import catalogue, column, evidence

CONFIG = AlertConfig()
SAME: list[dict[int, tuple[float, float]]] = [{0: (1, 3)}, {0: (1, 3)}]


def test_overlap_is_of_spans_of_levels() -> None:
    found = covered(catalogue([{0: (1, 3)}, {0: (2, 4)}, {0: (1, 4), 1: (0, 1)}, {}]))
    assert found[0].tolist() == [1.0, 0.5, 1.0, 0.0]
    assert found[2].tolist() == pytest.approx([0.5, 0.5, 1.0, 0.0])
    assert found[3].tolist() == [0.0] * 4


def test_the_dearer_of_two_that_bring_the_same_is_named() -> None:
    found = twins_of(catalogue(SAME, cost=[300, 100]), evidence([1.0, 1.0], 0.2), 0, CONFIG)
    assert found.other.tolist() == [1, -1]
    assert found.p[0] < 0.01
    assert found.error[0] == pytest.approx(np.hypot(0.2, 0.2))


def test_one_that_brings_more_is_not_redundant() -> None:
    found = twins_of(catalogue(SAME, cost=[300, 100]), evidence([2.5, 1.0], 0.2), 0, CONFIG)
    assert found.p[0] > 0.9


@pytest.mark.parametrize(
    "columns",
    [
        {"cost": [300, 100], "hours": [4, 8]},
        {"cost": [100, 100]},
        {"cost": [300, np.nan]},
        {"cost": [300, 100], "retired": [2**31 - 1, -5]},
        {"cost": [300, 100], "mandatory": [False, True]},
        {"cost": [300, 100], "language": [1, 0]},
    ],
)
def test_neither_cheaper_nor_open_to_the_same_people_replaces_nothing(
    columns: dict[str, Any],
) -> None:
    found = twins_of(catalogue(SAME, **columns), evidence([1.0, 1.0], 0.2), 0, CONFIG)
    assert (found.other == -1).all()


def test_a_longer_course_counts_as_dearer() -> None:
    found = twins_of(catalogue(SAME, hours=[16, 8]), evidence([1.0, 1.0], 0.2), 0, CONFIG)
    assert found.other.tolist() == [1, -1]


def test_the_surest_of_several_is_named_and_pays_for_having_been_chosen() -> None:
    shop = catalogue([*SAME, {0: (1, 3)}], cost=[300, 100, 200])
    one = twins_of(catalogue(SAME, cost=[300, 100]), evidence([1.0, 1.5], 0.3), 0, CONFIG)
    found = twins_of(shop, evidence([1.0, 1.5, 1.0], 0.3), 0, CONFIG)
    assert found.other[0] == 1
    assert found.p[0] == pytest.approx(2 * one.p[0])


def test_an_unknown_lift_replaces_nothing() -> None:
    shop = catalogue(SAME, cost=[300, 100])
    unknown = evidence([1.0, None], takers=column(100, 100))
    assert twins_of(shop, unknown, 0, CONFIG).other.tolist() == [-1, -1]
