"""What a course's own takers say, by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ptml.lift.checks.course_evidence import later_from
from ptml.lift.moments import Contrast
from ptml.lift.own_takers import own_takers, usual_shape


def compared(effect: float, n: int = 4_000, seed: int = 1) -> tuple[Any, Any, Any, Any]:
    """Takers of one course whose lift goes with a shape, and as many controls."""
    rng = np.random.default_rng(seed)
    taker = np.arange(2 * n) < n
    shape = rng.gamma(2.0, 0.5, 2 * n)
    y = rng.normal(0, 4, 2 * n) + np.where(taker, effect * shape, 0.0)
    weight = np.where(taker, 1.0, -1.0)
    against = Contrast(np.arange(2 * n), np.zeros(2 * n, np.int32), taker, weight)
    evidence = SimpleNamespace(n_courses=2, employee=np.arange(2 * n), team=np.arange(2 * n) // 20)
    return evidence, against, y, shape


def test_the_mean_lift_is_found_and_errors_are_smaller_with_the_shape_than_without() -> None:
    evidence, against, y, shape = compared(1.5)
    flat = own_takers(evidence, against, y, np.ones(len(y)))
    found = own_takers(evidence, against, y, shape)
    assert found.lift[0] == pytest.approx(1.5, abs=3 * found.error[0])
    assert found.error[0] < 0.9 * flat.error[0]
    assert found.size.tolist() == [4_000.0, 0.0]
    assert np.isnan(found.lift[1])
    assert np.isnan(found.error[1])


def test_errors_mean_what_they_say_where_nobody_gains() -> None:
    z = []
    for seed in range(60):
        found = own_takers(*compared(0.0, 200, seed))
        z.append(found.lift[0] / found.error[0])
    assert np.std(z) == pytest.approx(1.0, abs=0.3)
    assert abs(np.mean(z)) < 0.5


def test_where_courses_do_not_help_on_the_whole_everybody_counts_alike() -> None:
    assert usual_shape(np.array([-1.0, 2.0]), np.array([True, False])).tolist() == [1.0, 1.0]


def test_later_takers_are_of_a_year_at_most() -> None:
    assert later_from(np.array([2])) == 2
    assert later_from(np.arange(40)) == 36
