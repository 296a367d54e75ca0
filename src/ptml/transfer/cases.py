"""Completions with a known outcome as rows of one matrix, ready to be split by time."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.shared import Shared
from ptml.transfer.blocking import blocked_by
from ptml.transfer.checked import Selection
from ptml.transfer.classifier import Cases
from ptml.transfer.closed_cases import ClosedCases
from ptml.transfer.completion_features import completion_features
from ptml.transfer.completions import STAGES, Completions
from ptml.transfer.config import WarningConfig
from ptml.transfer.improvement import improvement
from ptml.transfer.labels import Labels
from ptml.transfer.learner import Fitted, Fold, Learner
from ptml.transfer.model import completion_view
from ptml.transfer.norms import Norms
from ptml.transfer.rules import not_up, rules_fired
from ptml.transfer.splits import Days, Split, forward_steps

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LabelledCases:
    """One row a completion and stage, n of them.

    Attributes
    ----------
    features : FeatureMatrix
        (n, p)
    weak : (n,) bool
    stage : (n,) uint8
    completed, employee : (n,) int32
    unit : (n,) int32
        Of the person at the moment, a code of the norms' units; -1 = none.
    blocked : (n,) bool
        The unit's trouble was known at the moment.
    ruled : (n, n_rules) bool
        Which of `RULES` fires.
    not_up : (n,) bool
        Whether the rule `NOT_UP` fires two periods later.
    weight : (n,) float64 or None
        Inverse probability that the outcome became known (`weighted`); None = all alike.
    """

    features: FeatureMatrix
    weak: Bools
    stage: NDArray[np.uint8]
    completed: NDArray[np.int32]
    employee: NDArray[np.int32]
    unit: NDArray[np.int32]
    blocked: Bools
    ruled: Bools
    not_up: Bools
    weight: NDArray[np.float64] | None = None

    def within(self, days: Days) -> Bools:
        """Whether each row's completion lies in the span, (n,) bool."""
        return days.holds(self.completed)

    def cases(self) -> Cases:
        """All rows for the classifier."""
        return Cases(self.features.values, self.weak, self.stage, self.weight)

    def weighted(self, selection: Selection) -> "LabelledCases":
        """Give each row the weight of its completion, the same at every stage."""
        first = self.stage == 0
        weight = selection.weights(self.features.values[first], self.employee[first])
        return replace(self, weight=np.tile(weight, len(STAGES)))


def labelled_cases(
    history: History,
    shared: Shared,
    labels: Labels,
    norms: Norms,
    as_of_day: int,
    config: WarningConfig,
    rng: np.random.Generator,
) -> LabelledCases:
    """Work out the features of the completions whose outcome is known as of a day.

    Of more than `max_completions` a random sample is taken, over all of the time.
    """
    known = np.flatnonzero(labels.known_at(as_of_day))
    if len(known) > config.max_completions:
        known = np.sort(rng.choice(known, config.max_completions, replace=False))
    completions = Completions.at_both_stages(labels.enrolment[known])
    view = completion_view(history, completions, norms, config)
    features = completion_features(view, shared)
    return LabelledCases(
        features=features,
        weak=np.tile(labels.weak[known], len(STAGES)),
        stage=completions.stage,
        completed=np.tile(labels.completed[known], len(STAGES)),
        employee=np.tile(labels.employee[known], len(STAGES)),
        unit=view.unit_of_norms,
        blocked=blocked_by(history, completions, config) > 0,
        ruled=rules_fired(history, completions, features, norms, config.rules),
        not_up=not_up(
            features, improvement(history, completions.enrolment, as_of_day), config.rules
        ),
    )


def closed_cases(
    history: History,
    shared: Shared,
    labels: Labels,
    norms: Norms,
    as_of_day: int,
    config: WarningConfig,
    rng: np.random.Generator,
) -> ClosedCases:
    """Work out the features of all completions whose window is closed as of a day.

    Of more than `CheckedConfig.max_completions` a random sample is taken.
    """
    closed = np.flatnonzero(labels.known_from <= as_of_day)
    if len(closed) > config.checked.max_completions:
        closed = np.sort(rng.choice(closed, config.checked.max_completions, replace=False))
    at_completion = Completions(labels.enrolment[closed], np.zeros(len(closed), dtype=np.uint8))
    view = completion_view(history, at_completion, norms, config)
    return ClosedCases(
        features=completion_features(view, shared),
        employee=labels.employee[closed],
        completed=labels.completed[closed],
        is_known=labels.reason[closed] == 0,
        weak=labels.weak[closed],
    )


def fit_split(
    labelled: LabelledCases, split: Split, config: WarningConfig, seed: int, *, is_joint: bool
) -> Fitted:
    """Fit on the split's training and calibration spans, forward in time for the calibration."""
    learner = Learner(labelled.features.names, config, seed)
    return learner.fit(labelled.cases(), forward_folds(labelled, split, config), is_joint=is_joint)


def forward_folds(labelled: LabelledCases, split: Split, config: WarningConfig) -> tuple[Fold, ...]:
    """Folds of the split's steps forward in time; steps with too few of a class are left out."""
    steps = forward_steps(split, config.calibration_steps, config.label.window_days)
    folds = [Fold(*(labelled.within(days) for days in step)) for step in steps]
    kept = [fold for fold in folds if has_enough(labelled, fold, config)]
    return tuple(kept or folds[:1])


def has_enough(labelled: LabelledCases, fold: Fold, config: WarningConfig) -> bool:
    """Whether both sides of a fold have weak and sound completions enough."""
    # Each completion is there at every stage.
    least = config.min_of_each_class * len(STAGES)
    return all(
        min((rows & labelled.weak).sum(), (rows & ~labelled.weak).sum()) >= least
        for rows in (fold.train, fold.held)
    )
