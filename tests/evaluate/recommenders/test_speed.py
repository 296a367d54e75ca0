"""The speed test times what it says, on people with tastes."""

import itertools

import numpy as np
import pytest

from ptml.evaluate.recommenders.speed import Speed, drawn_past, measure_speed


def test_choices_are_drawn_in_order_and_by_taste() -> None:
    past = drawn_past(500, 60, 10_000, np.random.default_rng(0))
    choices = past.choices
    key = choices.employee.astype(np.int64) * 10_000 + choices.day
    assert (np.diff(key) >= 0).all()
    assert choices.day.max() < past.as_of_day
    assert (choices.course % 20 == choices.employee % 20).mean() > 0.7
    assert past.shape == (500, 60)


def test_each_part_is_timed_once_for_the_fit_and_thrice_for_the_rest() -> None:
    ticks = itertools.count()
    found = measure_speed(300, 40, 3_000, 0, lambda: float(next(ticks)))
    assert found == Speed(300, 40, 3_000, fit=1, top=1, scores=1, fold_in=1, products=1)
    assert next(ticks) == 2 * (1 + 4 * 3)


def test_scores_are_held_against_their_products() -> None:
    found = Speed(1, 1, 1, fit=9, top=3.0, scores=1.0, fold_in=0.4, products=0.5)
    assert found.times_products == pytest.approx(1.2)
