"""Item-item neighbours of implicit: BM25 and cosine."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight, normalize
from optuna.trial import BaseTrial
from scipy.sparse import csr_matrix

from ptml.recommend.peers.peer import ItemItemScorer, Past, Settings, suggest_power


@dataclass(frozen=True)
class Bm25Peer:
    """Neighbours by BM25-weighted overlap (Robertson and Zaragoza 2009)."""

    name: str = "bm25"
    defaults: Settings = field(
        default_factory=lambda: {"neighbours": 100, "k1": 1.2, "b": 0.75, "power": 0.0}
    )

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Neighbours, BM25's two constants and fading."""
        return {
            "neighbours": _suggest_neighbours(trial),
            "k1": trial.suggest_float("k1", 0.1, 20.0, log=True),
            "b": trial.suggest_float("b", 0.0, 1.0),
            "power": suggest_power(trial),
        }

    def fit(self, past: Past, settings: Settings, seed: int) -> ItemItemScorer:
        """Weigh people as documents of their courses and keep the nearest courses of each."""
        weights = past.weights()
        if weights.nnz == 0:
            # Of no choices, implicit makes weights of NaN.
            return _scorer(weights, settings)
        return _scorer(bm25_weight(weights.T, settings["k1"], settings["b"]).T, settings)


@dataclass(frozen=True)
class CosinePeer:
    """Neighbours by the cosine of the people who chose them."""

    name: str = "cosine"
    defaults: Settings = field(default_factory=lambda: {"neighbours": 100, "power": 0.0})

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Neighbours and fading."""
        return {"neighbours": _suggest_neighbours(trial), "power": suggest_power(trial)}

    def fit(self, past: Past, settings: Settings, seed: int) -> ItemItemScorer:
        """Bring the courses to length 1 and keep the nearest of each."""
        return _scorer(normalize(past.weights().T.tocsr()).T, settings)


def _suggest_neighbours(trial: BaseTrial) -> int:
    return trial.suggest_int("neighbours", 10, 400, log=True)


def _scorer(weighed: Any, settings: Settings) -> ItemItemScorer:
    """Keep the nearest courses of each."""
    # The recommenders of implicit 0.7.3 warn about the format that they make themselves.
    n_neighbours = min(int(settings["neighbours"]), weighed.shape[1])
    model = ItemItemRecommender(K=n_neighbours, num_threads=1)
    model.fit(csr_matrix(weighed, dtype=np.float64), show_progress=False)
    return ItemItemScorer(csr_matrix(model.similarity, dtype=np.float32), settings["power"])
