"""Run RecTools or LensKit on the splits of ptml's benchmark, in an environment of their own.

``python run.py FOLDER CONTESTANT N_TRIALS TUNED_ON OUT``: the same splits, search, budget and
output as `ptml.evaluate.recommenders.contest`, which says what they are.
"""

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from scipy.sparse import csr_matrix

LENGTH, K_NDCG = 20, 10
BLIND_TRIALS = 4


@dataclass
class Split:
    """What `ptml.evaluate.recommenders.split.Split.save` wrote, as sparse matrices."""

    own: csr_matrix
    learnt: csr_matrix
    excluded: csr_matrix
    held_out: csr_matrix
    closed: np.ndarray
    draws: dict[int, np.ndarray]

    @property
    def folds_in(self) -> bool:
        """Whether people are judged from whom nothing was learnt."""
        return self.own.nnz != self.learnt.nnz


def load(path: Path) -> Split:
    """Read one split."""
    with np.load(path, allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    shape = (len(found["role"]), int(found["sizes"][0]))
    employee, course = found["choice_employee"], found["choice_course"]
    weight, learnt = found["choice_weight"].astype(np.float32), found["learnt"]
    cells = {
        name: csr_matrix(
            (
                np.ones(len(found[f"{name}_indices"]), np.float32),
                found[f"{name}_indices"],
                found[f"{name}_indptr"],
            ),
            shape=shape,
        )
        for name in ("excluded", "held_out")
    }
    return Split(
        own=csr_matrix((weight, (employee, course)), shape=shape),
        learnt=csr_matrix((weight[learnt], (employee[learnt], course[learnt])), shape=shape),
        closed=found["closed"],
        draws={int(n[5:]): v for n, v in found.items() if n.startswith("draw_")},
        **cells,
    )


class RecTools:
    """EASE and ALS of RecTools; people unseen by the fit go in as a data set of their own."""

    def __init__(self, build: Callable[[dict[str, float], int], Any]) -> None:
        self.build = build

    def fit(self, split: Split, settings: dict[str, float], seed: int) -> None:
        """Fit on what may be learnt."""
        from rectools.dataset import Dataset, IdMap

        cells = split.learnt.tocoo()
        self.courses = np.unique(cells.col)
        self.people = np.unique(np.concatenate([np.unique(cells.row), _people(split)]))
        self.user_map = IdMap.from_values(self.people)
        self.item_map = IdMap.from_values(self.courses)
        self.dataset = self._dataset(Dataset, split.learnt)
        self.model = self.build(settings, seed)
        self.model.fit(self.dataset)

    def _dataset(self, kind: Any, weights: csr_matrix) -> Any:
        from rectools.dataset import Interactions

        cells = weights.tocoo()
        known = np.isin(cells.col, self.courses) & np.isin(cells.row, self.people)
        frame = pd.DataFrame(
            {
                "user_id": self.user_map.convert_to_internal(cells.row[known]),
                "item_id": self.item_map.convert_to_internal(cells.col[known]),
                "weight": cells.data[known].astype(float),
                "datetime": pd.Timestamp("2020-01-01"),
            }
        )
        return kind(self.user_map, self.item_map, Interactions(frame))

    def lists(self, split: Split, people: np.ndarray, k: int) -> Iterator[tuple[int, np.ndarray]]:
        """Best courses of each person, own ones left out."""
        from rectools.dataset import Dataset

        dataset = self._dataset(Dataset, split.own) if split.folds_in else self.dataset
        known = people[np.diff(split.own[people].indptr) > 0]
        found = self.model.recommend(
            users=known,
            dataset=dataset,
            k=k,
            filter_viewed=True,
            items_to_recommend=self.courses[~split.closed[self.courses]],
        )
        for user, rows in found.groupby("user_id", sort=False):
            yield int(user), rows["item_id"].to_numpy()


class LensKit:
    """Scorers of LensKit in its own pipeline for lists."""

    def __init__(self, build: Callable[[dict[str, float]], Any]) -> None:
        self.build = build

    def fit(self, split: Split, settings: dict[str, float], seed: int) -> None:
        """Fit on what may be learnt."""
        from lenskit.data import from_interactions_df
        from lenskit.pipeline import topn_pipeline

        cells = split.learnt.tocoo()
        frame = pd.DataFrame({"user_id": cells.row, "item_id": cells.col})
        self.pipeline = topn_pipeline(self.build(settings), n=LENGTH)
        self.pipeline.train(from_interactions_df(frame))
        # It refuses a course that nobody in the fit had taken.
        self.known = np.unique(cells.col)

    def lists(self, split: Split, people: np.ndarray, k: int) -> Iterator[tuple[int, np.ndarray]]:
        """Best courses of each person, own ones left out."""
        from lenskit import recommend
        from lenskit.data import ItemList, RecQuery

        own = split.own
        more = k + int(split.closed.sum())
        for person in people:
            mine = own.indices[own.indptr[person] : own.indptr[person + 1]]
            mine = mine[np.isin(mine, self.known)]
            if len(mine):
                query = RecQuery(history_items=ItemList(item_ids=mine))
                yield int(person), np.asarray(recommend(self.pipeline, query, more).ids())


def rectools_ease(settings: dict[str, float], seed: int) -> Any:
    """EASE of RecTools."""
    from rectools.models import EASEModel

    return EASEModel(regularization=settings["ridge"])


def rectools_als(settings: dict[str, float], seed: int) -> Any:
    """ALS of RecTools, which wraps implicit and scores by its stored user factors."""
    from implicit.als import AlternatingLeastSquares
    from rectools.models import ImplicitALSWrapperModel

    return ImplicitALSWrapperModel(
        AlternatingLeastSquares(
            factors=int(settings["factors"]),
            regularization=settings["regularization"],
            alpha=settings["alpha"],
            iterations=15,
            random_state=seed,
        )
    )


def lenskit_ease(settings: dict[str, float]) -> Any:
    """EASE of LensKit."""
    from lenskit.knn import EASEScorer

    return EASEScorer(regularization=settings["ridge"])


def lenskit_item_knn(settings: dict[str, float]) -> Any:
    """Item neighbours of LensKit."""
    from lenskit.knn import ItemKNNScorer

    return ItemKNNScorer(max_nbrs=int(settings["neighbours"]), feedback="implicit")


def lenskit_slim(settings: dict[str, float]) -> Any:
    """SLIM of LensKit."""
    from lenskit.knn import SLIMScorer

    return SLIMScorer(
        l1_reg=settings["l1"], l2_reg=settings["l2"], max_nbrs=int(settings["neighbours"])
    )


def ridge(trial: optuna.Trial) -> dict[str, float]:
    """As ptml's own EASE is searched."""
    return {"ridge": trial.suggest_float("ridge", 1.0, 3_000.0, log=True)}


def als(trial: optuna.Trial) -> dict[str, float]:
    """As implicit's ALS is searched."""
    return {
        "factors": trial.suggest_int("factors", 8, 128, log=True),
        "regularization": trial.suggest_float("regularization", 0.01, 100.0, log=True),
        "alpha": trial.suggest_float("alpha", 1.0, 100.0, log=True),
    }


def neighbours(trial: optuna.Trial) -> dict[str, float]:
    """As implicit's neighbours are searched."""
    return {"neighbours": trial.suggest_int("neighbours", 10, 400, log=True)}


def slim(trial: optuna.Trial) -> dict[str, float]:
    """Both penalties and the neighbours that are tried."""
    return {
        "l1": trial.suggest_float("l1", 0.01, 30.0, log=True),
        "l2": trial.suggest_float("l2", 0.1, 300.0, log=True),
        **neighbours(trial),
    }


METHODS: dict[str, tuple[Any, Any, dict[str, float]]] = {
    "rectools_ease": (lambda: RecTools(rectools_ease), ridge, {"ridge": 300.0}),
    "rectools_als": (
        lambda: RecTools(rectools_als),
        als,
        {"factors": 64, "regularization": 5.0, "alpha": 10.0},
    ),
    "lenskit_ease": (lambda: LensKit(lenskit_ease), ridge, {"ridge": 300.0}),
    "lenskit_item_knn": (lambda: LensKit(lenskit_item_knn), neighbours, {"neighbours": 100}),
    "lenskit_slim": (
        lambda: LensKit(lenskit_slim),
        slim,
        {"l1": 1.0, "l2": 1.0, "neighbours": 100},
    ),
}
SEEDED = ("rectools_als",)
CANNOT_FOLD_IN = ("rectools_als",)


def lists_of(method: Any, split: Split, people: np.ndarray) -> np.ndarray:
    """Lists (n, 20) of courses that are not excluded; what is popular for who chose nothing."""
    unseen = split.excluded[people] - split.excluded[people].multiply(split.own[people] != 0)
    unseen.eliminate_zeros()
    extra = int(np.diff(csr_matrix(unseen).indptr).max(initial=0))
    popular = np.argsort(-np.asarray(split.learnt.sum(axis=0)).ravel(), kind="stable")
    found = dict(method.lists(split, people, min(LENGTH + extra, split.own.shape[1])))
    lists = np.full((len(people), LENGTH), -1, dtype=np.int32)
    for place, person in enumerate(people):
        given = found.get(int(person), popular)
        span = slice(split.excluded.indptr[person], split.excluded.indptr[person + 1])
        kept = given[~np.isin(given, split.excluded.indices[span]) & ~split.closed[given]]
        lists[place, : min(len(kept), LENGTH)] = kept[:LENGTH]
    return lists


def ndcg(lists: np.ndarray, split: Split, people: np.ndarray) -> float:
    """Mean NDCG@10."""
    wanted = split.held_out[people].toarray() != 0
    excluded = (split.excluded[people].toarray() != 0) | split.closed
    wanted &= ~excluded
    first = lists[:, :K_NDCG]
    hit = np.take_along_axis(wanted, np.maximum(first, 0), axis=1) & (first >= 0)
    discount = 1 / np.log2(1 + np.arange(1, K_NDCG + 1))
    ideal = np.cumsum(discount)[np.clip(wanted.sum(axis=1), 1, K_NDCG) - 1]
    return float((hit @ discount / ideal).mean())


def tuned(name: str, split: Split, n_trials: int, tuned_on: int) -> dict[str, float]:
    """The best settings on the validation split, the defaults among them."""
    build, suggest, defaults = METHODS[name]
    seed = min(split.draws)
    people = split.draws[seed]
    if len(people) > tuned_on:
        people = np.sort(np.random.default_rng(seed).choice(people, tuned_on, replace=False))
    tried: list[tuple[float, dict[str, float]]] = []

    def value(trial: optuna.Trial) -> float:
        settings = suggest(trial)
        method = build()
        method.fit(split, settings, seed)
        tried.append((ndcg(lists_of(method, split, people), split, people), settings))
        return tried[-1][0]

    if n_trials <= 1:
        return defaults
    sampler = optuna.samplers.TPESampler(n_startup_trials=min(BLIND_TRIALS, n_trials), seed=seed)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.enqueue_trial(defaults)
    study.optimize(value, n_trials=n_trials)
    return max(tried, key=lambda one: one[0])[1]


def judge(name: str, path: Path, settings: dict[str, float], out: Path) -> list[dict[str, Any]]:
    """Lists and times on one split."""
    split = load(path)
    if split.folds_in and name in CANNOT_FOLD_IN:
        return []
    told: list[dict[str, Any]] = []
    method, fit_seconds = None, 0.0
    for seed, people in split.draws.items():
        if method is None or name in SEEDED:
            method = METHODS[name][0]()
            begun = time.perf_counter()
            method.fit(split, settings, seed)
            fit_seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        lists = lists_of(method, split, people)
        users_per_second = len(people) / (time.perf_counter() - begun)
        np.save(out / f"{path.stem}-{seed}.npy", lists)
        told.append(
            {
                "split": path.stem,
                "seed": seed,
                "settings": settings,
                "fit_seconds": fit_seconds,
                "users_per_second": users_per_second,
            }
        )
    return told


def _people(split: Split) -> np.ndarray:
    return np.unique(np.concatenate(list(split.draws.values())))


def main(folder: str, name: str, n_trials: str, tuned_on: str, out: str) -> None:
    """Run one contestant on every set under a folder."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    told: list[dict[str, Any]] = []
    for place in sorted(path for path in Path(folder).iterdir() if path.is_dir()):
        settings = tuned(name, load(place / "validation.npz"), int(n_trials), int(tuned_on))
        for path in sorted(place.glob("*.npz")):
            if path.stem != "validation":
                told += judge(name, path, settings, Path(out))
    (Path(out) / "times.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
