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
from ptml.lift.estimation import Compared, Comparison
from ptml.lift.forward import TimeSplit, time_split
from ptml.lift.learning import Learnt, learn
from ptml.lift.pooled import Figure
from ptml.lift.study import Setting, Study, study_of
from ptml.quiet import quiet_optuna

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Settings = Mapping[str, Any]

# Trials drawn blindly before the search learns from them.
BLIND_TRIALS = 5
# A winner has to beat the settings that were given by so many standard errors.
CLEARLY = 1.959963984540054
# Courses that have to be started early, and late.
FEWEST_STARTS = 200
# People that trials are learnt from and judged by, at the most.
MOST_PEOPLE = 20_000


@dataclass(frozen=True)
class Tuned:
    """What the search found.

    Attributes
    ----------
    config : LiftConfig
        The winner, or the settings that were given where it is not clearly better.
    winner : mapping
        Settings of the best trial, used or not.
    gain : Figure or None
        How much lower its loss is than that of the given settings, points squared a start; None
        where nothing could be judged.
    n_trials : int
        Trials that were judged, the given settings first.
    losses : tuple of float
        Loss of each trial less that of the given settings, in order.
    """

    config: LiftConfig
    winner: Settings
    gain: Figure | None
    n_trials: int
    losses: tuple[float, ...]

    @property
    def is_used(self) -> bool:
        """Whether the winner is clearly better than what was given."""
        return self.gain is not None and self.gain.value > CLEARLY * self.gain.error

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
                "note": f"Best of {self.n_trials} trials, {used}.",
                "trials": self.n_trials,
                "used": self.is_used,
                **self.winner,
                "losses": [round(loss, 4) for loss in self.losses],
            },
        )


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
        return Tuned(config, {}, None, 0, ())
    judge = _Judge.prepared(history, shared, setting, split, config, seed)
    given = {name: getattr(config, name) for name in SEARCHED}
    tried: list[tuple[Settings, FloatArray]] = []

    def value(trial: optuna.Trial) -> float:
        settings = suggest(trial)
        known = [lift for other, lift in tried if other == settings]
        lift = known[0] if known else judge.lift(config.model_copy(update=settings))
        tried.append((settings, lift))
        return -judge.gain(lift, tried[0][1]).value

    with quiet_optuna():
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=min(BLIND_TRIALS, config.tuning_trials), seed=seed
        )
        study = optuna.create_study(direction="minimize", sampler=sampler)
        study.enqueue_trial(given)
        study.optimize(value, n_trials=config.tuning_trials, catch=())
    gains = [judge.gain(lift, tried[0][1]) for _, lift in tried]
    best = int(np.argmax([gain.value for gain in gains]))
    found = Tuned(config, tried[best][0], gains[best], len(tried), tuple(-g.value for g in gains))
    if not found.is_used:
        return found
    return Tuned(
        config.model_copy(update=dict(found.winner)),
        found.winner,
        found.gain,
        found.n_trials,
        found.losses,
    )


def _enough(setting: Setting, split: TimeSplit) -> bool:
    quarter = setting.starts.quarter[setting.chosen]
    return min(int(split.early(quarter).sum()), int(split.late(quarter).sum())) >= FEWEST_STARTS


SEARCHED = (
    "n_leaves",
    "learning_rate",
    "min_leaf_rows",
    "controls_per_start",
    "n_rounds",
    "stage",
)


@dataclass(frozen=True)
class _Judge:
    """What trials are learnt from and judged by."""

    history: History
    shared: Shared
    early: Setting
    whole: Study
    compared: Compared
    kept: BoolArray
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
        whole = _learnt(history, shared, setting.of(judged_by, last), config, seed)
        kept = split.late(whole.study.quarter)
        return cls(
            history,
            shared,
            setting.of(learnt_from, split.last_early),
            whole.study,
            whole.compared,
            kept,
            seed,
        )

    def lift(self, config: LiftConfig) -> FloatArray:
        """Lift of each pair of the judged, (p,), by effects that a trial has learnt."""
        learnt = _learnt(self.history, self.shared, self.early, config, self.seed)
        pair = self.compared.evidence.contrast.pair
        row, course = self.whole.sample.row[pair], self.whole.sample.course[pair]
        z = learnt.study.modifiers.standardise(self.whole.pairs.take(pair), self.whole.people, row)
        description = learnt.study.description.values(self.history.catalogue)[course]
        return learnt.effects.predict(course, z, description)[0]

    def gain(self, lift: FloatArray, rival: FloatArray) -> Figure:
        """How much lower the loss of lifts (p,) is than a rival's, on later decisions."""
        return beats(self._late, self.compared.y, lift, rival)

    @property
    def _late(self) -> Comparison:
        return self.compared.evidence.only(self.kept)


def _learnt(
    history: History, shared: Shared, setting: Setting, config: LiftConfig, seed: int
) -> Learnt:
    study = study_of(history, shared, setting, config, seed, np.random.default_rng(seed))
    return learn(study, config, seed)
