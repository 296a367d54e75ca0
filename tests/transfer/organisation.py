"""A small organisation whose weak transfers have known causes, as contract tables."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from ptml.contracts.dataset import Dataset, dataset_from_frames

FIRST_DAY = date(2023, 1, 1)
N_DAYS = 1000
AS_OF = FIRST_DAY + timedelta(days=N_DAYS)
COURSES = ("basics", "selling", "safety")


def organisation(n_employees: int = 220, seed: int = 5, n_each: int = 6) -> Dataset:
    """Everybody completes some courses; few motives and untouched practice tasks make it weak."""
    return dataset_from_frames(tables(n_employees, seed, n_each))


def tables(n_employees: int = 220, seed: int = 5, n_each: int = 6) -> dict[str, pd.DataFrame]:
    """The same as frames."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({"employee_id": [f"e{i:04d}" for i in range(n_employees)]})
    motivation = rng.uniform(1, 5, n_employees)
    enrolments, evidence = _learning(people["employee_id"], motivation, rng, n_each)
    return {
        "employees": people,
        "courses": pd.DataFrame({"course_id": COURSES, "hours": [4.0, 8.0, 16.0]}),
        "enrolments": enrolments,
        "transfer_evidence": evidence,
        "feedback": _answers(people["employee_id"], motivation, rng),
        "assignments": pd.DataFrame(
            {
                "employee_id": people["employee_id"],
                "valid_from": FIRST_DAY.isoformat(),
                "org_unit_id": [f"u{i % 10}" for i in range(n_employees)],
                "role_id": "clerk",
            }
        ),
        "org_units": pd.DataFrame({"org_unit_id": [f"u{i}" for i in range(10)]}),
        "roles": pd.DataFrame({"role_id": ["clerk"]}),
        "incidents": pd.DataFrame(
            {
                "org_unit_id": ["u3"],
                "occurred_on": [day(N_DAYS - 20)],
                "kind": ["equipment"],
                "hours_lost": [99.0],
            }
        ),
    }


def known_before(frames: dict[str, pd.DataFrame], offset: int) -> dict[str, pd.DataFrame]:
    """The frames as they stood on a day: no later rows, and no later dates in earlier rows."""
    limit = day(offset)
    enrolments = frames["enrolments"]
    enrolments = enrolments[enrolments["enrolled_on"] < limit].copy()
    for column in ("started_on", "completed_on"):
        enrolments[column] = enrolments[column].where(enrolments[column] < limit)
    open_yet = enrolments["completed_on"].isna()
    results = ["exam_score", "exam_attempts", "minutes", "satisfaction"]
    enrolments.loc[open_yet, results] = None
    evidence = frames["transfer_evidence"]
    evidence = evidence[evidence["enrolment_id"].isin(enrolments["enrolment_id"])].copy()
    is_later = evidence["done_on"].fillna(limit) >= limit
    evidence.loc[is_later, ["done_on", "score"]] = None
    evidence = evidence[evidence["done_on"].notna() | (evidence["due_on"] < limit)]
    incidents = frames["incidents"]
    return {
        **frames,
        "enrolments": enrolments,
        "transfer_evidence": evidence,
        "incidents": incidents[incidents["occurred_on"] < limit],
    }


def day(offset: float) -> str:
    """A date so many days after the first."""
    return (FIRST_DAY + timedelta(days=int(offset))).isoformat()


def _learning(
    ids: pd.Series, motivation: np.ndarray, rng: np.random.Generator, n_each: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    enrolments, evidence = [], []
    for person, motive in zip(ids, motivation, strict=True):
        for k in range(n_each):
            start = int(rng.integers(60, N_DAYS - 20))
            key = f"{person}-{k}"
            exam = float(np.clip(rng.normal(70, 12), 0, 100))
            practised = bool(rng.random() < 0.5)
            log_odds = 1.2 - 0.9 * (motive - 2.5) - 2.5 * practised - 0.04 * (exam - 70)
            weak = bool(rng.random() < 1 / (1 + np.exp(-log_odds)))
            enrolments.append(
                {
                    "enrolment_id": key,
                    "employee_id": person,
                    "course_id": COURSES[k % 3],
                    "assigned_by": ("self", "manager")[k % 2],
                    "enrolled_on": day(start - 14),
                    "started_on": day(start - 10),
                    "completed_on": day(start),
                    "exam_score": round(exam, 1),
                    "exam_attempts": 1,
                    "minutes": 240.0,
                    "satisfaction": 4.0,
                }
            )
            evidence.append(_seen(key, "practice_task", start + 20, practised, 0.8))
            evidence.append(_seen(key, "behaviour_check", start + 70, True, 0.2 if weak else 0.9))
    return pd.DataFrame(enrolments), pd.DataFrame(evidence)


def _seen(key: str, kind: str, due: int, is_done: bool, score: float) -> dict[str, object]:
    return {
        "enrolment_id": key,
        "kind": kind,
        "due_on": day(due),
        "done_on": day(due - 2) if is_done else None,
        "score": score if is_done else None,
    }


def _answers(ids: pd.Series, motivation: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    noisy = np.clip(motivation + rng.normal(0, 0.4, len(ids)), 1, 5)
    return pd.DataFrame(
        {
            "employee_id": ids,
            "asked_on": day(30),
            "kind": "motivation",
            "value": np.round(noisy, 1),
        }
    )
