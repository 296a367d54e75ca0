"""Growth of people's own is found by their other quarters, and only believed where it is clear."""

import numpy as np
import pytest

from ptml.lift.growth import Changes, growth_between, shrunk
from ptml.lift.moments import Contrast
from ptml.lift.pooled import Figure

N_PEOPLE, N_QUARTERS = 3000, 7
TOO_HIGH = 0.4


def _drawn(keen_growth: float, seed: int) -> tuple[Changes, Contrast, np.ndarray, float]:
    """The keen start more and may grow; what is believed of courses is too high besides."""
    rng = np.random.default_rng(seed)
    keen = rng.normal(0, 1, N_PEOPLE)
    employee = np.repeat(np.arange(N_PEOPLE), N_QUARTERS).astype(np.int32)
    rate = (1 / (1 + np.exp(1.5 - 0.8 * keen)))[employee]
    started = rng.random(len(employee)) < rate
    growth = keen_growth * keen[employee]
    left = growth - TOO_HIGH * started + rng.normal(0, 5, len(employee))
    changes = Changes(
        left - left.mean(),
        (started - started.mean())[:, None],
        employee,
        np.ones(len(employee)),
    )
    pair = np.concatenate([np.flatnonzero(started), np.flatnonzero(~started)])
    is_taker = started[pair]
    weight = np.where(is_taker, 1.0, -is_taker.sum() / (~is_taker).sum())
    against = Contrast(pair, np.zeros(len(pair), dtype=np.int32), is_taker, weight)
    ahead = float(growth[started].mean() - growth[~started].mean())
    return changes, against, employee[pair], ahead


def test_growth_of_the_keen_lies_in_its_interval_though_lifts_are_wrong() -> None:
    changes, against, employee, ahead = _drawn(1.0, 1)
    found = growth_between(changes, against, employee)
    assert found.low < ahead < found.high
    assert found.low > 0
    assert shrunk(found).value == pytest.approx(found.value, rel=0.1)


def test_no_growth_is_told_from_none_about_as_often_as_errors_say() -> None:
    drawn = [growth_between(*_drawn(0.0, seed)[:3]) for seed in range(20)]
    assert sum(one.low > 0 or one.high < 0 for one in drawn) <= 4
    assert np.mean([abs(shrunk(one).value) for one in drawn]) < np.mean(
        [abs(one.value) for one in drawn]
    )


def test_a_figure_within_its_error_is_none() -> None:
    assert shrunk(Figure(0.1, 0.2)) == Figure(0.0, 0.0)
    assert shrunk(Figure(0.0, 0.0)) == Figure(0.0, 0.0)
    assert shrunk(Figure(-0.2, 0.1)).value == pytest.approx(-0.15)


def test_people_who_are_left_out_have_no_growth() -> None:
    changes, *_ = _drawn(1.0, 1)
    growth = changes.own_growth(changes.employee % 2 == 0)
    assert np.all(growth[1::2] == 0)
    assert growth[::2].std() > 0
