"""Courses that people may take up, who the people are, and what they have to work on."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.decide.path.seats import SeatCutoffs
from ptml.decide.path.standing import Done
from ptml.features.capability import Capability

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Offers:
    """Courses that people may take up, (k,) each, sorted by person, then course.

    Attributes
    ----------
    row, course : int32
    points : float64
        Expected gain; courses known to bring nothing are not among them.
    p_complete : float64
        NaN = unknown.
    why : uint8
        Why it may be started only later (`ptml.decide.path.later`); 0 = today.
    opens : float64
        First week of a start.
    waits : bool
        Whether seats before that go to people to whom the course brings more.
    """

    row: Codes
    course: Codes
    points: Doubles
    p_complete: Doubles
    why: NDArray[np.uint8]
    opens: Doubles
    waits: Bools

    def __len__(self) -> int:
        return len(self.row)

    def under(self, cutoffs: SeatCutoffs, day: int) -> tuple["Offers", Positions]:
        """What is left under cutoffs of seats, and the positions of that among these offers."""
        opens = cutoffs.opens(self.course, self.points, day)
        at = np.flatnonzero(np.isfinite(opens))
        later = np.maximum(self.opens, opens)
        held = replace(self, opens=later, waits=self.waits | (later > self.opens))
        return held.take(at), at

    def take(self, at: Positions) -> "Offers":
        """Pick offers by position."""
        return Offers(*(values[at] for values in vars(self).values()))


@dataclass(frozen=True, eq=False)
class People:
    """Who the paths are for.

    Attributes
    ----------
    portraits : Capability
        n of them.
    weights : (n, n_competencies) float64 or None
        How much levels count by goals; None = all alike.
    trainable : (n,) bool
        Whose matter is not clearly the environment.
    done : Done
        What people completed.
    under_way : (n, n_courses) bool
        What runs, or comes first in any case.
    begins : (n,) float64
        Week in which the first chosen step may begin.
    """

    portraits: Capability
    weights: Doubles | None
    trainable: Bools
    done: Done
    under_way: Bools
    begins: Doubles


def far_below(people: People, config: PathConfig) -> Positions:
    """Competencies in which people are far below their role, largest gap by weight first.

    Returns
    -------
    (n, most) int64
        -1 fills up.
    """
    portraits, most = people.portraits, config.required.most_competencies
    gap = np.nan_to_num(portraits.gap.astype(np.float64))
    worth = gap * portraits.importance
    if people.weights is not None:
        worth = worth * people.weights
    worth[gap < config.required.far_below_levels] = 0.0
    order = np.argsort(-worth, axis=1, kind="stable")[:, :most]
    return np.where(np.take_along_axis(worth, order, axis=1) > 0, order, -1)
