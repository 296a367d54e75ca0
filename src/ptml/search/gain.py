"""How much better one way does than another, with its error."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ptml.intervals import Z_95


@dataclass(frozen=True)
class Gain:
    """A difference judged pair by pair; above 0 = better.

    Attributes
    ----------
    value, error : float
        The mean difference and its standard error, in the unit of the judge.
    """

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z_95 * self.error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z_95 * self.error

    @property
    def is_clear(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.low > 0

    def is_worse(self, z: float) -> bool:
        """Whether the gain lies more than ``z`` standard errors below 0."""
        return self.value < 0 and self.value + z * self.error < 0


def mean_gain(gains: Sequence[Gain]) -> Gain:
    """Mean over folds that are taken as independent.

    >>> mean_gain([Gain(1.0, 0.3), Gain(2.0, 0.4)])
    Gain(value=1.5, error=0.25)
    """
    errors = np.array([gain.error for gain in gains])
    value = float(np.mean([gain.value for gain in gains]))
    return Gain(value, float(np.sqrt((errors**2).sum())) / len(gains))


def repeated_gain(gains: Sequence[Gain]) -> Gain:
    """Mean over seeds on the same cases: what seeds differ by is added, nothing averages out.

    >>> repeated_gain([Gain(1.0, 0.3), Gain(1.0, 0.3)])
    Gain(value=1.0, error=0.3)
    """
    values = np.array([gain.value for gain in gains])
    of_cases = float(np.mean([gain.error for gain in gains]))
    of_seeds = float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return Gain(float(values.mean()), float(np.hypot(of_cases, of_seeds)))
