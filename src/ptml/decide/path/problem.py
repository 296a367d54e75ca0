r"""What a path is chosen from, person by person, and what makes one path better than another.

Of at most P steps, one after the other, with courses :math:`i` of :math:`w_i` weeks that would
bring :math:`u_i` points by themselves, the path is best with the largest

.. math:: \sum_i u_i s_i - \kappa u_i e_i - c + B \cdot |\text{required competencies worked on}|

:math:`s_i` is what the courses before it leave of a course (`ptml.decide.path.overlap`),
:math:`e_i` the week of its end, :math:`\kappa` the price of waiting, *c* the least that a step has
to bring, and *B* so large that what is required comes before any gain. A step begins `spacing`
weeks after the one before it, not before it opens, and ends before it closes and within the
horizon; courses that another one requires, or that make the person ready for it, come before it.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.content import Content

Doubles = NDArray[np.float64]
Masks = NDArray[np.int64]
Positions = NDArray[np.int64]

REQUIRED_POINTS = 1_000.0
"""B: more than any path brings."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Courses that n people choose from, m a person at the most; (n, m) unless said.

    Attributes
    ----------
    offer : int64
        Position among the offers; -1 fills up, last.
    points : float64
        What the course brings by itself, weighted by goals.
    weeks, opens, closes : float64
        Length; first week of a start; week up to which it has to be through.
    needs_all, needs_any : int64
        Bits of the courses that have to come before: all of them; one of them (0 = none).
    covers : int64
        Bits of the required competencies that it works on.
    hold, chance : float64
        `ptml.decide.path.overlap.holding`; chance that the course may be started at all, because
        what it requires is completed, which is part of its points.
    content : Content
        Of the n x m pairs.
    lost : (n, m, most competencies of a course) float64
        What earlier courses brought of each competency already.
    begins : (n,) float64
        Week in which the first step may begin.
    most_steps : (n,) int64
    """

    offer: Positions
    points: Doubles
    weeks: Doubles
    opens: Doubles
    closes: Doubles
    needs_all: Masks
    needs_any: Masks
    covers: Masks
    hold: Doubles
    chance: Doubles
    content: Content
    lost: Doubles
    begins: Doubles
    most_steps: Positions

    def __len__(self) -> int:
        return len(self.offer)

    @property
    def worth(self) -> Doubles:
        """Worth of the content of each course, (n, m)."""
        return self.content.worth.reshape(self.offer.shape)

    def take(self, people: Positions) -> Self:
        """Pick people by position."""
        m = self.offer.shape[1]
        pairs = (people[:, None] * m + np.arange(m)).reshape(-1)
        picked = {
            f.name: getattr(self, f.name)[people] for f in fields(self) if f.name != "content"
        }
        return type(self)(content=self.content.take(pairs), **picked)


@dataclass(frozen=True, eq=False)
class Solution:
    """The best paths found, (n,) unless said.

    Attributes
    ----------
    order : (n, most steps) int64
        Positions among the person's courses; -1 = no further step.
    starts : (n, most steps) float64
        Week of the start.
    value : float64
        Of the path, as in this module.
    bound : float64
        What no path of these courses exceeds.
    nodes : int64
        Partial paths that were looked at.
    """

    order: Positions
    starts: Doubles
    value: Doubles
    bound: Doubles
    nodes: Positions

    @property
    def is_optimal(self) -> NDArray[np.bool_]:
        """Whether no better path of these courses exists, (n,)."""
        return np.asarray(self.bound <= self.value + 1e-9)
