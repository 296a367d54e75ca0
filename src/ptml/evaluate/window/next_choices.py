"""What a recommender foretold of the choices, and of the ends of starts, that came in a window."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.completion import CompletionModel
from ptml.recommend.outcomes import outcomes_before
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.judging import K_NDCG, K_RECALL, RankMargins, rankings
from ptml.recommend.ranker.ranker import Ranker
from ptml.recommend.ranker.training import blocks, choosers
from ptml.recommend.ranker.trees import margins
from ptml.recommend.ranking import ndcg, ranks_of_held_out, recall
from ptml.trees.margins import TreeMargins

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Ranked:
    """Where each person's next choices stood, (n,) each.

    Attributes
    ----------
    person : int32
        Code of `History.employees`.
    ndcg : float64
    recall : float64 or None
        None where the catalogue is no longer than the list: all is found in it then.
    """

    person: Codes
    ndcg: FloatArray
    recall: FloatArray | None


@dataclass(frozen=True, eq=False)
class Ended:
    """Starts whose end became known in the window, (n,) each.

    Attributes
    ----------
    person : int32
    completed : bool
    probability : float64
        As of the first day of the window.
    """

    person: Codes
    completed: NDArray[np.bool_]
    probability: FloatArray


def ranked_choices(
    history: History,
    shared: Shared,
    preference: PreferenceModel,
    ranker: Ranker | None,
    first_day: int,
    end_day: int,
) -> Ranked:
    """Rank all that each person could be offered on the first day, as the model would.

    The order is that of preference, without lift and gap: what people choose says nothing of what
    helps them. Nothing known on or after ``first_day`` is seen but the choices.
    """
    used = None if ranker is None or ranker.booster is None else ranker
    days = {"gap_days": 0, "window_days": end_day - first_day}
    config = (RankerConfig() if ranker is None else ranker.config).model_copy(update=days)
    people = choosers(history, first_day, config)
    order, rank = ("first", _none) if used is None else ("second", _margins_of(used))
    persons, at_k, found = [np.zeros(0, np.int32)], [np.zeros(0)], [np.zeros(0)]
    start = 0
    for block in blocks(history, shared, preference, people, first_day, config):
        own = people[start : start + len(block.chosen)]
        start += len(block.chosen)
        asked = block.chosen.any(axis=1)
        scores = rankings(block, rank)[order][asked]
        ranks = ranks_of_held_out(scores, ~block.offered[asked], block.chosen[asked])
        persons.append(own[asked])
        at_k.append(ndcg(ranks, K_NDCG))
        found.append(recall(ranks, K_RECALL))
    tells = len(history.courses) > K_RECALL
    return Ranked(
        np.concatenate(persons), np.concatenate(at_k), np.concatenate(found) if tells else None
    )


def ended_starts(
    history: History, completion: CompletionModel, give_up_days: int, first_day: int, end_day: int
) -> Ended:
    """What was said on the first day of the starts whose end became known after it.

    Parameters
    ----------
    give_up_days : int
        After which an open start counts as not completed; the same for all models.
    """
    known = outcomes_before(history, first_day, give_up_days)
    late = outcomes_before(history, end_day, give_up_days)
    late = late.take(~np.isin(late.enrolment, known.enrolment))
    people, row = np.unique(late.employee, return_inverse=True)
    said = completion.score(history, Rows.at(people, first_day))[row, late.course]
    kept = np.isfinite(said)
    late = late.take(kept)
    return Ended(late.employee, late.is_completed, said[kept].astype(np.float64))


def _none(x: NDArray[np.float32]) -> FloatArray:
    return np.zeros(len(x))


def _margins_of(ranker: Ranker) -> RankMargins:
    return partial(margins, TreeMargins((ranker.booster,)), num_threads=ranker.config.num_threads)
