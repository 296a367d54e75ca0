"""What each person adds to the portrait of the team: whole numbers by unit and competency."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import ndtr

from ptml.decide.cell_sums import CellSums
from ptml.decide.team.config import TeamConfig
from ptml.features.capability import Capability
from ptml.features.windows import whole

Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]

UNIT = 2.0**-20
"""Sums are whole numbers of this; counts are counts."""
KEYS = ("unit", "competency")
COUNTS = ("people", "holders")
AMOUNTS = (
    *("level", "required", "above", "above_square"),
    *("variance", "importance", "reach", "others"),
)
PANEL = ("panel", "change", "change_square")
HOLDER = "holder"


def team_sums() -> CellSums:
    """Sums by unit and competency, of people whose role asks for it and whose level is known.

    ``people``, ``holders`` (who reach the required level for sure), sums of the ``level``, of what
    is ``required``, of the level ``above`` it and its square, of error variances, of importance
    and of the probability to ``reach`` it, of minus the logarithm of the probability that none of
    the ``others`` does; ``panel`` (people whose level was known a year ago too)
    with their ``change`` and its square; one of the holders.
    """
    return CellSums(KEYS, (*COUNTS, *AMOUNTS, *PANEL), (HOLDER,))


@dataclass(frozen=True, eq=False)
class Members:
    """People of a bucket, n of them.

    Attributes
    ----------
    unit : (n,) int32
        -1 = none: left out.
    ids : (n,) object
        External ids.
    now : Capability
    then : (n, n_competencies) float32
        Levels as they were known a while ago; NaN = not known, or not there yet.
    """

    unit: NDArray[np.int32]
    ids: NDArray[np.object_]
    now: Capability
    then: NDArray[np.float32]


def team_cells(members: Members, config: TeamConfig) -> pa.Table:
    """Rows for `team_sums`, one a person and competency that the person's role asks for."""
    now = members.now
    asked = np.isfinite(now.required) & np.isfinite(now.level) & (members.unit >= 0)[:, None]
    row, competency = np.nonzero(asked)
    at = (row, competency)
    level, se = now.level[at].astype(np.float64), now.se[at].astype(np.float64)
    above = level - now.required[at]
    exact = se <= 0
    reach = np.where(exact, above >= 0, ndtr(above / np.where(exact, 1, se)))
    holds = reach >= config.holder_certainty
    change = level - members.then[at]
    in_panel = np.isfinite(change)
    change = np.where(in_panel, change, 0.0)
    amounts: dict[str, NDArray[np.floating]] = {
        "level": level,
        "required": now.required[at],
        "above": above,
        "above_square": above**2,
        "variance": se**2,
        "importance": now.importance[at],
        "reach": reach,
        "others": np.where(holds, 0.0, -np.log1p(-np.where(holds, 0.0, reach))),
        "change": change,
        "change_square": change**2,
    }
    return pa.table(
        {
            "unit": members.unit[row].astype(np.int64),
            "competency": competency,
            "people": np.ones(len(row), np.int64),
            "holders": holds.astype(np.int64),
            "panel": in_panel.astype(np.int64),
            **{name: whole(values, UNIT) for name, values in amounts.items()},
            HOLDER: pa.array(members.ids.tolist(), pa.string()).take(pa.array(row, mask=~holds)),
        }
    )
