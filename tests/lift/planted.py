"""A small organisation with planted lifts, weak people sent, and courses beyond judging."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages

N_PEOPLE, N_QUARTERS, N_COURSES = 1500, 12, 22
STARTS = pd.date_range("2023-01-01", periods=N_QUARTERS + 1, freq="QS")
LIFTS = np.array([0.0, 3.0, 6.0] * 6)
# Beside the eighteen plain courses.
RISING, TWIN, OTHER_TWIN, RARE = 18, 19, 20, 21
NEWCOMER = N_PEOPLE


@dataclass(frozen=True)
class Planted:
    """History of the organisation as a data set gives it."""

    history: History
    shared: Shared
    as_of_day: int


def planted(seed: int = 1) -> Planted:
    """Draw the organisation; nobody has taken the last course but three people."""
    frames = _frames(np.random.default_rng(seed))
    with dataset_from_frames(frames) as dataset:
        assert len(dataset.rejected) == 0
        history, shared = load_history(dataset), shared_averages(dataset)
    return Planted(
        history, shared, int(STARTS[-1].to_datetime64().astype("datetime64[D]").astype(int))
    )


def _frames(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    person = rng.normal(100, 6, N_PEOPLE)
    rising = rng.random(N_PEOPLE) < 0.15
    shock = rng.normal(0, 4, N_PEOPLE)
    effect = np.zeros((N_PEOPLE, N_QUARTERS + 1))
    taken = np.zeros((N_PEOPLE, N_COURSES), dtype=bool)
    enrolled: list[tuple[int, int, int]] = []
    scores = []
    for q in range(N_QUARTERS):
        sent = 1 / (1 + np.exp(1.6 + shock / 4))
        for i in np.flatnonzero(rng.random(N_PEOPLE) < sent).tolist():
            free = np.flatnonzero(~taken[i, : len(LIFTS)])
            if len(free):
                _take(i, int(rng.choice(free)), q, taken, enrolled)
                effect[i, q + 1 :] += LIFTS[enrolled[-1][1]]
        if q >= 6:
            for i in np.flatnonzero(
                rising & (rng.random(N_PEOPLE) < 0.3) & ~taken[:, RISING]
            ).tolist():
                _take(i, RISING, q, taken, enrolled)
            for i in np.flatnonzero((rng.random(N_PEOPLE) < 0.02) & ~taken[:, TWIN]).tolist():
                _take(i, TWIN, q, taken, enrolled)
                _take(i, OTHER_TWIN, q, taken, enrolled)
        shock = 0.5 * shock + rng.normal(0, 3.5, N_PEOPLE)
        trend = np.where(rising, 2.5 * q, 0.0)
        scores.append(person + shock + trend + effect[:, q] + rng.normal(0, 2, N_PEOPLE))
    for i in range(3):
        _take(i, RARE, 7, taken, enrolled)
    return {
        "employees": pd.DataFrame(
            {
                "employee_id": [f"e{i:04d}" for i in range(N_PEOPLE + 1)],
                "hired_on": ["2020-01-01"] * N_PEOPLE + ["2025-12-20"],
            }
        ),
        "courses": pd.DataFrame(
            {
                "course_id": [f"c{c:02d}" for c in range(N_COURSES)],
                "hours": np.append(2 + 3 * LIFTS, [8, 8, 8, 20]),
            }
        ),
        "enrolments": _enrolments(enrolled),
        "performance": _performance(np.stack(scores, axis=1)),
    }


def _take(
    i: int, course: int, q: int, taken: np.ndarray, enrolled: list[tuple[int, int, int]]
) -> None:
    taken[i, course] = True
    enrolled.append((i, course, q))


def _enrolments(enrolled: list[tuple[int, int, int]]) -> pd.DataFrame:
    person, course, quarter = (np.array(column) for column in zip(*enrolled, strict=True))
    day = STARTS[quarter] + pd.Timedelta(days=20)
    return pd.DataFrame(
        {
            "enrolment_id": [f"n{k}" for k in range(len(person))],
            "employee_id": [f"e{i:04d}" for i in person],
            "course_id": [f"c{c:02d}" for c in course],
            "enrolled_on": day.strftime("%Y-%m-%d"),
            "started_on": day.strftime("%Y-%m-%d"),
        }
    )


def _performance(score: np.ndarray) -> pd.DataFrame:
    person, quarter = np.divmod(np.arange(score.size), N_QUARTERS)
    ends = STARTS - pd.Timedelta(days=1)
    return pd.DataFrame(
        {
            "employee_id": [f"e{i:04d}" for i in person],
            "kpi_id": "k",
            "period_start": STARTS[quarter].strftime("%Y-%m-%d"),
            "period_end": ends[quarter + 1].strftime("%Y-%m-%d"),
            "value": score.ravel(),
            "target": 100.0,
        }
    )
