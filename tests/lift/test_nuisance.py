"""Folds belong to people, whoever else there is."""

import numpy as np

from ptml.contracts.ids import IdMap
from ptml.lift.nuisance import employee_folds


def test_who_comes_later_changes_nobodys_fold() -> None:
    before = IdMap.of([f"p{k:04d}" for k in range(0, 2000, 2)])
    after = IdMap.of([f"p{k:04d}" for k in range(2000)])
    one, two = (employee_folds(ids, 5, 3).of_employee for ids in (before, after))
    np.testing.assert_array_equal(one, two[after.codes(before.ids)])


def test_folds_are_of_nearly_equal_size_and_differ_by_seed() -> None:
    ids = IdMap.of([f"p{k:04d}" for k in range(5000)])
    one, two = (employee_folds(ids, 5, seed) for seed in (1, 2))
    assert np.bincount(one.of_employee).min() > 900
    assert (one.of_employee != two.of_employee).mean() > 0.7
