"""How well ways to learn foretell what was chosen in held-out days, and the verdict on the best."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.recommend.moments import Moment
from ptml.recommend.peers import Scorer
from ptml.recommend.ranking import bootstrap_interval, ndcg, ranks_of_held_out, recall

Bools = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

K_NDCG, K_RECALL = 10, 20
CHOSEN, BAR = "chosen", "popularity_in_role"
SHORT_HISTORY = 3
"""Choices below which a history is short."""
GROUPS = ("warm", "short_history", "new_hire", "new_course")
_FEWEST_IN_GROUP = 20
_CHUNK = 1_000


@dataclass(frozen=True, eq=False)
class Figures:
    """Metrics of one way to rank, (n,) each, a value a person.

    Attributes
    ----------
    ndcg, recall : float64
        NDCG@10 and Recall@20 of everything that was held out.
    ndcg_new_course : float64
        NDCG@10 of the held-out courses that are new; NaN for people without one.
    n_choices : int
        Choices of each person that were known.
    """

    ndcg: FloatArray
    recall: FloatArray
    ndcg_new_course: FloatArray
    n_choices: NDArray[np.int64]

    def of_group(self, group: str) -> FloatArray:
        """NDCG@10 of one of `GROUPS`."""
        if group == "new_course":
            return self.ndcg_new_course[np.isfinite(self.ndcg_new_course)]
        n = self.n_choices
        inside = {
            "warm": n >= SHORT_HISTORY,
            "short_history": (n > 0) & (n < SHORT_HISTORY),
            "new_hire": n == 0,
        }
        return self.ndcg[inside[group]]


def measure(scorer: Scorer, moment: Moment) -> Figures:
    """Rank all that each person could be offered and look where the held-out courses stand."""
    fold = moment.fold
    at_k, found, on_new = [], [], []
    for start in range(0, len(fold.people), _CHUNK):
        people = fold.people[start : start + _CHUNK]
        excluded = fold.excluded(people)
        wanted = (fold.held_out[people].toarray() > 0) & ~excluded
        scores = scorer.score(fold.past, people)
        ranks = ranks_of_held_out(scores, excluded, wanted)
        at_k.append(ndcg(ranks, K_NDCG))
        found.append(recall(ranks, K_RECALL))
        new = ranks_of_held_out(scores, excluded, wanted & moment.is_new_course)
        on_new.append(ndcg(new, K_NDCG))
    n_choices = np.bincount(fold.past.choices.employee, minlength=fold.past.shape[0])
    none = np.zeros(0)
    return Figures(
        np.concatenate([none, *at_k]),
        np.concatenate([none, *found]),
        np.concatenate([none, *on_new]),
        n_choices[fold.people],
    )


@dataclass(frozen=True)
class Verdict:
    """Whether what was chosen on validation is used, and the figures that say so."""

    wins: bool
    evidence: tuple[Evidence, ...]


def verdict(figures: Mapping[str, Figures], name: str, seed: int) -> Verdict:
    """Compare the best way with popularity within the role, person by person.

    Parameters
    ----------
    figures : mapping
        By way; `CHOSEN` and `BAR` are among them.
    name : str
        Of the way that was chosen.
    """
    gained = figures[CHOSEN].ndcg - figures[BAR].ndcg
    gain, low, high = bootstrap_interval(gained, np.random.default_rng(seed))
    wins = low > 0
    # What is used stands once, under its own name only where it is not used.
    used = (
        {way: each for way, each in figures.items() if way != name}
        if wins
        else {**figures, CHOSEN: figures[BAR]}
    )
    note = (
        f"Own choices and place count ({name}): with them courses rank better than by popularity "
        "within the role on held-out time."
        if wins
        else f"Popularity within the role is used: {name} did not beat it on held-out time."
    )
    check = Evidence(
        "recommend",
        "check",
        "beats_popularity_in_role",
        gain,
        low,
        high,
        bound=0.0,
        verdict="pass" if wins else "fail",
        payload={"note": note, "way": name},
    )
    return Verdict(wins, (*_metrics(used, seed), *_groups(used, seed), check))


def not_judged(note: str) -> Evidence:
    """A check that could not be made."""
    return Evidence("recommend", "check", "judged", verdict="not_judged", payload={"note": note})


def _metrics(figures: Mapping[str, Figures], seed: int) -> list[Evidence]:
    rows = []
    for name, found in figures.items():
        values = {f"ndcg_at_{K_NDCG}": found.ndcg, f"recall_at_{K_RECALL}": found.recall}
        for metric, each in values.items():
            rows.append(_metric(f"{metric}/{name}", each, seed))
    return rows


def _groups(figures: Mapping[str, Figures], seed: int) -> list[Evidence]:
    """NDCG@10 of what is used and of the bar, for groups that are large enough to say anything."""
    rows = []
    for group in GROUPS:
        for name in (CHOSEN, BAR):
            each = figures[name].of_group(group)
            if len(each) >= _FEWEST_IN_GROUP:
                rows.append(_metric(f"ndcg_at_{K_NDCG}_of_{group}/{name}", each, seed))
    return rows


def _metric(name: str, values: FloatArray, seed: int) -> Evidence:
    # The same draws for all: what is alike has one interval.
    mean, low, high = bootstrap_interval(values, np.random.default_rng(seed))
    payload = {"people": len(values)}
    return Evidence("recommend", "metric", name, mean, low, high, payload=payload)
