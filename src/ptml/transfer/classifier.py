"""The classifier: one small LightGBM for both stages, or one for each, and its calibration."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.transfer.calibration import Platt, fit_platt, log_loss
from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig
from ptml.transfer.directions import DIRECTION
from ptml.trees import TreeShares

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

MAX_BIN = 127
_CALIBRATION = "calibration.json"


@dataclass(frozen=True, eq=False)
class Cases:
    """Labelled completions at stages.

    Attributes
    ----------
    x : (n, p) float32
    weak : (n,) bool
    stage : (n,) uint8
    weight : (n,) float64 or None
        What each counts in fitting and calibration; None = all alike.
    """

    x: Floats
    weak: Bools
    stage: NDArray[np.uint8]
    weight: Doubles | None = None

    def __len__(self) -> int:
        return len(self.weak)

    def take(self, mask: Bools) -> "Cases":
        """Pick rows."""
        weight = None if self.weight is None else self.weight[mask]
        return Cases(self.x[mask], self.weak[mask], self.stage[mask], weight)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A booster and a calibration for each stage; both stages may share the booster."""

    boosters: tuple[lgb.Booster, ...]
    platts: tuple[Platt, ...]

    def log_odds(self, x: Floats, stage: NDArray[np.uint8], num_threads: int) -> Doubles:
        """Calibrated log-odds of weak transfer, (n,) float64."""
        out = np.zeros(len(x))
        for k, (booster, platt) in enumerate(zip(self.boosters, self.platts, strict=True)):
            rows = stage == k
            if rows.any():
                out[rows] = platt.log_odds(raw_log_odds(booster, x[rows], num_threads))
        return out

    def shares(
        self, x: Floats, stage: NDArray[np.uint8], num_threads: int
    ) -> tuple[Doubles, Doubles]:
        """Base value (n,) and SHAP shares (n, p) in calibrated log-odds; their sum is the log-odds.

        Exact TreeSHAP (Lundberg et al. 2020), scaled and shifted with the calibration.
        """
        base = np.zeros(len(x))
        shares = np.zeros(x.shape, dtype=np.float64)
        for k, (trees, platt) in enumerate(zip(self.trees, self.platts, strict=True)):
            rows = stage == k
            if rows.any():
                middle, found = trees.shares(x[rows], num_threads)
                shares[rows] = platt.scale * found
                base[rows] = platt.scale * middle + platt.shift
        return base, shares

    @cached_property
    def trees(self) -> tuple[TreeShares, ...]:
        """What works out the shares of each stage; stages with one booster have it once."""
        once = {id(booster): TreeShares(booster) for booster in self.boosters}
        return tuple(once[id(booster)] for booster in self.boosters)

    def save(self, folder: Path) -> None:
        """Write LightGBM text a stage and the calibrations as JSON."""
        for stage, booster in zip(STAGES, self.boosters, strict=True):
            text = booster.model_to_string()
            (folder / f"booster_{stage}.txt").write_text(text, encoding="utf-8")
        platts = {s: asdict(platt) for s, platt in zip(STAGES, self.platts, strict=True)}
        (folder / _CALIBRATION).write_text(json.dumps(platts), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        platts = json.loads((folder / _CALIBRATION).read_text(encoding="utf-8"))
        texts = [(folder / f"booster_{s}.txt").read_text(encoding="utf-8") for s in STAGES]
        return cls(
            tuple(lgb.Booster(model_str=text) for text in texts),
            tuple(Platt(**platts[stage]) for stage in STAGES),
        )


def raw_log_odds(booster: lgb.Booster, x: Floats, num_threads: int) -> Doubles:
    """The booster's own log-odds, (n,) float64."""
    found = booster.predict(x, raw_score=True, num_threads=num_threads)
    return np.asarray(found, dtype=np.float64)


def fit_classifier(
    train: Cases,
    calibrate: Cases,
    names: Sequence[str],
    config: WarningConfig,
    seed: int,
    *,
    is_joint: bool,
) -> Classifier:
    """Fit on one fold; stop early and calibrate on a later one.

    Parameters
    ----------
    names : sequence of str, length p
    is_joint : bool
        One booster for both stages (told apart by ``days_after_completion``), or one for each.
    """
    if is_joint:
        boosters = [fit_booster(train, calibrate, names, config, seed)] * len(STAGES)
    else:
        boosters = [
            fit_booster(_at(train, k), _at(calibrate, k), names, config, seed)
            for k in range(len(STAGES))
        ]
    platts = []
    for k, booster in enumerate(boosters):
        of_stage = _at(calibrate, k)
        raw = raw_log_odds(booster, of_stage.x, config.num_threads)
        platts.append(fit_platt(raw, of_stage.weak, of_stage.weight))
    return Classifier(tuple(boosters), tuple(platts))


def chosen_form(
    candidates: Mapping[bool, Classifier], calibrate: Cases, config: WarningConfig
) -> tuple[bool, dict[str, float]]:
    """Pick the joint form or one by stage, by log loss on the calibration fold.

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
            calibrate.weak,
            candidates[form].log_odds(calibrate.x, calibrate.stage, config.num_threads),
            calibrate.weight,
        )
        for form in (True, False)
    )
    is_joint = joint < by_stage * (1 - config.joint_margin)
    return is_joint, {"joint": joint, "by_stage": by_stage}


def fit_booster(
    train: Cases, calibrate: Cases, names: Sequence[str], config: WarningConfig, seed: int
) -> lgb.Booster:
    """Fit one LightGBM; trees stop where the calibration fold gains no more."""
    options = {"feature_name": list(names), "free_raw_data": True}
    data = lgb.Dataset(train.x, train.weak.astype(np.float32), weight=train.weight, **options)
    later = lgb.Dataset(
        calibrate.x,
        calibrate.weak.astype(np.float32),
        weight=calibrate.weight,
        reference=data,
        free_raw_data=True,
    )
    fitted = lgb.train(
        _parameters(names, config, seed),
        data,
        num_boost_round=config.trees.n_trees,
        valid_sets=[later],
        callbacks=[lgb.early_stopping(config.trees.patience, verbose=False)],
    )
    # Through its text form: the model in memory is then the same as the one that is read back.
    return lgb.Booster(model_str=fitted.model_to_string(num_iteration=fitted.best_iteration))


def _at(cases: Cases, stage: int) -> Cases:
    return cases.take(cases.stage == stage)


def _parameters(names: Sequence[str], config: WarningConfig, seed: int) -> dict[str, object]:
    trees = config.trees
    directions = {"monotone_constraints": [DIRECTION.get(name, 0) for name in names]}
    return {
        "objective": "binary",
        "metric": "binary_logloss",
        "num_leaves": trees.n_leaves,
        "max_depth": trees.max_depth,
        "learning_rate": trees.learning_rate,
        "min_data_in_leaf": trees.min_rows_in_leaf,
        "lambda_l2": trees.l2,
        "feature_fraction": trees.feature_share,
        "bagging_fraction": trees.row_share,
        "bagging_freq": 1,
        "max_bin": MAX_BIN,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": config.num_threads,
        "verbosity": -1,
        **(directions if trees.is_monotone else {}),
    }
