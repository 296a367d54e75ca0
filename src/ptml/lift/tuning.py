"""Search the settings of the lift model on its orthogonal loss, forward in time, never on a truth.

Each trial learns everything anew, nuisances and effects, from early decisions of half of the
people, and is judged on later decisions of the others, with a gap between. What the outcomes of
those others are held against is the same for every trial, so trials are compared pair by pair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.intervals import Z_95
from ptml.lift.config import LiftConfig
from ptml.lift.forward import time_split
from ptml.lift.forward_loss import FEWEST_STARTS, ForwardLoss, is_enough
from ptml.lift.pooled import Figure
from ptml.lift.study import Setting
from ptml.search.in_memory import best_of, tried_settings
from ptml.search.space import default_space, values_of

Settings = Mapping[str, Any]

# Trials drawn blindly before the search learns from them.
BLIND_TRIALS = 5


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
    tried : tuple of mapping
        Settings of each trial.
    """

    given: LiftConfig
    winner: Settings
    gain: Figure | None
    losses: tuple[float, ...]
    tried: tuple[Settings, ...] = ()

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
                "tried": [
                    {"value": round(loss, 4), **settings}
                    for loss, settings in zip(self.losses, self.tried, strict=False)
                ],
            },
        )


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
    if split is None or config.tuning_trials < 2 or not is_enough(setting, split):
        return Tuned(config, {}, None, ())
    judge = ForwardLoss.of(history, shared, setting, split, config, seed)
    space = default_space("lift").within("lift")
    given = values_of(config, space.keys)
    tried = tried_settings(
        space.around(given).suggest,
        lambda settings: judge.judge(settings, seed),
        lambda lift, first: judge.gain(lift, first).value,
        given,
        config.tuning_trials,
        BLIND_TRIALS,
        seed,
    )
    found, first = best_of(tried), tried[0].judged
    gain = judge.figure(found.judged, first)
    losses = tuple(-one.worth for one in tried)
    return Tuned(config, found.settings, gain, losses, tuple(one.settings for one in tried))
