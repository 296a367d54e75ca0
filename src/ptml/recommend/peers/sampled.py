"""BPR and logistic factors of implicit: learnt by sampling, people known by stored factors."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.cpu.lmf import LogisticMatrixFactorization
from numpy.typing import NDArray
from optuna.trial import BaseTrial
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from ptml.recommend.peers.peer import Float32Array, IntArray, Past, Settings
from ptml.recommend.popularity import Popularity

_HALF_LIFE_DAYS = 365.0


@dataclass(frozen=True, eq=False)
class StoredScorer:
    """Factors of courses and of the people who had chosen something at the fit.

    Attributes
    ----------
    users : (n_known, f) float32
    items : (n_courses, f) float32
    place : (n_employees,) int64
        Row of each person in `users`; -1 = had chosen nothing.
    popularity : Popularity
        For those, within their role: these models have no way to fold a person in.
    """

    users: Float32Array
    items: Float32Array
    place: NDArray[np.int64]
    popularity: Popularity

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """Scores of people, whose codes are those of the fit; later choices are not seen."""
        found = self.popularity.shares(past.role[people]).astype(np.float32)
        row = np.full(len(people), -1, dtype=np.int64)
        in_range = people < len(self.place)
        row[in_range] = self.place[people[in_range]]
        with threadpool_limits(1, "blas"):
            found[row >= 0] = self.users[row[row >= 0]] @ self.items.T
        return found


@dataclass(frozen=True)
class BprPeer:
    """Bayesian personalised ranking (Rendle et al. 2009); who chose nothing gets popularity."""

    name: str = "bpr"
    defaults: Settings = field(
        default_factory=lambda: {
            "factors": 64,
            "learning_rate": 0.05,
            "regularization": 0.01,
            "iterations": 30,
        }
    )

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Factors, step, regularization and rounds."""
        return {
            "factors": trial.suggest_int("factors", 8, 128, log=True),
            "learning_rate": trial.suggest_float("learning_rate", 0.005, 0.2, log=True),
            "regularization": trial.suggest_float("regularization", 1e-4, 0.1, log=True),
            "iterations": trial.suggest_int("iterations", 10, 50, step=10),
        }

    def fit(self, past: Past, settings: Settings, seed: int) -> StoredScorer:
        """Fit on one thread: on two, implicit gives another model each time."""
        model = BayesianPersonalizedRanking(
            factors=int(settings["factors"]),
            learning_rate=settings["learning_rate"],
            regularization=settings["regularization"],
            iterations=int(settings["iterations"]),
            random_state=seed,
            num_threads=1,
        )
        return _fitted(model, past)


@dataclass(frozen=True)
class LmfPeer:
    """Logistic matrix factorisation (Johnson 2014); who chose nothing gets popularity."""

    name: str = "lmf"
    defaults: Settings = field(
        default_factory=lambda: {
            "factors": 30,
            "learning_rate": 1.0,
            "regularization": 0.6,
            "negatives": 30,
        }
    )

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Factors, step, regularization and sampled negatives per choice."""
        return {
            "factors": trial.suggest_int("factors", 8, 128, log=True),
            "learning_rate": trial.suggest_float("learning_rate", 0.1, 3.0, log=True),
            "regularization": trial.suggest_float("regularization", 0.01, 10.0, log=True),
            "negatives": trial.suggest_int("negatives", 5, 50, log=True),
        }

    def fit(self, past: Past, settings: Settings, seed: int) -> StoredScorer:
        """Fit on one thread, so that a seed gives one model."""
        model = LogisticMatrixFactorization(
            factors=int(settings["factors"]),
            learning_rate=settings["learning_rate"],
            regularization=settings["regularization"],
            neg_prop=int(settings["negatives"]),
            random_state=seed,
            num_threads=1,
        )
        return _fitted(model, past)


def _fitted(model: Any, past: Past) -> StoredScorer:
    weights = past.weights()
    known = np.flatnonzero(np.diff(weights.indptr))
    place = np.full(past.shape[0], -1, dtype=np.int64)
    place[known] = np.arange(len(known))
    with threadpool_limits(1, "blas"):
        model.fit(csr_matrix(weights[known], dtype=np.float32), show_progress=False)
    popularity = Popularity.fit(
        past.choices, past.as_of_day, _HALF_LIFE_DAYS, past.n_roles, past.shape[1]
    )
    users, items = np.asarray(model.user_factors), np.asarray(model.item_factors)
    return StoredScorer(users, items, place, popularity)
