"""One interface for everything that learns preference from choices alone.

What is compared is compared alike: the same past, the same search, the same judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from optuna.trial import BaseTrial
from threadpoolctl import threadpool_limits

from ptml.recommend.choices import Choices

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]
Settings = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Past:
    """What a peer learns from and scores by.

    Attributes
    ----------
    choices : Choices
        Sorted by employee, day, course.
    role : (n_employees,) int32
        Role of each person on the day of scoring; -1 = none.
    shape : (n_employees, n_courses)
    n_roles : int
    as_of_day : int
        All choices lie before it.
    """

    choices: Choices
    role: IntArray
    shape: tuple[int, int]
    n_roles: int
    as_of_day: int
    _faded: dict[float, Any] = field(default_factory=dict, init=False, repr=False)

    def weights(self) -> Any:
        """Engagement of each person with each course, csr_matrix (n_employees, n_courses)."""
        return self.recent(0.0)

    def recent(self, power: float) -> Any:
        """The same with ``(1 + k) ** -power`` for k choices on later days.

        Made once for each power; a weight of 0 is no choice and is not stored.
        """
        if power not in self._faded:
            matrix = self.choices.recent_matrix(*self.shape, power)
            matrix.eliminate_zeros()
            self._faded[power] = matrix
        return self._faded[power]


class Scorer(Protocol):
    """A fitted peer."""

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """Scores (n, n_courses) of people by what they chose in `past`; higher is better."""
        ...


class Peer(Protocol):
    """A way to learn preference, with the space in which its settings are searched."""

    @property
    def name(self) -> str:
        """As in `PEERS`."""
        ...

    @property
    def defaults(self) -> Settings:
        """Settings without a search; inside the space of `suggest`."""
        ...

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Settings of one trial."""
        ...

    def fit(self, past: Past, settings: Settings, seed: int) -> Scorer:
        """Learn from the choices of `past`."""
        ...


@dataclass(frozen=True, eq=False)
class ItemItemScorer:
    """Scores that are a sum over the person's own choices.

    Attributes
    ----------
    effect : (n_courses, n_courses) float32 array or csr_matrix
        Row: the course chosen, column: the one that may follow.
    power : float
        How fast a past choice fades; 0 = not at all.
    """

    effect: Any
    power: float

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """``recent choices x effect``; 0 everywhere for who has chosen nothing."""
        with threadpool_limits(1, "blas"):
            found = past.recent(self.power)[people] @ self.effect
        return np.asarray(found if isinstance(found, np.ndarray) else found.toarray(), np.float32)


def suggest_power(trial: BaseTrial, name: str = "power") -> float:
    """How fast a past choice fades, on a grid so that few matrices are made."""
    return trial.suggest_float(name, 0.0, 1.5, step=0.25)
