"""Whom a course can help: everybody whose matter is not clearly that of the surroundings."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.outputs import PERFORMANCE_STATES
from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.trouble import Trouble

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_ABOVE = PERFORMANCE_STATES.index("above")


def trainable(
    unit: NDArray[np.integer], state: IntArray, trouble: Trouble, config: DiagnosisConfig
) -> BoolArray:
    """Whether an elective course may be the answer for each person, (n,) bool.

    It is not where the person's unit is clearly held back by its surroundings (machines, process,
    no occasion) and the person is not above target in spite of them. What is unknown stays
    trainable.

    Parameters
    ----------
    unit : (n,) int
        -1 = none.
    state : (n,) int64
        `ptml.decide.segments.performance_state`.
    """
    is_clear = trouble.strength >= config.clear_strength
    if not len(is_clear):
        return np.ones(len(unit), dtype=np.bool_)
    troubled = (unit >= 0) & is_clear[np.maximum(unit, 0)]
    return ~(troubled & (state != _ABOVE))
