"""Judge the recommender on held-out time: the last days with a choice before the as-of date."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.recommend.choices import Choices, choices_before, taken_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.ranking import bootstrap_interval, ndcg, ranks_of_held_out, recall
from ptml.recommend.taste import Taste, fit_taste

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

K_NDCG, K_RECALL = 10, 20
BAR = "popularity_in_role"
_CHUNK = 1_000
_MOST_WINDOWS = 4
# Enough to order people without own choices and ties, too little to move anybody else.
_TIE_BREAK = np.float32(1e-6)


@dataclass(frozen=True)
class Judged:
    """Whether own choices may count, and the figures that say so."""

    own_choices_win: bool
    evidence: tuple[Evidence, ...]


@dataclass
class Figures:
    """Metrics of one way to rank, a value a person."""

    ndcg: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)


def judge(history: History, as_of_day: int, config: PreferenceConfig, seed: int) -> Judged:
    """Fit on what was chosen before the held-out days and rank what was chosen in them."""
    choices = choices_before(history, as_of_day)
    if len(choices) == 0:
        return _not_judged("nobody chose a course before the date: preference is unknown")
    split = _split(choices, config)
    late = choices.take(choices.day >= split)
    early = choices_before(history, split)
    people = np.unique(late.employee)
    if len(people) < config.min_held_out or len(early) == 0:
        return _not_judged(
            f"{len(people)} people chose a course in the last {int(choices.day.max()) + 1 - split} "
            f"days with choices and {len(early)} choices lie before, {config.min_held_out} people "
            "are needed to judge: popularity within the role is used"
        )
    rng = np.random.default_rng(seed)
    if len(people) > config.max_judged:
        people = np.sort(rng.choice(people, config.max_judged, replace=False))
    shape = (history.n_employees, history.n_courses)
    taste = fit_taste(early, shape, len(history.roles), split, config, seed)
    figures = _figures(history, split, people, early, late, taste, config)
    return _verdict(figures, rng)


def _split(choices: Choices, config: PreferenceConfig) -> int:
    """First held-out day: as late as leaves enough people to judge on."""
    end = int(choices.day.max()) + 1
    for n_windows in range(1, _MOST_WINDOWS + 1):
        split = end - n_windows * config.held_out_days
        if len(np.unique(choices.employee[choices.day >= split])) >= config.min_held_out:
            break
    return split


def _figures(
    history: History,
    split: int,
    people: IntArray,
    early: Choices,
    late: Choices,
    taste: Taste,
    config: PreferenceConfig,
) -> Mapping[str, Figures]:
    shape = (history.n_employees, history.n_courses)
    taken = taken_before(history, split)
    recent = early.recent_matrix(*shape, config.recency_power)
    wanted = late.matrix(*shape)
    catalogue = history.catalogue
    offered = (catalogue.opened < split) & (catalogue.retired >= split) & ~catalogue.mandatory
    figures: dict[str, Figures] = {}
    for start in range(0, len(people), _CHUNK):
        chunk = people[start : start + _CHUNK]
        excluded = (taken[chunk].toarray() > 0) | ~offered
        held_out = (wanted[chunk].toarray() > 0) & ~excluded
        asked = held_out.any(axis=1)
        role = standing(history, Rows.at(chunk, split)).role
        for name, scores in _peers(taste, recent[chunk], role).items():
            ranks = ranks_of_held_out(scores[asked], excluded[asked], held_out[asked])
            found = figures.setdefault(name, Figures())
            found.ndcg.extend(ndcg(ranks, K_NDCG).tolist())
            found.recall.extend(recall(ranks, K_RECALL).tolist())
    return figures


def _peers(taste: Taste, recent: csr_matrix, role: IntArray) -> dict[str, Float32Array]:
    """Scores of each way to rank; those from own choices fall back on the role."""
    in_role = taste.popularity.shares(role)
    overall = np.broadcast_to(taste.popularity.overall, in_role.shape)
    peers = {"popularity": overall, BAR: in_role, "chosen": taste.shares(recent, role)}
    if taste.factors is not None:
        peers["als"] = taste.factors.score(recent) + _TIE_BREAK * in_role
    if taste.following is not None:
        peers["what_follows"] = in_role + taste.following.score(recent)
    return peers


def _verdict(figures: Mapping[str, Figures], rng: np.random.Generator) -> Judged:
    if not figures["chosen"].ndcg:
        return _not_judged(
            "all that was chosen in the held-out days had been taken before or was not offered: "
            "popularity within the role is used"
        )
    bar, ours = np.array(figures[BAR].ndcg), np.array(figures["chosen"].ndcg)
    gain, gain_low, gain_high = bootstrap_interval(ours - bar, rng)
    wins = gain_low > 0
    used = dict(figures) if wins else {**figures, "chosen": figures[BAR]}
    note = (
        "Own choices count: with them courses rank better than by popularity within the role on "
        "held-out time."
        if wins
        else "Popularity within the role is used: own choices did not beat it on held-out time."
    )
    check = Evidence(
        "recommend",
        "check",
        "beats_popularity_in_role",
        gain,
        gain_low,
        gain_high,
        bound=0.0,
        verdict="pass" if wins else "fail",
        payload={"note": note},
    )
    return Judged(wins, (*_metrics(used, rng), check))


def _metrics(figures: Mapping[str, Figures], rng: np.random.Generator) -> list[Evidence]:
    rows = []
    for name, found in figures.items():
        payload = {"people": len(found.ndcg)}
        values = {f"ndcg_at_{K_NDCG}": found.ndcg, f"recall_at_{K_RECALL}": found.recall}
        for metric, each in values.items():
            mean, low, high = bootstrap_interval(np.array(each), rng)
            full_name = f"{metric}/{name}"
            rows.append(
                Evidence("recommend", "metric", full_name, mean, low, high, payload=payload)
            )
    return rows


def _not_judged(note: str) -> Judged:
    check = Evidence("recommend", "check", "judged", verdict="not_judged", payload={"note": note})
    return Judged(False, (check,))
