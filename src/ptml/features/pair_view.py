"""What the groups of pair features look at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ptml.features.arrays import Codes, Days, Positions
from ptml.features.capability import Capability
from ptml.features.days import quarters_before
from ptml.features.history import History
from ptml.features.renewal import last_renewal
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import Standing, standing
from ptml.features.taught import Taught, taught


@dataclass(frozen=True, eq=False)
class PairView:
    """Pairs of rows and courses.

    Attributes
    ----------
    rows : Rows
        n of them.
    portrait : Capability
        Of the rows.
    row : (m,) int64
        Row of each pair.
    course : (m,) int32
    """

    history: History
    shared: Shared
    rows: Rows
    portrait: Capability
    row: Positions
    course: Codes

    @property
    def employee(self) -> Codes:
        """Employee of each pair, (m,) int32."""
        return self.rows.employee[self.row]

    @cached_property
    def day(self) -> Days:
        """As-of day of each pair, (m,) int32."""
        return self.rows.day[self.row]

    @cached_property
    def year_ago(self) -> Days:
        """The day four quarters before each row, (n,) int32."""
        return quarters_before(self.rows.day, 4)

    @cached_property
    def renewal(self) -> Days:
        """The last renewal of shared averages before each row, (n,) int32."""
        return last_renewal(self.rows.day)

    @cached_property
    def standing(self) -> Standing:
        """Where each row's person stands."""
        return standing(self.history, self.rows)

    @cached_property
    def taught(self) -> Taught:
        """What each row's person has been taught."""
        return taught(self.history, self.rows, self.portrait.last_assessed)

    @cached_property
    def slots(self) -> tuple[tuple[Positions, Codes], ...]:
        """For each place in the lists of taught competencies: the pairs that have one there, it."""
        listed = self.history.catalogue.taught
        found = []
        for slot in range(listed.shape[1]):
            competency = listed[self.course, slot]
            pair = np.flatnonzero(competency >= 0)
            found.append((pair, competency[pair]))
        return tuple(found)

    def most(self, table: NDArray[np.generic], empty: float) -> NDArray[np.float32]:
        """Largest value of a (n, n_competencies) table among what the course teaches, (m,)."""
        largest = np.full(len(self.row), -np.inf, dtype=np.float32)
        for pair, competency in self.slots:
            found = table[self.row[pair], competency].astype(np.float32)
            largest[pair] = np.maximum(largest[pair], found)
        return np.where(np.isfinite(largest), largest, np.float32(empty))

    def sum(self, table: NDArray[np.generic], weighted: bool = False) -> NDArray[np.float32]:
        """Sum of a (n, n_competencies) table over what the course teaches, (m,); 0 for nothing."""
        total = np.zeros(len(self.row), dtype=np.float32)
        weight = self.history.catalogue.weight
        for pair, competency in self.slots:
            found = table[self.row[pair], competency].astype(np.float32)
            total[pair] += found * weight[self.course[pair], competency] if weighted else found
        return total
