"""Fit the models that were asked for and save each into its folder as soon as it is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ptml.contracts.evidence import Evidence
from ptml.evaluate.checked_evidence import with_checked_evidence
from ptml.evaluate.warning_evidence import with_held_out_evidence
from ptml.evaluate.warning_fairness import with_fairness_evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.lift.fitting import fit_lift
from ptml.recommend.completion import fit_completion
from ptml.recommend.preference_fit import learner_before
from ptml.recommend.ranker.fitting import fit_ranker
from ptml.transfer.fitting import fit_warning


@dataclass(frozen=True)
class Learning:
    """All that a model is fitted on."""

    history: History
    shared: Shared
    as_of_day: int
    settings: Settings
    protected: pd.DataFrame
    """Who is in which protected group: for audits, never for a feature."""
    helped: frozenset[str] = frozenset()
    """Enrolments whose people were helped because of a warning (`ptml.jobs.helped`)."""


def _recommend(learning: Learning, folder: Path) -> tuple[Evidence, ...]:
    history, shared, day = learning.history, learning.shared, learning.as_of_day
    settings = learning.settings
    learner = learner_before(history, shared, day, settings.recommend, settings.seed)
    preference = learner.fit(day)
    preference.save(folder / "recommend" / "preference")
    completion = fit_completion(history, shared, day, settings.completion, settings.seed)
    completion.save(folder / "recommend" / "completion")
    ranker = fit_ranker(history, shared, day, learner.fit, settings.ranker, settings.seed)
    ranker.save(folder / "recommend" / "ranker")
    return (*preference.evidence, *completion.evidence, *ranker.evidence)


def _lift(learning: Learning, folder: Path) -> tuple[Evidence, ...]:
    settings = learning.settings
    model = fit_lift(
        learning.history, learning.shared, learning.as_of_day, settings.lift, settings.seed
    )
    model.save(folder / "lift")
    return model.evidence


def _warnings(learning: Learning, folder: Path) -> tuple[Evidence, ...]:
    settings = learning.settings
    model = fit_warning(
        learning.history,
        learning.shared,
        learning.as_of_day,
        settings.warning,
        settings.seed,
        learning.helped,
    )
    model = with_held_out_evidence(model, settings.seed)
    model = with_checked_evidence(model, settings.seed)
    model = with_fairness_evidence(
        model, learning.history, learning.shared, learning.protected, settings.seed
    )
    model.save(folder / "warnings")
    return model.evidence


FITS: dict[str, tuple[str, Callable[[Learning, Path], tuple[Evidence, ...]]]] = {
    "recommend": ("Fitting the recommender", _recommend),
    "lift": ("Fitting the lift model", _lift),
    "warnings": ("Fitting the early warning", _warnings),
}


def fit_models(
    names: Sequence[str], learning: Learning, folder: Path, progress: Progress
) -> list[Evidence]:
    """Fit the models ``names`` and save them into subfolders of ``folder``."""
    evidence: list[Evidence] = []
    for name in names:
        title, fit = FITS[name]
        progress.stage(title)
        evidence.extend(fit(learning, folder))
    return evidence
