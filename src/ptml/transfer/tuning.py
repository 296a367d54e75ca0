"""Search the classifier's settings forward in time within the training span, never on the test.

Each trial is fitted on an early span and judged, with the label's window between, on a later one
that is still within what may be learnt from. Trials are compared with the given settings case by
case; a winner that is not clearly better is not used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.intervals import Z_95
from ptml.search.in_memory import best_of, tried_settings
from ptml.search.space import default_space, values_of, with_values
from ptml.transfer.cases import LabelledCases
from ptml.transfer.config import WarningConfig
from ptml.transfer.forward_loss import ForwardLoss
from ptml.transfer.splits import Split

Settings = Mapping[str, Any]

# Trials drawn blindly before the search learns from them.
BLIND_TRIALS = 5


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
    tried : tuple of mapping
        Settings of each trial.
    """

    given: WarningConfig
    winner: Settings
    gain: float
    error: float
    losses: tuple[float, ...]
    tried: tuple[Settings, ...] = ()

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
                "tried": [
                    {"value": round(loss, 5), **settings}
                    for loss, settings in zip(self.losses, self.tried, strict=False)
                ],
            },
        )


def with_settings(config: WarningConfig, settings: Settings) -> WarningConfig:
    """Put searched settings, keys such as `trees.n_leaves`, into a configuration."""
    return with_values(config, settings)


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
    judge = ForwardLoss.of(labelled, split.train.start, split.calibrate, config)
    if judge is None:
        return Tuned(config, {}, 0.0, 0.0, ())
    space = default_space("warnings").within("warning")
    given = values_of(config, space.keys)
    tried = tried_settings(
        space.around(given).suggest,
        lambda settings: judge.judge(settings, seed),
        lambda losses, _: -float(losses.mean()),
        given,
        config.tuning_trials,
        BLIND_TRIALS,
        seed,
    )
    found, first = best_of(tried), tried[0].judged
    gain = judge.gain(found.judged, first)
    differences = tuple(float((one.judged - first).mean()) for one in tried)
    settings = tuple(one.settings for one in tried)
    return Tuned(config, found.settings, gain.value, gain.error, differences, settings)
