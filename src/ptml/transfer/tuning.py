"""Search the classifier's settings forward in time within the training span, never on the test.

Each trial is fitted on an early span and judged, with the label's window between, on a later one
that is still within what may be learnt from. Trials are compared with the given settings case by
case; a winner that is not clearly better is not used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.quiet import quiet_optuna
from ptml.transfer.cases import LabelledCases, forward_folds, has_enough
from ptml.transfer.config import TreeConfig, WarningConfig
from ptml.transfer.learner import Fold, Learner
from ptml.transfer.splits import Days, Split

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Settings = Mapping[str, Any]

# Trials drawn blindly before the search learns from them.
BLIND_TRIALS = 5
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Tuned:
    """What the search found.

    Attributes
    ----------
    given : WarningConfig
    winner : mapping
        Settings of the best trial, used or not.
    gain, error : float
        How much lower its log loss is than that of the given settings, nats a case, and the
        standard error of that with cases of one person taken together.
    losses : tuple of float
        Log loss of each trial less that of the given settings, which are the first.
    """

    given: WarningConfig
    winner: Settings
    gain: float
    error: float
    losses: tuple[float, ...]

    @property
    def is_used(self) -> bool:
        """Whether the winner is clearly better than what was given."""
        return self.gain > Z_95 * self.error

    @property
    def config(self) -> WarningConfig:
        """The winner, or the settings that were given where it is not clearly better."""
        return with_settings(self.given, self.winner) if self.is_used else self.given

    @property
    def evidence(self) -> Evidence:
        """What is told of the search."""
        if not self.losses:
            note = "Nothing was tried: that takes two trials, and a span to hold out."
            return Evidence("transfer", "setting", "tuning", payload={"note": note})
        used = "used" if self.is_used else "within noise of the given ones, which are used"
        return Evidence(
            "transfer",
            "setting",
            "tuning",
            value=self.gain,
            low=self.gain - Z_95 * self.error,
            high=self.gain + Z_95 * self.error,
            payload={
                "note": f"Best of {len(self.losses)} trials, {used}.",
                "trials": len(self.losses),
                "used": self.is_used,
                **self.winner,
                "losses": [round(loss, 5) for loss in self.losses],
                "spread": round(float(np.ptp(self.losses)), 5),
            },
        )


SEARCHED = (
    "n_leaves",
    "max_depth",
    "learning_rate",
    "min_rows_in_leaf",
    "l2",
    "feature_share",
    "has_random_cuts",
)
"""Settings of `TreeConfig` that are searched; with them the penalties of `LinearConfig`."""
SEARCHED_STRAIGHT = ("ridge", "lasso")


def suggest(trial: optuna.trial.BaseTrial) -> dict[str, Any]:
    """Draw settings from the search space."""
    return {
        "n_leaves": trial.suggest_int("n_leaves", 2, 16),
        "max_depth": trial.suggest_int("max_depth", 1, 5),
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.15, log=True),
        "min_rows_in_leaf": trial.suggest_int("min_rows_in_leaf", 10, 300, log=True),
        "l2": trial.suggest_float("l2", 1.0, 100.0, log=True),
        "feature_share": trial.suggest_float("feature_share", 0.2, 1.0),
        "has_random_cuts": trial.suggest_categorical("has_random_cuts", [True, False]),
        "ridge": trial.suggest_float("ridge", 0.5, 200.0, log=True),
        "lasso": trial.suggest_float("lasso", 0.5, 100.0, log=True),
    }


def with_settings(config: WarningConfig, settings: Settings) -> WarningConfig:
    """Put searched settings into a configuration."""
    straight = {name: settings[name] for name in SEARCHED_STRAIGHT}
    trees = {name: settings[name] for name in SEARCHED}
    return config.model_copy(
        update={
            "trees": TreeConfig.model_validate(config.trees.model_dump() | trees),
            "linear": config.linear.model_copy(update=straight),
        }
    )


def tune_warning(labelled: LabelledCases, split: Split, config: WarningConfig, seed: int) -> Tuned:
    """Try ``config.tuning_trials`` settings; the first are those that were given.

    Parameters
    ----------
    split : Split
        Its calibration span judges, and what lies before it by the label's window or more is learnt
        from; its test span is not looked at.

    Notes
    -----
    Tree-structured Parzen estimator of Optuna (Bergstra et al. 2011). The budget is a number of
    trials and no time, so that the same input and seed choose the same settings.
    """
    if config.tuning_trials < 2:
        return Tuned(config, {}, 0.0, 0.0, ())
    judge = _Judge.of(labelled, split, config, seed)
    if judge is None:
        return Tuned(config, {}, 0.0, 0.0, ())
    tried: list[tuple[Settings, Doubles]] = []

    def value(trial: optuna.Trial) -> float:
        settings = suggest(trial)
        known = [losses for other, losses in tried if other == settings]
        losses = known[0] if known else judge.losses(with_settings(config, settings))
        tried.append((settings, losses))
        return float(losses.mean())

    with quiet_optuna():
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=min(BLIND_TRIALS, config.tuning_trials), seed=seed
        )
        study = optuna.create_study(direction="minimize", sampler=sampler)
        study.enqueue_trial(_given(config))
        study.optimize(value, n_trials=config.tuning_trials, catch=())
    winner, best = min(tried, key=lambda one: float(one[1].mean()))
    gains = tried[0][1] - best
    differences = tuple(float((one - tried[0][1]).mean()) for _, one in tried)
    error = _clustered_error(gains, labelled.employee[judge.held])
    return Tuned(config, winner, float(gains.mean()), error, differences)


@dataclass(frozen=True, eq=False)
class _Judge:
    """What trials are learnt from and judged by; `held` (n,) bool is what they are judged by."""

    labelled: LabelledCases
    folds: tuple[Fold, ...]
    held: Bools
    seed: int

    @classmethod
    def of(
        cls, labelled: LabelledCases, split: Split, config: WarningConfig, seed: int
    ) -> "_Judge | None":
        inner = _earlier(split, config.label.window_days)
        folds = forward_folds(labelled, inner, config)
        held = labelled.within(split.calibrate)
        enough = [fold for fold in folds if has_enough(labelled, fold, config)]
        return cls(labelled, folds, held, seed) if enough and held.any() else None

    def losses(self, config: WarningConfig) -> Doubles:
        """Log loss of each case that judges, (k,)."""
        cases, threads = self.labelled.cases(), config.num_threads
        learner = Learner(self.labelled.features.names, config, self.seed)
        found = learner.fit(cases, self.folds, is_joint=False).classifier
        held = cases.take(self.held)
        log_odds = found.log_odds(held.x, held.stage, threads)
        return np.logaddexp(0.0, np.where(held.weak, -log_odds, log_odds))


def _earlier(split: Split, gap_days: int) -> Split:
    """The split that has the calibration span as its test."""
    length = split.calibrate.end - split.calibrate.start
    end = split.calibrate.start - gap_days
    calibrate = Days(end - length, end)
    return Split(Days(split.train.start, calibrate.start - gap_days), calibrate, split.calibrate)


def _given(config: WarningConfig) -> dict[str, Any]:
    return {name: getattr(config.trees, name) for name in SEARCHED} | {
        name: getattr(config.linear, name) for name in SEARCHED_STRAIGHT
    }


def _clustered_error(gain: Doubles, employee: NDArray[np.int32]) -> float:
    """Standard error of the mean gain, cases of one person taken together (Liang & Zeger 1986)."""
    _, member = np.unique(employee, return_inverse=True)
    total = np.bincount(member, gain - gain.mean())
    return float(np.sqrt((total**2).sum()) / max(len(gain), 1))
