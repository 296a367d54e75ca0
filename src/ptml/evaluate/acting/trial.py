"""The trial that a hold-out of flags makes: one row a completion that reached the threshold."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FlagTrial:
    """Completions whose arm was drawn and whose label's window has closed, (n,) each.

    Attributes
    ----------
    p_weak : float64
        As it was when the threshold was first reached: before flagging could change it.
    flagged : bool
        The arm that was drawn, whatever was done later: True = flagged, False = held out.
    propensity : float64
        Probability of the arm, above 0 and below 1.
    known : bool
        Whether the outcome is known.
    weak : bool
        False where it is not known.
    acted : bool
        Whether an intervention was carried out.
    person : int64
        0..; one person's rows are not independent.
    quarter : int64
        Of the flag, as `ptml.transfer.arms.quarter_of` counts.
    """

    p_weak: Doubles
    flagged: Bools
    propensity: Doubles
    known: Bools
    weak: Bools
    acted: Bools
    person: Codes
    quarter: Codes

    def __len__(self) -> int:
        return len(self.p_weak)

    def take(self, rows: Bools) -> Self:
        """Pick rows by mask."""
        return type(self)(**{name: column[rows] for name, column in vars(self).items()})
