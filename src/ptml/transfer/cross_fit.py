"""Probabilities from trees that have never seen the person they speak of."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.transfer.calibration import Platt, fit_platt, sigmoid
from ptml.transfer.classifier import MAX_BIN, raw_log_odds
from ptml.transfer.config import CheckedConfig

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class CrossFit:
    """One booster a fold of employees, fitted on all the others, and one calibration.

    Attributes
    ----------
    boosters : tuple of lightgbm.Booster
        Empty where there was nothing to tell apart: the probability is then the same for all.
    platt : Platt
        From log-odds out of fold. Where features say nothing its scale is 0.
    people : (m,) int32
        Employees that were learnt from, sorted; their position gives the fold.
    """

    boosters: tuple[lgb.Booster, ...]
    platt: Platt
    people: Codes

    def probability(self, x: Floats, employee: Codes) -> Doubles:
        """Probability out of fold, (n,) float64; a new person's comes from the first fold."""
        if not self.boosters:
            return sigmoid(np.full(len(x), self.platt.shift))
        raw = _out_of_fold(self.boosters, x, _folds(self.people, employee, len(self.boosters)))
        return sigmoid(self.platt.log_odds(raw))


def cross_fit(
    x: Floats, target: Bools, employee: Codes, config: CheckedConfig, seed: int
) -> CrossFit:
    """Fit the probability that `target` is true, cross-fitted by employee.

    Fewer than `CheckedConfig.min_of_each_kind` of either kind give one probability for all.

    Parameters
    ----------
    x : (n, p) float32
    target : (n,) bool
    employee : (n,) int32
    """
    people = np.unique(employee).astype(np.int32)
    n_true = int(target.sum())
    if min(n_true, len(target) - n_true) < config.min_of_each_kind:
        share = (n_true + 0.5) / (len(target) + 1)
        return CrossFit((), Platt(0.0, float(np.log(share / (1 - share)))), people)
    fold = _folds(people, employee, config.n_folds)
    boosters = tuple(
        _booster(x[fold != k], target[fold != k], config, seed) for k in range(config.n_folds)
    )
    return CrossFit(boosters, fit_platt(_out_of_fold(boosters, x, fold), target), people)


def _folds(people: Codes, employee: Codes, n_folds: int) -> NDArray[np.intp]:
    # By position and not by code: neighbours in a unit fall into different folds.
    position = np.searchsorted(people, employee)
    is_there = position < len(people)
    is_there[is_there] = people[position[is_there]] == employee[is_there]
    return np.where(is_there, position % n_folds, 0)


def _out_of_fold(boosters: tuple[lgb.Booster, ...], x: Floats, fold: NDArray[np.intp]) -> Doubles:
    raw = np.zeros(len(x))
    for k, booster in enumerate(boosters):
        rows = fold == k
        if rows.any():
            raw[rows] = raw_log_odds(booster, x[rows], 1)
    return raw


def _booster(x: Floats, target: Bools, config: CheckedConfig, seed: int) -> lgb.Booster:
    parameters = {
        "objective": "binary",
        "num_leaves": config.n_leaves,
        "learning_rate": config.learning_rate,
        "min_data_in_leaf": config.min_rows_in_leaf,
        "lambda_l2": 10.0,
        "feature_fraction": 0.5,
        "max_bin": MAX_BIN,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = lgb.Dataset(x, target.astype(np.float32), free_raw_data=True)
    return lgb.train(parameters, data, num_boost_round=config.n_trees)
