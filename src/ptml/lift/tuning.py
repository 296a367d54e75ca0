"""Search the settings of the lift model on its orthogonal loss, forward in time, never on a truth.

Each trial learns everything anew, nuisances and effects, from early decisions of half of the
people, and is judged on later decisions of the others, with a gap between. What the outcomes of
those others are held against is the same for every trial, so trials are compared pair by pair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.lift.checks.held_out import beats
from ptml.lift.config import LiftConfig
from ptml.lift.estimation import Comparison
from ptml.lift.forward import TimeSplit, time_split
from ptml.lift.learning import Learnt, learn
from ptml.lift.normal import Z_95
from ptml.lift.pooled import Figure
from ptml.lift.study import Setting, Study, study_of
from ptml.quiet import quiet_optuna

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Settings = Mapping[str, Any]

# Trials drawn blindly before the search learns from them.
BLIND_TRIALS = 5
# Courses that have to be started early, and late.
FEWEST_STARTS = 200
# People that trials are learnt from and judged by, at the most.
MOST_PEOPLE = 20_000


@dataclass(frozen=True)
class Tuned:
    """What the search found.

    Attributes
    ----------
    given : LiftConfig
    winner : mapping
        Settings of the best trial, used or not.
    gain : Figure or None
        How much lower its loss is than that of the given settings, points squared a start; None
        where nothing could be judged.
    losses : tuple of float
        Loss of each trial less that of the given settings, which are the first.
    """

    given: LiftConfig
    winner: Settings
    gain: Figure | None
    losses: tuple[float, ...]

    @property
    def is_used(self) -> bool:
        """Whether the winner is clearly better than what was given."""
        return self.gain is not None and self.gain.value > Z_95 * self.gain.error

    @property
    def config(self) -> LiftConfig:
        """The winner, or the settings that were given where it is not clearly better."""
        return self.given.model_copy(update=dict(self.winner)) if self.is_used else self.given

    @property
    def evidence(self) -> Evidence:
        """What is told of the search."""
        if self.gain is None:
            note = (
                "Nothing was tried: that takes two trials, and quarters to hold back with "
                f"{FEWEST_STARTS} courses started early and as many late."
            )
            return Evidence("lift", "setting", "tuning", payload={"note": note})
        used = "used" if self.is_used else "within noise of the given ones, which are used"
        return Evidence(
            "lift",
            "setting",
            "tuning",
            value=self.gain.value,
            low=self.gain.low,
            high=self.gain.high,
            payload={
                "note": f"Best of {len(self.losses)} trials, {used}.",
                "trials": len(self.losses),
                "used": self.is_used,
                **self.winner,
                "losses": [round(loss, 4) for loss in self.losses],
            },
        )


SEARCHED = (
    "n_leaves",
    "learning_rate",
    "min_leaf_rows",
    "controls_per_start",
    "n_rounds",
    "stage",
)
"""Names of the search space of `suggest`."""


def suggest(trial: optuna.trial.BaseTrial) -> dict[str, Any]:
    """Draw settings from the search space."""
    return {
        "n_leaves": trial.suggest_int("n_leaves", 4, 48, log=True),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "min_leaf_rows": trial.suggest_int("min_leaf_rows", 10, 200, log=True),
        "controls_per_start": trial.suggest_int("controls_per_start", 5, 30),
        "n_rounds": trial.suggest_int("n_rounds", 1, 4),
        "stage": trial.suggest_categorical("stage", ["r", "dr"]),
    }


def tune_lift(
    history: History, shared: Shared, setting: Setting, config: LiftConfig, seed: int
) -> Tuned:
    """Try ``config.tuning_trials`` settings; the first are those that were given.

    Parameters
    ----------
    setting : Setting
        All that is known.

    Notes
    -----
    Tree-structured Parzen estimator of Optuna (Bergstra et al. 2011). The budget is a number of
    trials and no time, so that the same input and seed choose the same settings.
    """
    split = time_split(setting.panel.quarter, setting.grid.reach)
    if split is None or config.tuning_trials < 2 or not _enough(setting, split):
        return Tuned(config, {}, None, ())
    judge = _Judge.prepared(history, shared, setting, split, config, seed)
    given = {name: getattr(config, name) for name in SEARCHED}
    tried: list[tuple[Settings, FloatArray, Figure]] = []

    def value(trial: optuna.Trial) -> float:
        settings = suggest(trial)
        known = [lift for other, lift, _ in tried if other == settings]
        lift = known[0] if known else judge.lift(config.model_copy(update=settings))
        gain = judge.gain(lift, tried[0][1] if tried else lift)
        tried.append((settings, lift, gain))
        return -gain.value

    with quiet_optuna():
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=min(BLIND_TRIALS, config.tuning_trials), seed=seed
        )
        study = optuna.create_study(direction="minimize", sampler=sampler)
        study.enqueue_trial(given)
        study.optimize(value, n_trials=config.tuning_trials, catch=())
    winner, _, gain = max(tried, key=lambda one: one[2].value)
    return Tuned(config, winner, gain, tuple(-one.value for _, _, one in tried))


def _enough(setting: Setting, split: TimeSplit) -> bool:
    quarter = setting.starts.quarter[setting.chosen]
    return min(int(split.early(quarter).sum()), int(split.late(quarter).sum())) >= FEWEST_STARTS


@dataclass(frozen=True)
class _Judge:
    """What trials are learnt from and judged by.

    Attributes
    ----------
    early : Setting
        Early decisions of the people who are learnt from.
    study : Study
        Of the people who are judged.
    late : Comparison
        Their later decisions; nothing else counts.
    y : (p,) float64
    """

    history: History
    shared: Shared
    early: Setting
    study: Study
    late: Comparison
    y: FloatArray
    seed: int

    @classmethod
    def prepared(
        cls,
        history: History,
        shared: Shared,
        setting: Setting,
        split: TimeSplit,
        config: LiftConfig,
        seed: int,
    ) -> "_Judge":
        rng = np.random.default_rng(seed)
        order = rng.permutation(history.n_employees)[:MOST_PEOPLE]
        learnt_from, judged_by = (np.zeros(history.n_employees, dtype=np.bool_) for _ in range(2))
        learnt_from[order[::2]] = True
        judged_by[order[1::2]] = True
        last = int(setting.grid.n_quarters)
        judged = _learnt(history, shared, setting.of(judged_by, last), config, seed)
        return cls(
            history,
            shared,
            setting.of(learnt_from, split.last_early),
            judged.study,
            judged.compared.evidence.only(split.late(judged.study.quarter)),
            judged.compared.y,
            seed,
        )

    def lift(self, config: LiftConfig) -> FloatArray:
        """Lift of each pair that counts by effects that a trial has learnt, (p,); else 0."""
        learnt = _learnt(self.history, self.shared, self.early, config, self.seed)
        study, contrast = self.study, self.late.contrast
        counts = np.flatnonzero(contrast.weight)
        pair, course = contrast.pair[counts], contrast.course[counts]
        row = study.sample.row[pair]
        z = learnt.study.modifiers.standardise(study.pairs.take(pair), study.people, row)
        description = learnt.study.description.values(self.history.catalogue)[course]
        found = np.zeros(len(contrast.pair))
        found[counts] = learnt.effects.predict(course, z, description)[0]
        return found

    def gain(self, lift: FloatArray, rival: FloatArray) -> Figure:
        """How much lower the loss of lifts (p,) is than a rival's, on later decisions."""
        return beats(self.late, self.y, lift, rival)


def _learnt(
    history: History, shared: Shared, setting: Setting, config: LiftConfig, seed: int
) -> Learnt:
    study = study_of(history, shared, setting, config, seed, np.random.default_rng(seed))
    return learn(study, config, seed)
