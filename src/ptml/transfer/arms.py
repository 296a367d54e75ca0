"""Who is flagged and who is held out: a draw that any run repeats, so that flagging can be judged.

The draw is by employee and quarter of completion. Help meets a person (a talk with the manager, a
mentor, less load) and not one course, so completions that are flagged side by side share an arm;
and nobody is held out for longer than what was completed in a quarter: the next one draws anew.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.outputs import ARMS, FLAG, HOLD_OUT
from ptml.features.history import History
from ptml.transfer.config import WarningConfig
from ptml.transfer.model import WarningScores

_NONE, _FLAG, _HOLD_OUT = (ARMS.index(arm) for arm in ("none", FLAG, HOLD_OUT))
_UNIT = 2.0**-53


@dataclass(frozen=True, eq=False)
class Arms:
    """The arm of each warning, (m,) each.

    Attributes
    ----------
    code : uint8
        Position in `ARMS`; ``none`` under the threshold or where the unit stands in the way.
    propensity : float64
        Probability, over the draw, of the arm; 1 where there was none.
    share : float
        What was held out of those that reached the threshold.
    """

    code: NDArray[np.uint8]
    propensity: NDArray[np.float64]
    share: float

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """Whether someone is asked to look into it, (m,) bool."""
        return self.code == _FLAG

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Whether it would be flagged without a hold-out, (m,) bool."""
        return self.code != _NONE


def draw_arms(history: History, scores: WarningScores, config: WarningConfig) -> Arms:
    """Hold a share of what the model would flag out of the flags.

    Parameters
    ----------
    history : History
        That the scores were made from.
    scores : WarningScores
        m of them; `scores.flagged` is what the model would flag.
    config : WarningConfig
        `holdout_share` and `holdout_salt`.
    """
    code = np.where(scores.flagged, _FLAG, _NONE).astype(np.uint8)
    propensity = np.ones(len(scores))
    if config.holdout_share > 0:
        at = np.flatnonzero(scores.flagged)
        log, enrolment = history.enrolments, scores.completions.enrolment[at]
        employees = history.employees.ids[log.employee[enrolment]].tolist()
        draws = arm_draws(config.holdout_salt, employees, quarter_of(log.completed[enrolment]))
        is_out = draws < config.holdout_share
        code[at[is_out]] = _HOLD_OUT
        propensity[at] = np.where(is_out, config.holdout_share, 1 - config.holdout_share)
    return Arms(code, propensity, config.holdout_share)


def arm_draws(
    salt: str, employee_ids: Sequence[str], quarter: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give a number in [0, 1) by employee and quarter, (n,) float64; it depends on nothing else."""
    digests = b"".join(
        hashlib.blake2b(f"{q}:{employee}".encode(), digest_size=8, key=salt.encode()).digest()
        for employee, q in zip(employee_ids, quarter.tolist(), strict=True)
    )
    words = np.frombuffer(digests, dtype="<u8")
    return (words >> np.uint64(11)).astype(np.float64) * _UNIT


def quarter_of(day: NDArray[np.integer]) -> NDArray[np.int64]:
    """Calendar quarters since the first of 1970 of days since 1970-01-01, (n,) int64.

    Examples
    --------
    >>> quarter_of(np.array([0, 89, 90]))
    array([0, 0, 1])
    """
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // 3, dtype=np.int64)
