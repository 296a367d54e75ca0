"""What ptml itself learns, behind the peers' interface: by place alone, and with own choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from optuna.trial import BaseTrial

from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import CourseFactors
from ptml.recommend.moments import KnownPast
from ptml.recommend.peers import Past
from ptml.recommend.peers.peer import Settings, suggest_power
from ptml.recommend.taste import Taste, cold_taste, fit_factors_of, fit_taste

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

_HALF_LIVES = (90.0, 180.0, 365.0, 730.0, 1460.0)


@dataclass(frozen=True, eq=False)
class TasteScorer:
    """Expected shares of a taste."""

    taste: Taste

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """Expected shares of the next choices, (n, n_courses), of people of a `KnownPast`."""
        known = cast(KnownPast, past)
        recent = past.recent(self.taste.recency_power)[people]
        closed = None if self.taste.cold.gap is None else known.closed(people)
        return self.taste.shares(recent, known.where.take(people), closed)


@dataclass(frozen=True)
class PlacePeer:
    """By role, unit, grade and gap, without a look at own choices."""

    config: PreferenceConfig
    name: str = "place"

    @property
    def defaults(self) -> Settings:
        """Those of the configuration."""
        return {"half_life_days": self.config.half_life_days}

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Half-life of a choice."""
        return {"half_life_days": _half_life(trial, self.config)}

    def fit(self, past: Past, settings: Settings, seed: int) -> TasteScorer:
        """Learn shares by place."""
        return TasteScorer(cold_taste(cast(KnownPast, past).cold(settings["half_life_days"])))


@dataclass(frozen=True)
class OwnPeer:
    """Place, what follows what, and factors; few-chosen courses placed at their neighbours."""

    config: PreferenceConfig
    name: str = "ptml"

    @property
    def defaults(self) -> Settings:
        """Those of the configuration."""
        names = ("half_life_days", "recency_power", "ridge", "factor_share", "placing_choices")
        return {name: float(getattr(self.config, name)) for name in names}

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Half-life, fading, ridge, weight of the factors and of the neighbours."""
        return {
            "half_life_days": _half_life(trial, self.config),
            "recency_power": suggest_power(trial, "recency_power"),
            "ridge": _around(trial, "ridge", 3.0, 300.0, self.config.ridge),
            "factor_share": _around(
                trial, "factor_share", 0.003, 0.3, max(self.config.factor_share, 0.003)
            ),
            "placing_choices": _around(
                trial, "placing_choices", 1.0, 100.0, self.config.placing_choices
            ),
        }

    def fit(self, past: Past, settings: Settings, seed: int) -> TasteScorer:
        """Learn all parts."""
        return TasteScorer(fit_own(cast(KnownPast, past), settings, self.config, seed))


def fit_own(
    past: KnownPast, settings: Mapping[str, float], config: PreferenceConfig, seed: int
) -> Taste:
    """Fit a whole taste with settings that were chosen."""
    tuned = config.model_copy(update=dict(settings))
    cold, factors = past.cold(tuned.half_life_days), _factors(past, tuned, seed)
    taste = fit_taste(past.choices, past.shape, cold, factors, tuned)
    return taste.placed(past.neighbours, past.n_chosen, tuned.placing_choices)


def _factors(past: KnownPast, config: PreferenceConfig, seed: int) -> CourseFactors | None:
    """Factors are not tuned: fitted once for each past."""
    if config.factor_share == 0 or len(past.choices) == 0:
        return None
    if seed not in past.factors:
        past.factors[seed] = fit_factors_of(past.choices, past.shape, config, seed)
    return past.factors[seed]


def _half_life(trial: BaseTrial, config: PreferenceConfig) -> float:
    """On a grid, so that shares by place are learnt once for each."""
    return float(
        trial.suggest_categorical("half_life_days", sorted({*_HALF_LIVES, config.half_life_days}))
    )


def _around(trial: BaseTrial, name: str, low: float, high: float, default: float) -> float:
    """On a logarithmic scale, widened where the default lies outside."""
    return trial.suggest_float(name, min(low, default), max(high, default), log=True)
