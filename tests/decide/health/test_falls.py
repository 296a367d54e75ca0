"""A fall of one course against those of all."""

import numpy as np
import pytest

from ptml.decide.health.falls import FEWEST_COURSES, p_fell


def test_changes_that_scatter_beyond_their_errors_make_no_fall_of_an_ordinary_one() -> None:
    rng = np.random.default_rng(3)
    scattered = np.append(rng.normal(0, 1, 60), -2.0)
    assert p_fell(scattered, np.full(61, 0.2))[-1] > 0.01
    assert p_fell(np.append(np.zeros(60), -2.0), np.full(61, 0.2))[-1] < 1e-6


def test_one_that_stays_where_all_rise_has_not_fallen() -> None:
    assert p_fell(np.array([0.0, *[1.0] * 20]), np.full(21, 0.2))[0] == pytest.approx(0.5)


def test_of_few_courses_changes_are_taken_as_they_are() -> None:
    few = np.full(FEWEST_COURSES - 1, -1.0)
    assert (p_fell(few, np.full(len(few), 0.2)) < 1e-5).all()


def test_what_is_not_known_stays_unknown() -> None:
    found = p_fell(np.array([np.nan, -1.0]), np.array([0.2, 0.0]))
    assert np.isnan(found).all()
