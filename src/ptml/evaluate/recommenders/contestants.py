"""Who takes part: ptml, popularity, implicit's models and EASE through one interface, and peers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from optuna.trial import BaseTrial

from ptml.recommend.circumstances import Circumstances
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import CourseFactors
from ptml.recommend.peers import PEERS, Past, Peer
from ptml.recommend.peers.peer import Float32Array, IntArray, Settings, suggest_power
from ptml.recommend.taste import Taste, cold_by_role, fit_factors_of, fit_taste


@dataclass(frozen=True)
class Contestant:
    """A method in the tables.

    Attributes
    ----------
    key : str
    method, library : str
        As the tables call them.
    is_seeded : bool
        Whether another seed gives another model.
    folds_in : bool
        Whether people can be recommended to from whom nothing was learnt.
    is_peer : bool
        Whether it runs in the environment of the peers.
    """

    key: str
    method: str
    library: str
    is_seeded: bool = False
    folds_in: bool = True
    is_peer: bool = False


CONTESTANTS = (
    Contestant("popularity", "popularity", "ptml"),
    Contestant("popularity_in_role", "popularity in the role", "ptml"),
    Contestant("bm25", "BM25 neighbours", "implicit"),
    Contestant("cosine", "cosine neighbours", "implicit"),
    Contestant("als", "ALS, folded in anew", "implicit", is_seeded=True),
    Contestant("bpr", "BPR", "implicit", is_seeded=True, folds_in=False),
    Contestant("lmf", "logistic factors", "implicit", is_seeded=True, folds_in=False),
    Contestant("ease", "EASE", "ptml"),
    Contestant("rectools_ease", "EASE", "RecTools", is_peer=True),
    Contestant("rectools_als", "ALS", "RecTools", is_seeded=True, folds_in=False, is_peer=True),
    Contestant("lenskit_ease", "EASE", "LensKit", is_peer=True),
    Contestant("lenskit_item_knn", "ItemKNN", "LensKit", is_peer=True),
    Contestant("lenskit_slim", "SLIM", "LensKit", is_peer=True),
    Contestant("ptml", "**ptml**", "ptml", is_seeded=True),
)


@dataclass(frozen=True, eq=False)
class TasteScorer:
    """ptml's preference before it is brought to 0-1, which keeps the order."""

    taste: Taste

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """Expected shares of the next choices, by role and own choices alone."""
        role = past.role[people]
        where = replace(Circumstances.nowhere(len(people)), role=role)
        return self.taste.shares(past.recent(self.taste.recency_power)[people], where)


@dataclass(frozen=True)
class TastePeer:
    """ptml's own model as a peer of the others."""

    name: str = "ptml"
    defaults: Settings = field(
        default_factory=lambda: {
            name: getattr(PreferenceConfig(), name)
            for name in ("recency_power", "ridge", "factor_share")
        }
    )
    _factors: dict[tuple[Past, int], CourseFactors] = field(
        default_factory=dict, init=False, repr=False
    )

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Fading, ridge and the weight of the factors."""
        return {
            "recency_power": suggest_power(trial, "recency_power"),
            "ridge": trial.suggest_float("ridge", 3.0, 300.0, log=True),
            "factor_share": trial.suggest_float("factor_share", 0.0, 0.1),
        }

    def fit(self, past: Past, settings: Settings, seed: int) -> TasteScorer:
        """Fit popularity in the role, what follows what, and factors.

        The factors depend on none of the settings searched: within a search they are kept.
        """
        config = PreferenceConfig().model_copy(update=dict(settings))
        factors = self._factors.get((past, seed))
        if factors is None:
            self._factors.clear()
            factors = fit_factors_of(past.choices, past.shape, config, seed)
            self._factors[past, seed] = factors
        cold = cold_by_role(
            past.choices, past.n_roles, past.shape[1], past.as_of_day, config.half_life_days
        )
        return TasteScorer(fit_taste(past.choices, past.shape, cold, factors, config))


OWN: Mapping[str, Peer] = {**PEERS, "ptml": TastePeer()}
