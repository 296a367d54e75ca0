"""Odds of completion: everybody's, what a course adds and what a person adds, each shrunk."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.recommend.outcomes import Outcomes
from ptml.recommend.shrinkage import prior_strength, shrunk

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

_MOST_CERTAIN = 0.99


@dataclass(frozen=True, eq=False)
class CompletionOdds:
    """Shares of starts that were completed.

    Attributes
    ----------
    overall : float
    course : (n_courses,) float64
        Of each course, pulled towards `overall`.
    person_strength : float
        Average starts that are added to each person's own.
    """

    overall: float
    course: FloatArray
    person_strength: float

    def of_people(self, own: Outcomes, n_employees: int) -> FloatArray:
        """Each person's share, pulled towards `overall`, (n_employees,)."""
        counts = _counts(own.employee, own.is_completed, n_employees)
        return shrunk(counts, _split(self.overall), self.person_strength)[:, 1]

    def probability(self, person: FloatArray, course: IntArray) -> FloatArray:
        """Probability of completion for shares of people and codes of courses, which broadcast.

        Notes
        -----
        ``logit p = logit overall + (logit course - logit overall) + (logit person - logit
        overall)``; a code of -1 is a course like all.
        """
        share = np.append(self.course, self.overall)[course]
        log_odds = _logit(share) + _logit(person) - _logit(np.array(self.overall))
        return np.asarray(1 / (1 + np.exp(-log_odds)))

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return {**vars(self), "course": self.course.tolist()}

    @classmethod
    def from_json(cls, about: dict[str, Any]) -> Self:
        """Make the odds of what `to_json` gave."""
        return cls(about["overall"], np.array(about["course"]), about["person_strength"])


def fit_odds(
    outcomes: Outcomes, n_employees: int, n_courses: int, fewest: int
) -> CompletionOdds | None:
    """Learn the shares and how far each is to be trusted.

    Returns
    -------
    CompletionOdds or None
        None when fewer than `fewest` starts have a known end, or none was completed.
    """
    if len(outcomes) < fewest or not outcomes.is_completed.any():
        return None
    overall = float(min(outcomes.is_completed.mean(), _MOST_CERTAIN))
    mean = _split(overall)
    courses = _counts(outcomes.course, outcomes.is_completed, n_courses)
    people = _counts(outcomes.employee, outcomes.is_completed, n_employees)
    course = shrunk(courses, mean, prior_strength(courses, mean))[:, 1]
    return CompletionOdds(overall, course, prior_strength(people, mean))


def _counts(code: IntArray, is_completed: NDArray[np.bool_], n: int) -> FloatArray:
    """Starts not completed and completed by code, (n, 2)."""
    not_completed = np.bincount(code[~is_completed], minlength=n)
    completed = np.bincount(code[is_completed], minlength=n)
    return np.stack([not_completed, completed], axis=1).astype(np.float64)


def _split(share: float) -> FloatArray:
    return np.array([1 - share, share])


def _logit(share: FloatArray) -> FloatArray:
    return np.asarray(np.log(share / (1 - share)))
