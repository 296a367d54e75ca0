"""What a search found, in figures and in words; the best of many is not taken at its word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from ptml.search.gain import Gain, mean_gain
from ptml.search.objective import Objective
from ptml.search.study import KeptStudy
from ptml.search.verdict import Rejudged

QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, eq=False)
class Outcome:
    """A search and the judgement of its winner.

    Attributes
    ----------
    trials : list of FrozenTrial
        Finished ones, in order; the first is the default.
    n_failed : int
        Trials whose process was killed.
    keys : tuple of str
        Settings that were searched.
    """

    model: str
    objective: Objective
    trials: list[FrozenTrial]
    n_failed: int
    keys: tuple[str, ...]
    best: FrozenTrial
    rejudged: Rejudged

    @classmethod
    def of(
        cls,
        model: str,
        objective: Objective,
        kept: KeptStudy,
        keys: tuple[str, ...],
        rejudged: Rejudged,
    ) -> "Outcome":
        """Gather what lies in the study."""
        best, failed = kept.best, kept.optuna.get_trials(False, (TrialState.FAIL,))
        if best is None:
            raise ValueError("no trial was judged to the end")
        return cls(model, objective, kept.finished, len(failed), keys, best, rejudged)

    @property
    def default(self) -> FrozenTrial:
        """The trial of the given settings."""
        return self.trials[0]

    @property
    def complete(self) -> list[FrozenTrial]:
        """Trials that were judged to the end."""
        return [one for one in self.trials if one.state is TrialState.COMPLETE]

    @property
    def n_given_up(self) -> int:
        """Trials that were stopped between folds."""
        return len(self.trials) - len(self.complete)

    @property
    def search_gain(self) -> Gain:
        """Of the best over the default, on the folds that it was chosen on: flattered."""
        return mean_gain([Gain(value, error) for value, error in self.best.user_attrs["gains"]])

    def reached(self, trial: FrozenTrial) -> float:
        """Gain over the default; of one given up, by how far it lay behind the best till then.

        Folds differ in how much there is to gain, so a mean over fewer of them says nothing alone.
        """
        if trial.state is TrialState.COMPLETE:
            return float(trial.value)
        last = max(trial.intermediate_values)
        behind = self.best.intermediate_values[last] - trial.intermediate_values[last]
        # It was given up for being worse than one that is no better than the best.
        return float(self.best.value - max(behind, 0.0))

    @property
    def spread(self) -> dict[str, float]:
        """Quantiles of what the trials reached."""
        values = [self.reached(one) for one in self.trials]
        return {f"{q:.0%}": float(np.quantile(values, q)) for q in QUANTILES}

    @property
    def is_adopted(self) -> bool:
        """Whether the winner takes the place of the default."""
        return self.rejudged.gain is not None and self.rejudged.gain.is_clear

    @property
    def chosen(self) -> Mapping[str, Any]:
        """Settings that are pinned."""
        return dict((self.best if self.is_adopted else self.default).params)

    @property
    def seconds(self) -> float:
        """That judging took, all calls together."""
        return float(sum(one.user_attrs["seconds"] for one in self.trials))

    @property
    def seconds_saved(self) -> float:
        """That giving up spared, by what the folds took in trials judged to the end."""
        of_folds = np.array([one.user_attrs["fold_seconds"] for one in self.complete])
        typical = np.median(of_folds, axis=0)
        given_up = [one for one in self.trials if one.state is TrialState.PRUNED]
        return float(sum(typical[len(one.user_attrs["fold_seconds"]) :].sum() for one in given_up))

    @property
    def codes(self) -> tuple[str, ...]:
        """Versions of the code that judged, in order."""
        return tuple(dict.fromkeys(one.user_attrs["code"] for one in self.trials))

    def verdict(self) -> str:
        """One sentence: what is used, and why."""
        unit, gain = self.objective.gain_unit, self.rejudged.gain
        if self.best.number == self.default.number:
            return "No trial was better than the default: the default stays."
        if gain is None:
            return (
                "The history is too short to judge the winner on anything that the search did "
                "not see: the default stays."
            )
        interval = f"{gain.value:+.3g} {unit} (95 %: {gain.low:+.3g} to {gain.high:+.3g})"
        if gain.is_clear:
            return f"On what the search did not see the winner gains {interval}: it is used."
        if gain.high < 0:
            return (
                f"On what the search did not see the winner is worse, {interval}: "
                "the default stays."
            )
        return (
            f"On what the search did not see the winner is within noise of the default, "
            f"{interval}: the default stays."
        )

    def sentences(self) -> list[str]:
        """What a person reads at the end."""
        found, spread = self.search_gain, self.spread
        return [
            f"{len(self.trials)} trials of {self.model} in {minutes(self.seconds)}: "
            f"{len(self.complete)} judged to the end, {self.n_given_up} given up early, which "
            f"spared about {minutes(self.seconds_saved)}.",
            f"Gain over the default on the folds that were searched, {self.objective.gain_unit}: "
            f"best {found.value:+.3g} (standard error {found.error:.2g}), half of the trials "
            f"{spread['25%']:+.3g} to {spread['75%']:+.3g}, worst {spread['0%']:+.3g}. "
            f"The best of {len(self.trials)} is flattered by having been chosen.",
            self.verdict(),
            *self._of_seeds(),
            *self._of_codes(),
        ]

    def _of_seeds(self) -> list[str]:
        values = self.rejudged.by_seed
        if len(values) < 2 or self.best.number == self.default.number:
            return []
        return [f"With {len(values)} seeds that gain is {min(values):+.3g} to {max(values):+.3g}."]

    def _of_codes(self) -> list[str]:
        if len(self.codes) == 1:
            return []
        return [
            f"The trials were judged by {len(self.codes)} versions of the code: compare with care, "
            "or begin a new study."
        ]

    def summary(self) -> dict[str, Any]:
        """All figures, JSON-ready."""
        gain = self.rejudged.gain
        return {
            "model": self.model,
            "measure": self.objective.measure,
            "trials": len(self.trials),
            "judged_to_the_end": len(self.complete),
            "given_up": self.n_given_up,
            "killed": self.n_failed,
            "seconds": round(self.seconds, 2),
            "seconds_saved": round(self.seconds_saved, 2),
            "best_trial": self.best.number,
            "best": dict(self.best.params),
            "default": dict(self.default.params),
            "search_gain": [self.search_gain.value, self.search_gain.low, self.search_gain.high],
            "spread": self.spread,
            "rejudged_gain": None if gain is None else [gain.value, gain.low, gain.high],
            "rejudged_by_seed": list(self.rejudged.by_seed),
            "winner_levels": list(self.rejudged.winner_levels),
            "default_levels": list(self.rejudged.default_levels),
            "rejudged_on": list(self.rejudged.judged_on),
            "searched_on": [judge.name for judge in self.objective.folds],
            "untouched": self.objective.untouched,
            "is_adopted": self.is_adopted,
            "chosen": dict(self.chosen),
            "verdict": self.verdict(),
        }


def minutes(seconds: float) -> str:
    """Seconds or minutes, as a person says them.

    >>> minutes(45.2), minutes(150)
    ('45 s', '2.5 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
