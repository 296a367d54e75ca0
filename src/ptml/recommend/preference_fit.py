"""Learn preference: select by time, then fit what was selected on everything that is known."""

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.recommend.artefact import taste_values
from ptml.recommend.choices import choices_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.moments import Background, known_past
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.selection import select
from ptml.recommend.taste import Taste


def fit_preference(
    history: History, shared: Shared, as_of_day: int, config: PreferenceConfig, seed: int
) -> PreferenceModel:
    """Learn preference from what was chosen before a day.

    Parameters
    ----------
    history : History
        Of all employees.
    shared : Shared
        For the gaps that courses close.
    """
    background = Background(history, shared, config, seed)
    selected = select(background, as_of_day)
    choices = choices_before(history, as_of_day)
    taste = selected.fit(known_past(background, choices, as_of_day), seed)
    n_chosen = np.bincount(choices.course, minlength=history.n_courses).astype(np.float64)
    return PreferenceModel(
        courses=history.courses,
        roles=history.roles,
        units=history.units,
        taste=taste,
        n_chosen=n_chosen,
        config=config,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        seed=seed,
        evidence=(*selected.evidence, _settings(taste, config)),
    )


def _settings(taste: Taste, config: PreferenceConfig) -> Evidence:
    n_factors = 0 if taste.factors is None else taste.factors.items.shape[1]
    payload = {**config.model_dump(), **taste_values(taste), "factors": n_factors}
    return Evidence("recommend", "setting", "preference", payload=payload)
