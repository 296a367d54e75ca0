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
from ptml.recommend.completion_odds import CompletionOdds, fit_odds
from ptml.recommend.config import CompletionConfig
from ptml.recommend.outcomes import Outcomes, outcomes_before
from ptml.recommend.ranking import bootstrap_interval
from ptml.recommend.separation import auc_interval

Float32Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class CompletionModel:
    """Log odds of completion, additive in course and person.

    Attributes
    ----------
    odds : CompletionOdds or None
        None = too few starts have ended, or none was ever completed.
    """

    courses: IdMap
    odds: CompletionOdds | None
    config: CompletionConfig
    fingerprint: str
    as_of_day: int
    evidence: tuple[Evidence, ...]

    def score(self, history: History, rows: Rows) -> Float32Array:
        """Probability (n, n_courses) that each row's person completes each course; NaN = unknown.

        A course that was unknown at training is one like all.
        """
        row, course = np.divmod(np.arange(len(rows) * history.n_courses), history.n_courses)
        return self.of_pairs(history, rows, row, course).reshape(len(rows), history.n_courses)

    def of_pairs(
        self,
        history: History,
        rows: Rows,
        row: NDArray[np.integer],
        course: NDArray[np.integer],
    ) -> Float32Array:
        """The same of m pairs alone, (m,).

        Parameters
        ----------
        row, course : (m,) int
            Position among the rows, and code of the course.
        """
        if self.odds is None:
            return np.full(len(row), np.nan, dtype=np.float32)
        code = self.courses.codes(history.courses.ids)[course]
        person = np.empty(len(rows))
        for day in np.unique(rows.day):
            here = rows.day == day
            own = outcomes_before(history, int(day), self.config.give_up_days)
            person[here] = self.odds.of_people(own, history.n_employees)[rows.employee[here]]
        return self.odds.probability(person[row], code).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the model as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        about: dict[str, Any] = {
            "courses": self.courses.ids.tolist(),
            "odds": None if self.odds is None else self.odds.to_json(),
            "config": self.config.model_dump(),
            "fingerprint": self.fingerprint,
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
            odds=None if about["odds"] is None else CompletionOdds.from_json(about["odds"]),
            config=CompletionConfig.model_validate(about["config"]),
            fingerprint=about["fingerprint"],
            as_of_day=about["as_of_day"],
            evidence=tuple(Evidence(**row) for row in about["evidence"]),
        )


def fit_completion(
    history: History, shared: Shared, as_of_day: int, config: CompletionConfig, seed: int
) -> CompletionModel:
    """Learn how often courses are completed from the starts whose end was known before a day.

    Judged first: learnt from what had ended before the last ``held_out_days``, and held against
    what ended in them.

    Parameters
    ----------
    shared
        Not read; here so that every model is fitted alike.
    """
    outcomes = outcomes_before(history, as_of_day, config.give_up_days)
    odds = fit_odds(outcomes, history.n_employees, history.n_courses, config.min_ended)
    return CompletionModel(
        courses=history.courses,
        odds=odds,
        config=config,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        evidence=(_share(outcomes, odds), *_judged(history, as_of_day, config, seed)),
    )


def _share(outcomes: Outcomes, odds: CompletionOdds | None) -> Evidence:
    payload: dict[str, Any] = {"starts": len(outcomes)}
    if odds is None:
        payload["note"] = "too few starts have a known end, or none was ever completed"
        return Evidence("recommend", "metric", "completed_share", payload=payload)
    return Evidence("recommend", "metric", "completed_share", odds.overall, payload=payload)


def _judged(
    history: History, as_of_day: int, config: CompletionConfig, seed: int
) -> list[Evidence]:
    split = as_of_day - config.held_out_days
    early = outcomes_before(history, split, config.give_up_days)
    odds = fit_odds(early, history.n_employees, history.n_courses, config.min_ended)
    late = outcomes_before(history, as_of_day, config.give_up_days)
    late = late.take(~np.isin(late.enrolment, early.enrolment))
    if odds is None or len(late) < config.min_ended:
        return []
    rng = np.random.default_rng(seed)
    if len(late) > config.max_judged:
        kept = np.sort(rng.choice(len(late), config.max_judged, replace=False))
        late = late.take(kept)
    person = odds.of_people(early, history.n_employees)[late.employee]
    estimated = odds.probability(person, late.course)
    completed = late.is_completed.astype(np.float64)
    figures = {
        "completion_brier/estimated": bootstrap_interval((estimated - completed) ** 2, rng),
        "completion_brier/same_for_all": bootstrap_interval((odds.overall - completed) ** 2, rng),
        "completion_auc": auc_interval(late.is_completed, estimated, rng),
    }
    payload = {"starts": len(late)}
    return [
        Evidence("recommend", "metric", name, mean, low, high, payload=payload)
        for name, (mean, low, high) in figures.items()
        if np.isfinite(mean)
    ]
