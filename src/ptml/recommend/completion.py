"""The probability that a started course is completed: by the course's habit and the person's."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.config import CompletionConfig

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class CompletionModel:
    """Log odds of completion, additive in course and person.

    Attributes
    ----------
    overall : float
        Share of ended enrolments that were completed; NaN = too few have ended.
    course : (n_courses,) float64
        Shrunk share of each course.
    """

    courses: IdMap
    overall: float
    course: FloatArray
    config: CompletionConfig
    as_of_day: int
    evidence: tuple[Evidence, ...]

    def score(self, history: History, rows: Rows) -> Float32Array:
        """Probability (n, n_courses) that each row's person completes each course; NaN = unknown.

        Notes
        -----
        ``logit p = logit course + logit person - logit overall``, each share shrunk to the overall
        one by ``prior_starts`` enrolments.
        """
        if np.isnan(self.overall):
            return np.full((len(rows), history.n_courses), np.nan, dtype=np.float32)
        code = self.courses.codes(history.courses.ids)
        known = np.append(self.course, self.overall)[code]
        person = _shares(history, rows, self.overall, self.config.prior_starts)
        odds = _logit(known)[None, :] + (_logit(person) - _logit(np.array(self.overall)))[:, None]
        return (1 / (1 + np.exp(-odds))).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the model as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        about: dict[str, Any] = {
            "courses": self.courses.ids.tolist(),
            "overall": None if np.isnan(self.overall) else self.overall,
            "course": self.course.tolist(),
            "config": self.config.model_dump(),
            "as_of_day": self.as_of_day,
            "evidence": [vars(row) for row in self.evidence],
        }
        text = json.dumps(about, ensure_ascii=False, sort_keys=True, indent=1)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a model that `save` wrote."""
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return cls(
            courses=IdMap.of(about["courses"]),
            overall=float("nan") if about["overall"] is None else about["overall"],
            course=np.array(about["course"], dtype=np.float64),
            config=CompletionConfig.model_validate(about["config"]),
            as_of_day=about["as_of_day"],
            evidence=tuple(Evidence(**row) for row in about["evidence"]),
        )


def fit_completion(
    history: History, shared: Shared, as_of_day: int, config: CompletionConfig, seed: int
) -> CompletionModel:
    """Learn shares of completion from the enrolments that had ended before a day.

    Parameters
    ----------
    shared, seed
        Not read; here so that every model is fitted alike.
    """
    log = history.enrolments
    ended = log.ended < as_of_day
    completed = ended & (log.completed < as_of_day)
    n = np.bincount(log.course[ended], minlength=history.n_courses)
    done = np.bincount(log.course[completed], minlength=history.n_courses)
    enough = int(ended.sum()) >= config.min_ended and bool(completed.any())
    overall = _bounded(completed.sum() / max(int(ended.sum()), 1)) if enough else float("nan")
    prior = config.prior_starts
    course = (done + prior * overall) / (n + prior)
    share = Evidence("recommend", "metric", "completed_share", None if not enough else overall)
    return CompletionModel(history.courses, overall, course, config, as_of_day, (share,))


def _shares(history: History, rows: Rows, overall: float, prior: float) -> FloatArray:
    log = history.enrolments
    share = np.empty(len(rows))
    for day in np.unique(rows.day):
        ended = log.ended < day
        completed = ended & (log.completed < day)
        n = np.bincount(log.employee[ended], minlength=history.n_employees)
        done = np.bincount(log.employee[completed], minlength=history.n_employees)
        here = rows.day == day
        person = rows.employee[here]
        share[here] = (done[person] + prior * overall) / (n[person] + prior)
    return share


def _bounded(share: float) -> float:
    return float(np.clip(share, 0.01, 0.99))


def _logit(share: FloatArray) -> FloatArray:
    bounded = np.clip(share, 1e-4, 1 - 1e-4)
    return np.log(bounded / (1 - bounded))
