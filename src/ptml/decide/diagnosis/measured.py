"""Measures of people read off what is known of them as of the day."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.capability import Capability
from ptml.features.days import quarters_before
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.timelines import feedback_owner

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ANSWERS = ("motivation", "opportunity", "manager_support", "workload")
_COURSE, _COMPETENCY = range(2)


def measured(
    people: FeatureMatrix, portraits: Capability, is_new: NDArray[np.bool_], recent_days: int
) -> dict[str, FloatArray]:
    """Measures and score of people, (n,) each; scores and answers that are too old are unknown.

    Parameters
    ----------
    is_new : (n,) bool
        To the company or the role.
    """
    is_recent = people.column("days_since_score") <= recent_days
    return {
        **{name: _recent_mean(people, name, recent_days) for name in ANSWERS},
        "margin": margin_levels(portraits),
        "exam": people.column("exam_mean").astype(np.float64) / 10,
        "is_new": is_new.astype(np.float64),
        "score": np.where(is_recent, people.column("score_mean_4_periods"), np.nan),
    }


def margin_levels(portraits: Capability) -> FloatArray:
    """Mean of level less requirement, by importance, (n,); NaN where nothing is asked or known."""
    away = portraits.level - portraits.required
    counts = np.isfinite(away) & (portraits.importance > 0)
    weight = np.where(counts, portraits.importance, 0).astype(np.float64)
    total = (weight * np.where(counts, away, 0)).sum(axis=1)
    weights = weight.sum(axis=1)
    return np.divide(total, weights, out=np.full(len(total), np.nan), where=weights > 0)


def answers_in_a_year(history: History, rows: Rows) -> IntArray:
    """How many answers of a kind in `ANSWERS` each person gave within a year, (n,) int64."""
    log, since = history.timelines.feedback, quarters_before(rows.day, 4)
    owners = (feedback_owner(rows.employee, FEEDBACK_KINDS.index(kind)) for kind in ANSWERS)
    return sum(
        (log.window(owner, since, rows.day).count for owner in owners),
        start=np.zeros(len(rows), dtype=np.int64),
    )


def wishes_in_a_year(
    history: History, rows: Rows, unit: NDArray[np.integer]
) -> dict[str, NDArray[np.integer]]:
    """How many people of each unit asked for each subject within a year.

    Returns
    -------
    dict
        ``unit``, ``kind`` (position in ``WISH_KINDS``), ``subject`` (code of the course or
        competency) and ``asked``, a row each; nobody counts twice.
    """
    log = history.feedback
    place = np.full(history.n_employees, -1, dtype=np.int64)
    place[rows.employee] = unit
    until = int(rows.day[0]) if len(rows) else 0
    since = int(quarters_before(np.array([until], dtype=np.int32), 4)[0])
    kinds = [FEEDBACK_KINDS.index(kind) for kind in ("wants_course", "pain_point")]
    subjects = (log.subject_course, log.subject_competency)
    in_time = (log.day >= since) & (log.day < until)
    found = []
    for kind, (asks, subject) in enumerate(zip(kinds, subjects, strict=True)):
        at = np.flatnonzero(in_time & (log.kind == asks) & (subject >= 0))
        at = at[place[log.employee[at]] >= 0]
        asked = np.stack([log.employee[at], subject[at]], axis=1)
        person, about = np.unique(asked, axis=0).T
        pair = np.stack([place[person], np.full(len(person), kind), about], axis=1)
        found.append(pair)
    rows_, n = np.unique(np.concatenate(found).astype(np.int64), axis=0, return_counts=True)
    return {"unit": rows_[:, 0], "kind": rows_[:, 1], "subject": rows_[:, 2], "asked": n}


def _recent_mean(people: FeatureMatrix, kind: str, recent_days: int) -> FloatArray:
    """The mean of all answers, where the last one is recent: one answer alone is noisy."""
    is_recent = people.column(f"days_since_{kind}") <= recent_days
    return np.where(is_recent, people.column(f"{kind}_mean"), np.nan).astype(np.float64)
