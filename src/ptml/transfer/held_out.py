"""What a model said of the newest known outcomes before it had seen them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Scores of labelled completions after training, (n,) each, one a completion and stage.

    Attributes
    ----------
    employee : int32
        Whose it is: cases of one person are alike.
    stage : uint8
        Position in `STAGES`.
    p_weak : float64
    weak : bool
        The outcome.
    flagged, blocked : bool
        As `WarningScores` at the moment.
    exam_points : float32
        For the rule that looks at nothing else; NaN = unknown.
    first_day, last_day : int
        Days of completion that the cases span.
    weight : float64 or None
        Inverse probability that the outcome became known: what it stands for among all.
    """

    employee: NDArray[np.int32]
    stage: NDArray[np.uint8]
    p_weak: NDArray[np.float64]
    weak: NDArray[np.bool_]
    flagged: NDArray[np.bool_]
    blocked: NDArray[np.bool_]
    exam_points: NDArray[np.float32]
    first_day: int
    last_day: int
    weight: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.weak)
