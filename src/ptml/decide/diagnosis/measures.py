"""What is measured of people and of their surroundings, as columns that can be added up exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SKILL, DRIVE, AROUND = "skill", "drive", "around"


@dataclass(frozen=True)
class Measure:
    """One measure: which matter it speaks of, which direction is good, and its middle."""

    name: str
    matter: str
    good: int
    middle: float


MEASURES = (
    Measure("margin", SKILL, 1, 0.0),
    Measure("peer_margin", SKILL, 1, 0.0),
    Measure("exam", SKILL, 1, 7.0),
    Measure("is_new", SKILL, -1, 0.0),
    Measure("motivation", DRIVE, 1, 3.0),
    Measure("opportunity", AROUND, 1, 3.0),
    Measure("manager_support", AROUND, 1, 3.0),
    Measure("workload", AROUND, -1, 3.0),
    Measure("lost_hours", AROUND, -1, 0.0),
)
"""All measures, in the order of columns: level less requirement; the same less what is usual among
people of one role and grade; mean exam score (tens of points); new to the work (0/1); mean answers
(1-5); logarithm of one and the hours a head that the unit lost within a year."""
NAMES = tuple(measure.name for measure in MEASURES)
SCORE_MIDDLE = 100.0
# Sums of whole numbers of this do not depend on the order in which people come.
UNIT = 2.0**-10


def matter_columns(matter: str) -> list[int]:
    """Positions in `MEASURES` of those that speak of a matter."""
    return [k for k, measure in enumerate(MEASURES) if measure.matter == matter]


@dataclass(frozen=True, eq=False)
class People:
    """People with a unit: who they are measured to be; n of them.

    Attributes
    ----------
    unit : (n,) int64
        -1 = none.
    score : (n,) float64
        Mean score of the last year, points; NaN = unknown.
    measures : (n, len(MEASURES)) float64
        NaN = unknown.
    """

    unit: IntArray
    score: FloatArray
    measures: FloatArray

    @classmethod
    def of(cls, unit: IntArray, score: FloatArray, columns: Mapping[str, FloatArray]) -> Self:
        """Put columns together; one that is not there is unknown."""
        unknown = np.full(len(unit), np.nan)
        table = np.stack([columns.get(name, unknown) for name in NAMES], axis=1)
        return cls(unit.astype(np.int64), score.astype(np.float64), table.astype(np.float64))

    def filled(self, n_units: int) -> FloatArray:
        """Measures less their middles, unknown ones as usual in the unit or among all, (n, p)."""
        away = np.round((self.measures - [m.middle for m in MEASURES]) / UNIT)
        for k in range(away.shape[1]):
            column = away[:, k]
            known = np.isfinite(column)
            column[~known] = _usual(column, known, self.unit, n_units)[~known]
        return np.round(away) * UNIT


def _usual(
    column: FloatArray, known: NDArray[np.bool_], unit: IntArray, n_units: int
) -> FloatArray:
    """The mean of each person's unit, or of all where nothing is known of the unit, (n,)."""
    placed = known & (unit >= 0)
    total = np.bincount(unit[placed], column[placed], n_units)
    n = np.bincount(unit[placed], minlength=n_units)
    overall = column[known].sum() / max(known.sum(), 1)
    means = np.where(n > 0, total / np.maximum(n, 1), overall)
    return np.where(unit >= 0, means[np.maximum(unit, 0)], overall) if n_units else column * 0.0


def less_usual(values: FloatArray, group: IntArray) -> FloatArray:
    """Values less the mean of their group, in whole `UNIT`, (n,); NaN stays, -1 is no group."""
    known = np.isfinite(values) & (group >= 0)
    whole = np.round(values / UNIT)
    n_groups = int(group.max(initial=-1)) + 1
    total = np.bincount(group[known], whole[known], n_groups)
    n = np.bincount(group[known], minlength=n_groups)
    means = np.append(total / np.maximum(n, 1), np.nan)
    return np.where(known, (whole - means[group]) * UNIT, np.nan)
