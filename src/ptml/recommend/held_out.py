"""Judge the recommender on held-out time: the last days before the as-of date."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.recommend.choices import choices_before, taken_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import CourseFactors, fit_factors
from ptml.recommend.popularity import Popularity, fit_popularity
from ptml.recommend.ranking import bootstrap_interval, ndcg, ranks_of_held_out, recall

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

FACTORS_PER_COURSE = 4
FEWEST_FACTORS = 8
K_NDCG, K_RECALL = 10, 20
_CHUNK = 1_000


@dataclass(frozen=True)
class Judged:
    """Whether factors may be used, and the figures that say so."""

    factors_win: bool
    evidence: tuple[Evidence, ...]


def fit_both(
    history: History, day: int, config: PreferenceConfig, seed: int, with_factors: bool = True
) -> tuple[CourseFactors | None, Popularity]:
    """Fit factors and popularity on what was chosen before a day."""
    choices = choices_before(history, day, config.half_life_days)
    everybody = Rows.at(np.arange(history.n_employees, dtype=np.int32), day)
    popularity = fit_popularity(
        standing(history, everybody).role,
        choices.employee,
        choices.course,
        len(history.roles),
        history.n_courses,
        config.role_prior,
    )
    if not with_factors or len(choices.employee) == 0:
        return None, popularity
    n_factors = min(config.max_factors, history.n_courses // FACTORS_PER_COURSE)
    factors = fit_factors(
        choices.matrix(history.n_employees, history.n_courses),
        max(n_factors, FEWEST_FACTORS),
        config.regularization,
        config.alpha,
        config.iterations,
        seed,
    )
    return factors, popularity


def judge(history: History, as_of_day: int, config: PreferenceConfig, seed: int) -> Judged:
    """Fit on what was chosen before the held-out days and rank what was chosen in them."""
    split = as_of_day - config.held_out_days
    choices = choices_before(history, as_of_day, config.half_life_days)
    late = choices.day >= split
    people = np.unique(choices.employee[late])
    if len(people) < config.min_held_out or late.all():
        note = (
            f"{len(people)} people chose a course in the last {config.held_out_days} days, "
            f"{config.min_held_out} are needed to judge: popularity within the role is used"
        )
        check = Evidence(
            "recommend", "check", "judged", verdict="not_judged", payload={"note": note}
        )
        return Judged(False, (check,))
    rng = np.random.default_rng(seed)
    if len(people) > config.max_judged:
        people = np.sort(rng.choice(people, config.max_judged, replace=False))
    factors, popularity = fit_both(history, split, config, seed)
    figures = _figures(history, split, people, as_of_day, config, factors, popularity)
    return _verdict(figures, rng)


def _figures(
    history: History,
    split: int,
    people: IntArray,
    as_of_day: int,
    config: PreferenceConfig,
    factors: CourseFactors | None,
    popularity: Popularity,
) -> dict[str, tuple[list[float], list[float]]]:
    taken = taken_before(history, split)
    before = choices_before(history, split, config.half_life_days)
    weights = before.matrix(history.n_employees, history.n_courses)
    choices = choices_before(history, as_of_day, config.half_life_days)
    late = choices.day >= split
    figures: dict[str, tuple[list[float], list[float]]] = {}
    cells = np.stack([choices.employee[late], choices.course[late]], axis=1)
    cells = cells[np.argsort(cells[:, 0], kind="stable")]
    for start in range(0, len(people), _CHUNK):
        chunk = people[start : start + _CHUNK]
        excluded = taken[chunk].toarray() > 0
        wanted = np.zeros((len(chunk), history.n_courses), dtype=bool)
        at = np.searchsorted(chunk, cells[:, 0])
        here = (at < len(chunk)) & (chunk[np.minimum(at, len(chunk) - 1)] == cells[:, 0])
        wanted[at[here], cells[here, 1]] = True
        wanted &= ~excluded
        asked = wanted.any(axis=1)
        role = standing(history, Rows.at(chunk, split)).role
        own = weights[chunk]
        peers: dict[str, NDArray[np.floating]] = {
            "popularity": np.broadcast_to(popularity.overall, excluded.shape),
            "popularity_in_role": popularity.score(role),
        }
        if factors is not None:
            n = np.diff(own.indptr)[:, None]
            share = n / (n + config.short_history)
            alone = np.clip(factors.score(own), 0, 1)
            peers["als"] = alone
            peers["chosen"] = share * alone + (1 - share) * peers["popularity_in_role"]
        for name, scores in peers.items():
            ranks = ranks_of_held_out(scores[asked], excluded[asked], wanted[asked])
            at_k, found = figures.setdefault(name, ([], []))
            at_k.extend(ndcg(ranks, K_NDCG).tolist())
            found.extend(recall(ranks, K_RECALL).tolist())
    return figures


def _verdict(
    figures: dict[str, tuple[list[float], list[float]]], rng: np.random.Generator
) -> Judged:
    bar = np.array(figures["popularity_in_role"][0])
    ours = np.array(figures.get("chosen", figures["popularity_in_role"])[0])
    gain, gain_low, gain_high = bootstrap_interval(ours - bar, rng)
    wins = gain_low > 0
    if not wins:
        figures["chosen"] = figures["popularity_in_role"]
    rows = []
    for name, (at_k, found) in figures.items():
        for metric, values in ((f"ndcg_at_{K_NDCG}", at_k), (f"recall_at_{K_RECALL}", found)):
            mean, low, high = bootstrap_interval(np.array(values), rng)
            payload = {"people": len(values)}
            rows.append(
                Evidence(
                    "recommend", "metric", f"{metric}/{name}", mean, low, high, payload=payload
                )
            )
    note = (
        "Factors are used: they rank better than popularity within the role on held-out time."
        if wins
        else "Popularity within the role is used: factors did not beat it on held-out time."
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
    return Judged(wins, (*rows, check))
