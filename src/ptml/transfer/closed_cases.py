"""Every completion with a closed window as a row, whether its outcome became known or not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.matrix import FeatureMatrix

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ClosedCases:
    """Completions at the moment of stage ``completion``, (n,) each.

    Attributes
    ----------
    features : FeatureMatrix
        (n, p), all known at the completion.
    employee, completed : int32
    is_known : bool
        Whether the outcome became known.
    weak : bool
        False where it did not.
    """

    features: FeatureMatrix
    employee: NDArray[np.int32]
    completed: NDArray[np.int32]
    is_known: Bools
    weak: Bools

    def __len__(self) -> int:
        return len(self.employee)

    def take(self, rows: Bools) -> "ClosedCases":
        """Pick rows."""
        x = self.features
        return ClosedCases(
            FeatureMatrix(x.names, x.values[rows], x.families),
            self.employee[rows],
            self.completed[rows],
            self.is_known[rows],
            self.weak[rows],
        )
