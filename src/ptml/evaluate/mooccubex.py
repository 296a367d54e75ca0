"""Recommending on MOOCCubeX: the last enrolment of each learner held out, full ranking.

Settings are chosen on an earlier enrolment, then everything is fitted anew and judged on the last.

In the prepared set the row before each learner's last one has lost the last digit of its course
number (docs/methods/imported-data.md). Others learn from it, so the figures are given both ways: as
the set was prepared, to be held against published ones, and from the whole rows alone. Settings are
chosen on the row before the broken one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from ptml.errors import UsageError
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import fit_factors
from ptml.recommend.ranking import bootstrap_interval, ndcg, ranks_of_held_out, recall

IntArray = NDArray[np.int64]
Scorer = Callable[[Any], NDArray[np.floating]]
Row = dict[str, Any]

N_JUDGED = 20_000
NEIGHBOURS = 100
BM25_K1, BM25_B = 1.2, 0.75
REGULARIZATIONS = (1.0, 5.0, 20.0)
ALPHAS = (5.0, 10.0, 20.0)
K_NDCG, K_RECALL = 10, 20
_CHUNK = 1_000


@dataclass(frozen=True)
class Split:
    """Who took what before, and the one course that each took next.

    Attributes
    ----------
    taken : csr_matrix (n_learners, n_courses)
    next_course : (n_learners,) int64
        -1 = none.
    """

    taken: Any
    next_course: IntArray


@dataclass(frozen=True)
class Splits:
    """Three ways to hold out one course of each learner.

    Attributes
    ----------
    validation : Split
        The last whole row before the broken one held out, nothing after it seen.
    whole, prepared : Split
        The last row held out; learnt from whole rows, or from all other rows of the set.
    """

    validation: Split
    whole: Split
    prepared: Split


def run(
    source: Path,
    n_users: int | None = N_JUDGED,
    seed: int = 0,
    regularizations: Sequence[float] = REGULARIZATIONS,
    alphas: Sequence[float] = ALPHAS,
) -> list[Row]:
    """Compare ptml's preference with popularity and BM25 item-item neighbours.

    Parameters
    ----------
    source : Path
        Folder with ``enrolments.parquet`` (`user`, `position`, `course`, `test`).
    n_users : int or None
        Learners who are judged, drawn with the seed; None = all. All are learnt from.
    regularizations, alphas : sequence of float
        Settings of the factors to choose from.

    Returns
    -------
    list of dict
        One row a method and ``learnt_from`` (``as prepared`` or ``whole rows``): ``method``,
        ``setting``, ``learners``, and ``ndcg_at_10`` and ``recall_at_20`` each with ``_low`` and
        ``_high`` (95 % bootstrap over learners).

    Raises
    ------
    UsageError
        When the source is not there.
    """
    splits = read_splits(source)
    rng = np.random.default_rng(seed)
    judged = np.arange(len(splits.prepared.next_course))
    if n_users is not None and n_users < len(judged):
        judged = np.sort(rng.choice(judged, n_users, replace=False))
    config = PreferenceConfig()
    default = (config.regularization, config.alpha)
    rows = []
    with threadpool_limits(1, "blas"):
        settings = list(product(regularizations, alphas))
        chosen = _choose(splits.validation, judged, config, seed, settings)
        for learnt_from, split in (("as prepared", splits.prepared), ("whole rows", splits.whole)):
            methods: dict[tuple[str, str], Scorer] = {
                ("popularity", ""): _popularity(split.taken),
                ("BM25 neighbours (implicit)", f"K {NEIGHBOURS}"): _neighbours(split.taken),
                ("ptml, defaults", _named(*default)): _factors(split.taken, config, seed, *default),
            }
            if chosen != default:
                scorer = _factors(split.taken, config, seed, *chosen)
                methods["ptml, chosen on validation", _named(*chosen)] = scorer
            for (name, setting), scorer in methods.items():
                about = {"learnt_from": learnt_from, "method": name, "setting": setting}
                rows.append({**about, **_figures(_judge(scorer, split, judged), rng)})
    return rows


def sentences(rows: list[Row]) -> list[str]:
    """The rows as an aligned text table."""
    head = [
        "learnt from",
        "method",
        "setting",
        f"NDCG@{K_NDCG} (95 %)",
        f"Recall@{K_RECALL} (95 %)",
        "learners",
    ]
    cells = [head]
    for row in rows:
        figures = [
            f"{row[name]:.4f} ({row[f'{name}_low']:.4f}-{row[f'{name}_high']:.4f})"
            for name in (f"ndcg_at_{K_NDCG}", f"recall_at_{K_RECALL}")
        ]
        cells.append(
            [row["learnt_from"], row["method"], row["setting"], *figures, f"{row['learners']:,}"]
        )
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def read_splits(source: Path) -> Splits:
    """Hold out the last enrolment of each learner, and an earlier one to choose settings on."""
    path = source / "enrolments.parquet"
    if not path.is_file():
        raise UsageError(f"{path} is not there; the shared mooccubex data are expected")
    table = pq.read_table(path).to_pandas().sort_values(["user", "position"])
    user = np.unique(table["user"], return_inverse=True)[1]
    course = np.unique(table["course"], return_inverse=True)[1]
    from_end = table.groupby("user").cumcount(ascending=False).to_numpy()
    shape = (int(user.max()) + 1, int(course.max()) + 1)

    def split(known: NDArray[np.bool_], held_out: NDArray[np.bool_]) -> Split:
        return _split(user, course, known, held_out, shape)

    return Splits(
        validation=split(from_end > 2, from_end == 2),
        whole=split(from_end > 1, from_end == 0),
        prepared=split(from_end > 0, from_end == 0),
    )


def _split(
    user: IntArray,
    course: IntArray,
    known: NDArray[np.bool_],
    held_out: NDArray[np.bool_],
    shape: tuple[int, int],
) -> Split:
    ones = np.ones(int(known.sum()), dtype=np.float32)
    taken = csr_matrix((ones, (user[known], course[known])), shape=shape)
    taken.sum_duplicates()
    taken.data[:] = 1
    next_course = np.full(shape[0], -1, dtype=np.int64)
    next_course[user[held_out]] = course[held_out]
    return Split(taken, next_course)


def _choose(
    split: Split,
    judged: IntArray,
    config: PreferenceConfig,
    seed: int,
    settings: list[tuple[float, float]],
) -> tuple[float, float]:
    if len(settings) == 1:
        return settings[0]
    figures = [
        ndcg(_judge(_factors(split.taken, config, seed, *setting), split, judged), K_NDCG).mean()
        for setting in settings
    ]
    return settings[int(np.argmax(figures))]


def _popularity(taken: Any) -> Scorer:
    share = np.asarray(taken.sum(axis=0)).ravel() / taken.shape[0]
    return lambda own: np.broadcast_to(share, own.shape)


def _neighbours(taken: Any) -> Scorer:
    # BM25Recommender of implicit 0.7.3 warns about the format that it makes itself.
    model = ItemItemRecommender(K=NEIGHBOURS, num_threads=1)
    model.fit(bm25_weight(taken.T, BM25_K1, BM25_B).T.tocsr(), show_progress=False)
    similarity = model.similarity
    return lambda own: (own @ similarity).toarray()


def _factors(
    taken: Any, config: PreferenceConfig, seed: int, regularization: float, alpha: float
) -> Scorer:
    n_factors = min(config.max_factors, taken.shape[1] // 4)
    factors = fit_factors(taken, n_factors, regularization, alpha, config.iterations, seed)
    return factors.score


def _judge(scorer: Scorer, split: Split, judged: IntArray) -> list[IntArray]:
    ranks: list[IntArray] = []
    with_next = judged[split.next_course[judged] >= 0]
    for start in range(0, len(with_next), _CHUNK):
        chunk = with_next[start : start + _CHUNK]
        own = split.taken[chunk]
        wanted = np.zeros(own.shape, dtype=bool)
        wanted[np.arange(len(chunk)), split.next_course[chunk]] = True
        ranks += ranks_of_held_out(scorer(own), (own.toarray() > 0) & ~wanted, wanted)
    return ranks


def _figures(ranks: list[IntArray], rng: np.random.Generator) -> Row:
    row: Row = {"learners": len(ranks)}
    figures = {
        f"ndcg_at_{K_NDCG}": ndcg(ranks, K_NDCG),
        f"recall_at_{K_RECALL}": recall(ranks, K_RECALL),
    }
    for name, values in figures.items():
        row[name], row[f"{name}_low"], row[f"{name}_high"] = bootstrap_interval(values, rng)
    return row


def _named(regularization: float, alpha: float) -> str:
    return f"regularization {regularization:g}, alpha {alpha:g}"
