"""Fit the classifier: folds held out say how many trees and how to calibrate; all cases fit it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.transfer.calibration import log_loss
from ptml.transfer.classifier import MAX_BIN, Cases, Classifier, raw_log_odds
from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig
from ptml.transfer.curve import Calibration, fit_calibration
from ptml.transfer.directions import DIRECTION
from ptml.transfer.linear import Linear, fit_linear

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.intp]

_LOSS = "binary_logloss"


@dataclass(frozen=True, eq=False)
class Fold:
    """Masks of cases, (n,) bool: what is learnt from, and what is held out of it."""

    train: Bools
    held: Bools


@dataclass(frozen=True, eq=False)
class Fitted:
    """A classifier, and what was said of cases that were held out.

    Attributes
    ----------
    classifier : Classifier
    row : (k,) int
        Positions of the cases held out, fold by fold and stage by stage.
    log_odds : (k,) float64
        Calibrated log-odds by what was fitted without them.
    """

    classifier: Classifier
    row: Rows
    log_odds: Doubles


@dataclass(frozen=True)
class Learner:
    """How a classifier is fitted.

    Attributes
    ----------
    names : tuple of str, length p
    directions : mapping of str to int
        Features in whose direction the field is sure, as `DIRECTION`.
    """

    names: tuple[str, ...]
    config: WarningConfig
    seed: int
    directions: Mapping[str, int] = field(default_factory=lambda: DIRECTION)

    def fit(self, cases: Cases, folds: Sequence[Fold], *, is_joint: bool) -> Fitted:
        """Fit on all cases that any fold shows.

        The folds are read together, so that no odd span of time alone sets the level or the number
        of trees. What is fitted in the end has seen the newest span too.

        Parameters
        ----------
        is_joint : bool
            One model for both stages (told apart by ``days_after_completion``), or one for each.
        """
        spoken = self._by_stage(cases, folds, is_joint=is_joint)
        rows, log_odds, calibrations = [], [], []
        for k, (_, _, row, raw) in enumerate(spoken):
            here = cases.stage[row] == k
            calibration = (
                _calibration(raw[here], cases, row[here])
                if here.any()
                else Calibration(1.0, 1.0, 0.0)
            )
            rows.append(row[here])
            log_odds.append(calibration.log_odds(raw[here]))
            calibrations.append(calibration)
        classifier = Classifier(
            tuple(linear for linear, *_ in spoken),
            tuple(booster for _, booster, *_ in spoken),
            tuple(calibrations),
        )
        return Fitted(classifier, np.concatenate(rows), np.concatenate(log_odds))

    def _by_stage(
        self, cases: Cases, folds: Sequence[Fold], *, is_joint: bool
    ) -> list[tuple[Linear, lgb.Booster, Rows, Doubles]]:
        present = np.unique(cases.stage).tolist()
        if is_joint or len(present) == 1:
            return [self._of(cases, folds, None)] * len(STAGES)
        return [self._of(cases, folds, k) for k in range(len(STAGES))]

    def _of(
        self, cases: Cases, folds: Sequence[Fold], stage: int | None
    ) -> tuple[Linear, lgb.Booster, Rows, Doubles]:
        counts = np.ones(len(cases), np.bool_) if stage is None else cases.stage == stage
        held = [self._held(cases, fold, counts) for fold in folds]
        n_cases = np.array([len(one.row) for one in held], dtype=np.float64)
        loss = n_cases @ np.stack([one.losses for one in held])
        n_trees = int(np.argmin(loss)) + 1
        raw = np.concatenate([one.raw(cases, n_trees, self.config.num_threads) for one in held])
        shown = counts & np.any([fold.train | fold.held for fold in folds], axis=0)
        linear, booster, _ = self._grow(cases.take(shown), None, n_trees)
        return linear, booster, np.concatenate([one.row for one in held]), raw

    def _held(self, cases: Cases, fold: Fold, counts: Bools) -> "_Held":
        row = np.flatnonzero(fold.held & counts)
        linear, booster, losses = self._grow(
            cases.take(fold.train & counts), cases.take(fold.held & counts)
        )
        return _Held(linear, booster, losses, row)

    def _grow(
        self, train: Cases, held: Cases | None, n_trees: int | None = None
    ) -> tuple[Linear, lgb.Booster, Doubles]:
        """Straight part and trees, with the loss of the cases held out after each tree."""
        linear = fit_linear(
            train.x, train.weak, self.names, self.directions, self.config.linear, train.weight
        )
        data = lgb.Dataset(
            train.x,
            train.weak.astype(np.float32),
            weight=train.weight,
            init_score=linear.log_odds(train.x),
            feature_name=list(self.names),
        )
        later: list[lgb.Dataset] = []
        found: dict[str, dict[str, list[float]]] = {}
        if held is not None:
            label = held.weak.astype(np.float32)
            start = linear.log_odds(held.x)
            later = [
                lgb.Dataset(held.x, label, weight=held.weight, init_score=start, reference=data)
            ]
        fitted = lgb.train(
            self._parameters(),
            data,
            num_boost_round=self.config.trees.n_trees if n_trees is None else n_trees,
            valid_sets=later,
            valid_names=["held"] * len(later),
            callbacks=[lgb.record_evaluation(found)] if later else None,
        )
        losses = np.array(found["held"][_LOSS]) if later else np.zeros(0)
        # Through its text form: the model in memory is the same as the one that is read back.
        return linear, lgb.Booster(model_str=fitted.model_to_string()), losses

    def _parameters(self) -> dict[str, object]:
        trees = self.config.trees
        signs = [self.directions.get(name, 0) for name in self.names]
        return {
            "objective": "binary",
            "metric": _LOSS,
            "num_leaves": trees.n_leaves,
            "max_depth": trees.max_depth,
            "learning_rate": trees.learning_rate,
            "min_data_in_leaf": trees.min_rows_in_leaf,
            "lambda_l2": trees.l2,
            "feature_fraction": trees.feature_share,
            "bagging_fraction": trees.row_share,
            "bagging_freq": 1,
            "extra_trees": trees.has_random_cuts,
            "max_bin": MAX_BIN,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": self.config.num_threads,
            "verbosity": -1,
            **({"monotone_constraints": signs} if trees.is_monotone else {}),
        }


@dataclass(frozen=True, eq=False)
class _Held:
    """What was fitted without a fold, and the loss of the fold after each tree."""

    linear: Linear
    booster: lgb.Booster
    losses: Doubles
    row: Rows

    def raw(self, cases: Cases, n_trees: int, num_threads: int) -> Doubles:
        x = cases.x[self.row]
        return self.linear.log_odds(x) + raw_log_odds(self.booster, x, num_threads, n_trees)


def _calibration(raw: Doubles, cases: Cases, row: Rows) -> Calibration:
    weight = None if cases.weight is None else cases.weight[row]
    return fit_calibration(raw, cases.weak[row], weight)


def chosen_form(
    candidates: Mapping[bool, Fitted], cases: Cases, config: WarningConfig
) -> tuple[bool, dict[str, float]]:
    """Pick the joint form or one by stage, by log loss of the cases that were held out.

    The joint form has to be clearly better: its shares count from the mean of both stages, so that
    at completion "nothing used yet" seems to raise the risk of everybody.

    Returns
    -------
    is_joint : bool
    losses : dict
        Log loss of ``joint`` and ``by_stage``.
    """
    joint, by_stage = (
        log_loss(
            cases.weak[candidates[form].row],
            candidates[form].log_odds,
            None if cases.weight is None else cases.weight[candidates[form].row],
        )
        for form in (True, False)
    )
    is_joint = joint < by_stage * (1 - config.joint_margin)
    return is_joint, {"joint": joint, "by_stage": by_stage}
