"""Learn preference: select by time, then fit what was selected on everything that is known."""

from dataclasses import dataclass

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.recommend.artefact import taste_values
from ptml.recommend.choices import choices_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.moments import Background, known_past
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.selection import Selected, select
from ptml.recommend.taste import Taste


@dataclass(frozen=True, eq=False)
class PreferenceLearner:
    """What was selected, ready to learn from what was known before any day.

    Attributes
    ----------
    background : Background
    selected : Selected
    """

    background: Background
    selected: Selected

    def fit(self, day: int) -> PreferenceModel:
        """Learn preference from all that was chosen before a day."""
        given = self.background
        history = given.history
        choices = choices_before(history, day)
        taste = self.selected.fit(known_past(given, choices, day), given.seed)
        n_chosen = np.bincount(choices.course, minlength=history.n_courses).astype(np.float64)
        return PreferenceModel(
            courses=history.courses,
            roles=history.roles,
            units=history.units,
            taste=taste,
            n_chosen=n_chosen,
            config=given.config,
            fingerprint=history.fingerprint,
            as_of_day=day,
            seed=given.seed,
            evidence=(*self.selected.evidence, _settings(taste, given.config)),
        )


def learner_before(
    history: History, shared: Shared, as_of_day: int, config: PreferenceConfig, seed: int
) -> PreferenceLearner:
    """Select how to learn on what was known before a day.

    Parameters
    ----------
    history : History
        Of all employees.
    shared : Shared
        For the gaps that courses close.
    """
    background = Background(history, shared, config, seed)
    return PreferenceLearner(background, select(background, as_of_day))


def fit_preference(
    history: History, shared: Shared, as_of_day: int, config: PreferenceConfig, seed: int
) -> PreferenceModel:
    """Select how to learn preference from what was chosen before a day, and learn it."""
    return learner_before(history, shared, as_of_day, config, seed).fit(as_of_day)


def _settings(taste: Taste, config: PreferenceConfig) -> Evidence:
    n_factors = 0 if taste.factors is None else taste.factors.items.shape[1]
    payload = {**config.model_dump(), **taste_values(taste), "factors": n_factors}
    return Evidence("recommend", "setting", "preference", payload=payload)
