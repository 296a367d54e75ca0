"""Where people stand when they choose: role, unit and grade, as codes of one catalogue of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing

IntArray = NDArray[np.int32]

N_GRADES = 32
"""Grades from 0 to 31 are told apart; any other is none."""


@dataclass(frozen=True, eq=False)
class Circumstances:
    """Role, unit and grade of n people on a day, (n,) int32 each; -1 = none."""

    role: IntArray
    unit: IntArray
    grade: IntArray

    def __len__(self) -> int:
        return len(self.role)

    def take(self, at: NDArray[np.integer] | NDArray[np.bool_] | slice) -> "Circumstances":
        """Pick people by position or mask."""
        return Circumstances(self.role[at], self.unit[at], self.grade[at])

    @classmethod
    def nowhere(cls, n: int) -> "Circumstances":
        """People of whom nothing is known."""
        none = np.full(n, -1, dtype=np.int32)
        return cls(none, none, none)


def circumstances(
    history: History, rows: Rows, roles: IdMap | None = None, units: IdMap | None = None
) -> Circumstances:
    """Look up where each row's person stood on the day before.

    Parameters
    ----------
    roles, units : IdMap, optional
        Those of a model, where the codes have to be the model's; one that it does not know is none.
    """
    place = standing(history, rows)
    role, unit = place.role, place.unit
    if roles is not None:
        role = np.append(roles.codes(history.roles.ids), -1)[role].astype(np.int32)
    if units is not None:
        unit = np.append(units.codes(history.units.ids), -1)[unit].astype(np.int32)
    known = (place.grade >= 0) & (place.grade < N_GRADES)
    return Circumstances(role, unit, np.where(known, place.grade, -1).astype(np.int32))
