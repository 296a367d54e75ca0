"""Probabilities for people that the trees have not seen."""

import numpy as np
import pytest

from ptml.transfer.config import CheckedConfig
from ptml.transfer.cross_fit import cross_fit

CONFIG = CheckedConfig(min_rows_in_leaf=2)


def _identified(n_people: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes of a person are all alike, and a column names the person: memory alone foretells."""
    rng = np.random.default_rng(0)
    employee = np.repeat(np.arange(n_people, dtype=np.int32), 4)
    mark = rng.normal(size=n_people).astype(np.float32)
    target = (rng.random(n_people) < 0.5)[employee]
    return mark[employee][:, None], target, employee


def test_nobody_is_foretold_by_trees_that_have_seen_the_person() -> None:
    x, target, employee = _identified()
    found = cross_fit(x, target, employee, CONFIG, 1)
    p = found.probability(x, employee)
    assert abs(p[target].mean() - p[~target].mean()) < 0.1


def test_what_is_seen_foretells_and_the_probability_is_true_on_average() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6000, 2)).astype(np.float32)
    true = 1 / (1 + np.exp(-1.5 * x[:, 0].astype(np.float64)))
    target = rng.random(6000) < true
    employee = (np.arange(6000) // 2).astype(np.int32)
    p = cross_fit(x, target, employee, CONFIG, 1).probability(x, employee)
    assert np.corrcoef(p, true)[0, 1] > 0.95
    assert p.mean() == pytest.approx(target.mean(), abs=0.005)


@pytest.mark.parametrize("value", [True, False])
def test_few_of_one_kind_give_one_probability_for_all(value: bool) -> None:
    target = np.full(500, value)
    target[:10] = not value
    x = np.arange(500, dtype=np.float32)[:, None]
    employee = np.arange(500, dtype=np.int32)
    p = cross_fit(x, target, employee, CONFIG, 1).probability(x, employee)
    assert p == pytest.approx(np.full(500, target.mean()), abs=0.002)


def test_a_new_person_is_foretold_too() -> None:
    x, target, employee = _identified()
    found = cross_fit(x, target, employee, CONFIG, 1)
    p = found.probability(x[:2], np.array([-1, 9_999], dtype=np.int32))
    assert ((p > 0) & (p < 1)).all()
