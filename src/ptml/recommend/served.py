"""A peer that scores by own choices, put on top of the place so that it can be served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from optuna.trial import BaseTrial

from ptml.recommend.following import Following
from ptml.recommend.moments import KnownPast
from ptml.recommend.own import TasteScorer
from ptml.recommend.peers import ItemItemScorer, Past, Peer
from ptml.recommend.peers.als import AlsScorer
from ptml.recommend.peers.peer import Settings
from ptml.recommend.taste import Taste

CAN_BE_SERVED = ("bm25", "cosine", "ease", "als")
"""Peers whose scores are sums over own choices; the others know only the people of their fit."""
# People whose scores say how far a peer's scores spread.
_SCALED_ON = 2_000


@dataclass(frozen=True)
class InPlacePeer:
    """Shares by place plus a peer's scores, with one weight to choose.

    Attributes
    ----------
    peer : Peer
        One of `CAN_BE_SERVED`.
    settings : mapping
        Those that were chosen for it alone.
    half_life_days : float
        Of the shares by place.
    """

    peer: Peer
    settings: Mapping[str, float]
    half_life_days: float

    @property
    def name(self) -> str:
        """Of both."""
        return f"{self.peer.name}_in_place"

    @property
    def defaults(self) -> Settings:
        """The peer's scores spread as far as the shares."""
        return {"weight": 1.0}

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Weight of the peer."""
        return {"weight": trial.suggest_float("weight", 0.03, 30.0, log=True)}

    def fit(self, past: Past, settings: Settings, seed: int) -> TasteScorer:
        """Learn both."""
        known = cast(KnownPast, past)
        cold = known.cold(self.half_life_days)
        scorer = self.peer.fit(past, self.settings, seed)
        people = np.flatnonzero(np.diff(past.weights().indptr))[:_SCALED_ON].astype(np.int32)
        spread = float(scorer.score(past, people).std()) or 1.0
        weight = settings["weight"] * float(cold.by_place(known.where.take(people)).std()) / spread
        if isinstance(scorer, AlsScorer):
            return TasteScorer(Taste(cold, None, scorer.factors, weight, scorer.power))
        effect: Any = cast(ItemItemScorer, scorer).effect
        dense = np.asarray(effect @ np.eye(past.shape[1], dtype=np.float32))
        courses = np.arange(past.shape[1], dtype=np.int32)
        following = Following(courses, (weight * dense).astype(np.float32))
        return TasteScorer(Taste(cold, following, None, 0.0, cast(ItemItemScorer, scorer).power))
