"""EASE: the linear item-item model with a closed form."""

from dataclasses import dataclass, field

import numpy as np
from optuna.trial import BaseTrial
from scipy.linalg import cho_factor, cho_solve
from threadpoolctl import threadpool_limits

from ptml.recommend.peers.peer import ItemItemScorer, Past, Settings, suggest_power


@dataclass(frozen=True)
class EasePeer:
    """Each course foretold from all others by ridge regression (Steck 2019)."""

    name: str = "ease"
    defaults: Settings = field(default_factory=lambda: {"ridge": 300.0, "power": 0.0})

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Ridge and fading."""
        return {
            "ridge": trial.suggest_float("ridge", 1.0, 3_000.0, log=True),
            "power": suggest_power(trial),
        }

    def fit(self, past: Past, settings: Settings, seed: int) -> ItemItemScorer:
        """Solve ``B = I - P diag(P)^-1`` with ``P = (X'X + ridge I)^-1``."""
        weights = past.weights().astype(np.float64)
        gram = (weights.T @ weights).toarray()
        gram[np.diag_indices(len(gram))] += settings["ridge"]
        with threadpool_limits(1, "blas"):
            inverse = cho_solve(cho_factor(gram, overwrite_a=True), np.eye(len(gram)))
        effect = -inverse / np.diag(inverse)
        np.fill_diagonal(effect, 0.0)
        return ItemItemScorer(effect.astype(np.float32), settings["power"])
