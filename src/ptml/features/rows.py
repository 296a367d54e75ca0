"""What features are asked for: an employee as of a day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Codes, Days, Integers


@dataclass(frozen=True, eq=False)
class Rows:
    """Employees as of days, any mix, any order.

    Attributes
    ----------
    employee : (n,) int32
        Codes of `History.employees`.
    day : (n,) int32
        As-of days since 1970-01-01; only what was known before the day is seen.
    """

    employee: Codes
    day: Days

    def __post_init__(self) -> None:
        if self.employee.shape != self.day.shape or self.employee.ndim != 1:
            raise ValueError(
                "Rows needs employee and day of one length, "
                f"got {self.employee.shape} and {self.day.shape}"
            )

    def __len__(self) -> int:
        return len(self.employee)

    @classmethod
    def at(cls, employee: Sequence[int] | Codes, day: int) -> "Rows":
        """Ask for several employees as of one day."""
        codes = np.asarray(employee, dtype=np.int32)
        return cls(codes, np.full(len(codes), day, dtype=np.int32))

    def take(self, index: Integers | slice) -> "Rows":
        """Pick rows by position."""
        return Rows(self.employee[index], self.day[index])
