"""Log loss of a later span of completions by what was learnt from earlier ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import date_of
from ptml.search.gain import Gain
from ptml.search.space import with_values
from ptml.transfer.cases import LabelledCases, forward_folds, has_enough
from ptml.transfer.config import WarningConfig
from ptml.transfer.learner import Fold, Learner
from ptml.transfer.splits import Days, Split

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ForwardLoss:
    """What settings are learnt from and judged by.

    Attributes
    ----------
    labelled : LabelledCases
    config : WarningConfig
        What is not searched.
    folds : tuple of Fold
        What is learnt from; all of it lies before the judged span by the label's window or more.
    days : Days
        Completions that are judged.
    """

    labelled: LabelledCases
    config: WarningConfig
    folds: tuple[Fold, ...]
    days: Days

    @classmethod
    def of(
        cls, labelled: LabelledCases, first: int, days: Days, config: WarningConfig
    ) -> "ForwardLoss | None":
        """Judge by the completions of some days; None where too little lies before or in them.

        Parameters
        ----------
        first : int
            Day of completion from which on is learnt.
        """
        folds = forward_folds(labelled, _before(first, days, config.label.window_days), config)
        enough = tuple(fold for fold in folds if has_enough(labelled, fold, config))
        held = labelled.within(days)
        return cls(labelled, config, folds, days) if enough and held.any() else None

    @property
    def name(self) -> str:
        """The judged days."""
        return f"completions from {date_of(self.days.start)} to {date_of(self.days.end - 1)}"

    @property
    def held(self) -> Bools:
        """Which cases are judged, (n,) bool."""
        return self.labelled.within(self.days)

    def judge(self, settings: Mapping[str, Any], seed: int) -> Doubles:
        """Log loss of each judged case, (k,), nats."""
        config = with_values(self.config, settings)
        cases, threads = self.labelled.cases(), config.num_threads
        learner = Learner(self.labelled.features.names, config, seed)
        found = learner.fit(cases, self.folds, is_joint=False).classifier
        held = cases.take(self.held)
        log_odds = found.log_odds(held.x, held.stage, threads)
        return np.logaddexp(0.0, np.where(held.weak, -log_odds, log_odds))

    def gain(self, values: Doubles, rival: Doubles) -> Gain:
        """How much lower the mean loss is than a rival's, cases of one person taken together."""
        gain = rival - values
        error = _clustered_error(gain, self.labelled.employee[self.held])
        return Gain(float(gain.mean()), error)

    def level(self, values: Doubles) -> float:
        """Mean log loss, nats a case."""
        return float(values.mean())


def _before(first: int, days: Days, gap_days: int) -> Split:
    """The split that has the judged days as its test."""
    length = days.end - days.start
    end = days.start - gap_days
    calibrate = Days(end - length, end)
    return Split(Days(first, calibrate.start - gap_days), calibrate, days)


def _clustered_error(gain: Doubles, employee: NDArray[np.int32]) -> float:
    """Standard error of the mean gain, cases of one person taken together (Liang & Zeger 1986)."""
    _, member = np.unique(employee, return_inverse=True)
    total = np.bincount(member, gain - gain.mean())
    return float(np.sqrt((total**2).sum()) / max(len(gain), 1))
