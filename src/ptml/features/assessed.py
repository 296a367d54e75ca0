"""What the assessments of each row's person come to, by competency."""

from dataclasses import dataclass

import numpy as np

from ptml.contracts.ability import ASSESSMENT_SOURCES
from ptml.features.arrays import Days, Doubles, Floats, Positions
from ptml.features.days import DAYS_A_YEAR, NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.windows import expand

# How much an assessment counts, in percent of a test. It is the ratio of error variances: tests and
# work samples scatter least around what people can do, their own word most.
SOURCE_WEIGHT_PERCENT = {"test": 100, "practical": 100, "manager": 40, "peer": 30, "self": 15}

# Standard deviation of a test around the true level; that of another source follows its weight.
TEST_SD_LEVELS = 0.4

# An assessment loses half its weight in this time: what people can do moves over years, and on
# simulated organisations a shorter memory foretold the next test worse.
HALF_LIFE_DAYS = 1000.0

# How fast levels are expected to move before any assessment, levels a year. It keeps two
# assessments of the same month from passing for a leap.
TREND_SD_LEVELS_A_YEAR = 0.5

_PRECISION = np.array([SOURCE_WEIGHT_PERCENT[source] / 100 for source in ASSESSMENT_SOURCES]) / (
    TEST_SD_LEVELS**2
)


@dataclass(frozen=True, eq=False)
class Assessed:
    """Sums by row and competency, (n, n_competencies) each.

    Attributes
    ----------
    n : float64
        Number of assessments.
    precision : float64
        Sum of inverse error variances, halved every half-life.
    level : float64
        The same times the level.
    trend : float32
        Slope, levels a year, drawn towards none; NaN with fewer than two days.
    last : int32
        Day of the last one; `NEVER` = none.
    """

    n: Doubles
    precision: Doubles
    level: Doubles
    trend: Floats
    last: Days


def assessed(history: History, rows: Rows) -> Assessed:
    """Add up the assessments known before each row's day."""
    shape = (len(rows), history.n_competencies)
    lines, log = history.timelines.assessments, history.assessments
    query, event = expand(lines.before(rows.employee, rows.day))
    event = lines.source[event]
    cell = query * shape[1] + log.competency[event]
    age = (rows.day[query] - log.day[event]).astype(np.float64)
    level = log.level[event].astype(np.float64)
    weight = _PRECISION[log.source[event]]
    precision = weight * np.exp2(-age / HALF_LIFE_DAYS)
    last = _latest(shape, cell, log.day[event])
    return Assessed(
        n=_sums(shape, cell, np.ones(len(cell))),
        precision=_sums(shape, cell, precision),
        level=_sums(shape, cell, precision * level),
        trend=_slope(shape, cell, weight, age / -DAYS_A_YEAR, level),
        last=last,
    )


def _slope(
    shape: tuple[int, int], cell: Positions, weight: Doubles, years: Doubles, level: Doubles
) -> Floats:
    weights = _sums(shape, cell, weight)
    safe = np.where(weights > 0, weights, 1)
    from_mean = years - (_sums(shape, cell, weight * years) / safe).ravel()[cell]
    spread = _sums(shape, cell, weight * from_mean**2)
    product = _sums(shape, cell, weight * from_mean * level)
    # Two assessments a day apart spread far more than what rounding leaves of one day.
    has_slope = spread > weights * 1e-9
    slope = product / (spread + 1 / TREND_SD_LEVELS_A_YEAR**2)
    return np.where(has_slope, slope, np.nan).astype(np.float32)


def _latest(shape: tuple[int, int], cell: Positions, day: Days) -> Days:
    last = np.full(shape[0] * shape[1], -(2**31), dtype=np.int32)
    np.maximum.at(last, cell, day)
    return np.where(last == -(2**31), NEVER, last).astype(np.int32).reshape(shape)


def _sums(shape: tuple[int, int], cell: Positions, values: Doubles) -> Doubles:
    sums = np.bincount(cell, weights=values, minlength=shape[0] * shape[1])
    return sums.astype(np.float64).reshape(shape)
