"""Recommending on MOOCCubeX: the last enrolment of each learner held out, full ranking.

How fast a past choice fades is chosen on an earlier enrolment, then everything is fitted anew and
judged on the last.

In the prepared set the row before each learner's last one has lost the last digit of its course
number (docs/methods/imported-data.md). Others learn from it, so the figures are given both ways: as
the set was prepared, to be held against published ones, and from the whole rows alone. What is
chosen, is chosen on the row before the broken one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from ptml.errors import UsageError
from ptml.recommend.choices import Choices
from ptml.recommend.circumstances import Circumstances
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.following import fit_following
from ptml.recommend.ranking import bootstrap_interval, ndcg, ranks_of_held_out, recall
from ptml.recommend.taste import Taste, cold_by_role, fit_factors_of, fit_taste

IntArray = NDArray[np.int64]
Scorer = Callable[[IntArray], NDArray[np.floating]]
"""Scores (n, n_courses) of learners."""
Row = dict[str, Any]

N_JUDGED = 20_000
NEIGHBOURS = 100
BM25_K1, BM25_B = 1.2, 0.75
RECENCY_POWERS = (0.5, 0.75, 1.0)
K_NDCG, K_RECALL = 10, 20
_CHUNK = 1_000
_FOREVER_DAYS = 1e12


@dataclass(frozen=True)
class Split:
    """Who took what before, and the one course that each took next.

    Attributes
    ----------
    taken : csr_matrix (n_learners, n_courses)
    choices : Choices
        The same in order, a day apart.
    next_course : (n_learners,) int64
        -1 = none.
    """

    taken: Any
    choices: Choices
    next_course: IntArray


@dataclass(frozen=True)
class Splits:
    """Three ways to hold out one course of each learner.

    Attributes
    ----------
    validation, faulty_validation : Split
        The last whole row before the broken one held out, nothing after it seen. In the second the
        last seen row has lost a digit too: settings for `prepared` have to be chosen under the same
        fault.
    whole, prepared : Split
        The last row held out; learnt from whole rows, or from all other rows of the set.
    """

    validation: Split
    faulty_validation: Split
    whole: Split
    prepared: Split


def run(
    source: Path,
    n_users: int | None = N_JUDGED,
    seed: int = 0,
    recency_powers: Sequence[float] = RECENCY_POWERS,
    config: PreferenceConfig | None = None,
) -> list[Row]:
    """Compare ptml's preference with popularity, BM25 item-item neighbours and ALS of implicit.

    Parameters
    ----------
    source : Path
        Folder with ``enrolments.parquet`` (`user`, `position`, `course`, `test`).
    n_users : int or None
        Learners who are judged, drawn with the seed; None = all. All are learnt from.
    recency_powers : sequence of float
        How fast a past choice fades, to choose from.
    config : PreferenceConfig, optional
        All other settings; the defaults where left out.

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
    config = config or PreferenceConfig()
    rows = []
    with threadpool_limits(1, "blas"):
        chosen = _choose(splits.validation, judged, config, seed, recency_powers)
        for learnt_from, split in (("as prepared", splits.prepared), ("whole rows", splits.whole)):
            for (name, setting), scorer in _methods(split, config, chosen, seed).items():
                about = {"learnt_from": learnt_from, "method": name, "setting": setting}
                rows.append({**about, **_figures(_judge(scorer, split, judged), rng)})
    return rows


def _methods(
    split: Split, config: PreferenceConfig, chosen: float, seed: int
) -> dict[tuple[str, str], Scorer]:
    taste = _taste(split, config, seed)
    methods: dict[tuple[str, str], Scorer] = {
        ("popularity", ""): _popularity(split),
        ("BM25 neighbours (implicit)", f"K {NEIGHBOURS}"): _neighbours(split),
        ("ALS (implicit), folded in", _factor_setting(config)): _factors(split, taste),
        ("ptml, defaults", _named(config.recency_power)): _preference(split, taste, config),
    }
    if chosen != config.recency_power:
        faded = config.model_copy(update={"recency_power": chosen})
        scorer = _preference(split, _refitted(split, taste, faded), faded)
        methods["ptml, chosen on validation", _named(chosen)] = scorer
    return methods


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
    ids, course = np.unique(table["course"], return_inverse=True)
    from_end = table.groupby("user").cumcount(ascending=False).to_numpy()
    shape = (int(user.max()) + 1, int(course.max()) + 1)

    def split(known: NDArray[np.bool_], held_out: NDArray[np.bool_]) -> Split:
        return _split(user, course, known, held_out, shape)

    broken = np.minimum(np.searchsorted(ids, ids // 10), len(ids) - 1)[course]
    as_broken = np.where(from_end == 3, broken, course)
    return Splits(
        validation=split(from_end > 2, from_end == 2),
        faulty_validation=_split(user, as_broken, from_end > 2, from_end == 2, shape),
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
    place = np.arange(len(user))[known]
    choices = Choices(
        employee=user[known].astype(np.int32),
        course=course[known].astype(np.int32),
        day=(place - len(user)).astype(np.int32),
        role=np.full(len(place), -1, dtype=np.int32),
        weight=np.ones(len(place)),
    )
    return Split(taken, choices, next_course)


def _choose(
    split: Split,
    judged: IntArray,
    config: PreferenceConfig,
    seed: int,
    recency_powers: Sequence[float],
) -> float:
    if len(recency_powers) == 1:
        return recency_powers[0]
    taste = _taste(split, config, seed)
    figures = []
    for power in recency_powers:
        faded = config.model_copy(update={"recency_power": power})
        scorer = _preference(split, _refitted(split, taste, faded), faded)
        figures.append(ndcg(_judge(scorer, split, judged), K_NDCG).mean())
    return recency_powers[int(np.argmax(figures))]


def _taste(split: Split, config: PreferenceConfig, seed: int) -> Taste:
    # No dates: popularity does not fade.
    cold = cold_by_role(split.choices, 0, split.taken.shape[1], 0, _FOREVER_DAYS)
    factors = fit_factors_of(split.choices, split.taken.shape, config, seed)
    return fit_taste(split.choices, split.taken.shape, cold, factors, config)


def _refitted(split: Split, taste: Taste, config: PreferenceConfig) -> Taste:
    """The same factors, what follows what learnt anew."""
    following = fit_following(split.choices, taste.cold.popularity, config)
    return replace(taste, following=following, recency_power=config.recency_power)


def _preference(split: Split, taste: Taste, config: PreferenceConfig) -> Scorer:
    n_learners, n_courses = split.taken.shape
    recent = split.choices.recent_matrix(n_learners, n_courses, config.recency_power)
    return lambda learner: taste.shares(recent[learner], Circumstances.nowhere(len(learner)))


def _popularity(split: Split) -> Scorer:
    share = np.asarray(split.taken.sum(axis=0)).ravel() / split.taken.shape[0]
    return lambda learner: np.broadcast_to(share, (len(learner), len(share)))


def _neighbours(split: Split) -> Scorer:
    # BM25Recommender of implicit 0.7.3 warns about the format that it makes itself.
    model = ItemItemRecommender(K=NEIGHBOURS, num_threads=1)
    model.fit(bm25_weight(split.taken.T, BM25_K1, BM25_B).T.tocsr(), show_progress=False)
    similarity = model.similarity
    return lambda learner: (split.taken[learner] @ similarity).toarray()


def _factors(split: Split, taste: Taste) -> Scorer:
    factors = taste.factors
    if factors is None:
        raise ValueError("a split without choices has no factors")
    return lambda learner: factors.score(split.taken[learner])


def _judge(scorer: Scorer, split: Split, judged: IntArray) -> list[IntArray]:
    ranks: list[IntArray] = []
    with_next = judged[split.next_course[judged] >= 0]
    for start in range(0, len(with_next), _CHUNK):
        chunk = with_next[start : start + _CHUNK]
        own = split.taken[chunk]
        wanted = np.zeros(own.shape, dtype=bool)
        wanted[np.arange(len(chunk)), split.next_course[chunk]] = True
        ranks += ranks_of_held_out(scorer(chunk), (own.toarray() > 0) & ~wanted, wanted)
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


def _named(recency_power: float) -> str:
    return f"recency power {recency_power:g}"


def _factor_setting(config: PreferenceConfig) -> str:
    return f"regularization {config.regularization:g}, alpha {config.alpha:g}"
