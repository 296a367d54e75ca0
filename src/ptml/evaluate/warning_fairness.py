"""The audit of a warning model by protected group, added to what the model says of itself."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.evaluate.fairness import fairness_evidence
from ptml.evaluate.groups import groupings, tellable
from ptml.evaluate.proxies import known_groups, proxy_evidence
from ptml.evaluate.proxy_paths import Scored, path_evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.transfer.completions import STAGES, Completions
from ptml.transfer.held_out import HeldOut
from ptml.transfer.model import WarningModel, WarningScores

# Below the median and from it on: two halves say enough about a proxy.
_HALVES = 2


def with_fairness_evidence(
    model: WarningModel, history: History, shared: Shared, protected: pd.DataFrame, seed: int
) -> WarningModel:
    """Add to the model's evidence how it treats the groups of protected attributes.

    Parameters
    ----------
    history : History
        That the model was fitted on.
    protected : DataFrame
        ``employee_id`` and the ``protected_*`` columns; without any of these nothing is added, nor
        where nothing was held out.
    """
    held_out = model.held_out
    if held_out is None or len(held_out) == 0:
        return model
    rng = np.random.default_rng(seed)
    people = history.employees.ids[np.unique(held_out.employee)]
    groups = list(groupings(protected, people))
    if not groups:
        return model
    found = fairness_evidence(held_out, groups, model.config.fairness, rng)
    found += _proxies(model, held_out, history, shared, protected, rng)
    return replace(model, evidence=(*model.evidence, *found))


def _proxies(
    model: WarningModel,
    held_out: HeldOut,
    history: History,
    shared: Shared,
    protected: pd.DataFrame,
    rng: np.random.Generator,
) -> list[Evidence]:
    enrolment = _one_a_person(history, held_out, model.config.fairness.proxy_people, rng)
    if len(enrolment) == 0:
        return []
    people = history.employees.ids[history.enrolments.employee[enrolment]]
    min_people = model.config.fairness.min_people
    groups = [
        known_groups(tellable(grouping, min_people))
        for grouping in groupings(protected, people, _HALVES)
    ]
    scores = model.predict(history, shared, Completions.at_both_stages(enrolment))
    last = np.flatnonzero(scores.completions.stage == len(STAGES) - 1)
    found = list(proxy_evidence(scores.features.take(last), groups, model.config.num_threads, rng))
    for stage, name in enumerate(STAGES):
        found += path_evidence(_scored(scores, stage, model.thresholds), groups, name, rng)
    return found


def _one_a_person(
    history: History, held_out: HeldOut, n_people: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """One completion each, at random, of people drawn from those of the held-out time."""
    completed = history.enrolments.completed
    within = np.flatnonzero((completed >= held_out.first_day) & (completed <= held_out.last_day))
    mixed = rng.permutation(within)
    _, first = np.unique(history.enrolments.employee[mixed], return_index=True)
    chosen = rng.permutation(first)[:n_people]
    return np.sort(mixed[chosen]).astype(np.int32)


def _scored(scores: WarningScores, stage: int, thresholds: tuple[float, ...]) -> Scored:
    rows = scores.completions.stage == stage
    return Scored(
        log_odds=scores.base_value[rows] + scores.shares[rows].sum(axis=1),
        by_topic=scores.topics.by_topic[rows],
        blocked=scores.blocked[rows],
        threshold=thresholds[stage],
    )
