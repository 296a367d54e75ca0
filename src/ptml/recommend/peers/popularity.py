"""Popularity as a peer: of everybody, and within the role."""

from dataclasses import dataclass, field

import numpy as np
from optuna.trial import BaseTrial

from ptml.recommend.peers.peer import Float32Array, IntArray, Past, Settings
from ptml.recommend.popularity import Popularity


@dataclass(frozen=True, eq=False)
class PopularityScorer:
    """Shares of choices; ``within_role`` = False gives everybody the same."""

    popularity: Popularity
    within_role: bool

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """Expected share of the next choices, (n, n_courses)."""
        if self.within_role:
            return self.popularity.shares(past.role[people])
        overall = self.popularity.overall
        return np.broadcast_to(overall, (len(people), len(overall)))


@dataclass(frozen=True)
class PopularityPeer:
    """Shares of recent choices, newer ones counting for more."""

    name: str
    within_role: bool
    defaults: Settings = field(default_factory=lambda: {"half_life_days": 365.0})

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Half-life from a month to ten years."""
        return {"half_life_days": trial.suggest_float("half_life_days", 30.0, 3_650.0, log=True)}

    def fit(self, past: Past, settings: Settings, seed: int) -> PopularityScorer:
        """Count choices."""
        popularity = Popularity.fit(
            past.choices,
            past.as_of_day,
            settings["half_life_days"],
            past.n_roles,
            past.shape[1],
        )
        return PopularityScorer(popularity, self.within_role)
