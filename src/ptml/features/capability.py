"""Capability portraits as of a day: level with standard error, requirement, gap, trend.

The level is the posterior mean of a normal model: assessments scatter around the true level with
a spread by source, an assessment loses half its weight in a half-life, and before any assessment
the level is that of people of the same role and grade, with the spread found among them.
"""

from dataclasses import dataclass, fields

import numpy as np

from ptml.features.arrays import Days, Floats, Integers
from ptml.features.assessed import Assessed, assessed
from ptml.features.history import History
from ptml.features.prior import Prior, prior_levels
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing

# Rows are worked through in blocks of this many, to bound the memory.
BLOCK_ROWS = 16_384

LOWEST_LEVEL, HIGHEST_LEVEL = 0.0, 5.0


@dataclass(frozen=True, eq=False)
class Capability:
    """Portraits of rows, (n, n_competencies) each.

    Attributes
    ----------
    level : float32
        0-5; NaN = nobody was assessed in this so far.
    se : float32
        Standard error, levels; NaN where the level is.
    required : float32
        What the role of the day requires; NaN = nothing.
    importance : float32
        0-1; 0 where nothing is required.
    trend : float32
        Slope over the assessments so far, levels a year, drawn towards 0; NaN with fewer than two
        days.
    n_assessments : float32
        Assessments so far.
    last_assessed : int32
        Day of the last one; `NEVER` = none.
    """

    level: Floats
    se: Floats
    required: Floats
    importance: Floats
    trend: Floats
    n_assessments: Floats
    last_assessed: Days

    def __len__(self) -> int:
        return len(self.level)

    @property
    def gap(self) -> Floats:
        """``max(required - level, 0)``; 0 where nothing is required, NaN without a level."""
        short = np.maximum(self.required - self.level, 0)
        return np.where(np.isnan(self.required), np.float32(0), short)

    @property
    def weighted_gap(self) -> Floats:
        """The gap times the importance."""
        return self.gap * self.importance

    def take(self, index: Integers | slice) -> "Capability":
        """Pick rows by position."""
        return Capability(*(getattr(self, field.name)[index] for field in fields(self)))


def capability(history: History, shared: Shared, rows: Rows) -> Capability:
    r"""Estimate the level of each row's person in each competency.

    Notes
    -----
    With assessments :math:`x_i` of age :math:`a_i` and error variance :math:`s_i^2` by source,
    weights :math:`w_i = 2^{-a_i / h} / s_i^2`, and a prior of mean :math:`m` and variance
    :math:`v`, the level is :math:`(m/v + \sum w_i x_i) / (1/v + \sum w_i)` and its variance
    :math:`1 / (1/v + \sum w_i)`. Courses that were completed do not move it.
    """
    blocks = [
        _block(history, shared, rows.take(slice(start, start + BLOCK_ROWS)))
        for start in range(0, max(len(rows), 1), BLOCK_ROWS)
    ]
    return Capability(
        *(
            np.concatenate([getattr(block, field.name) for block in blocks])
            for field in fields(Capability)
        )
    )


def _block(history: History, shared: Shared, rows: Rows) -> Capability:
    place = standing(history, rows)
    required, importance = history.required_of(place.role)
    found = assessed(history, rows)
    level, se = _posterior(found, prior_levels(shared, rows, place))
    return Capability(
        level=level,
        se=se,
        required=required,
        importance=importance,
        trend=found.trend,
        n_assessments=found.n.astype(np.float32),
        last_assessed=found.last,
    )


def _posterior(found: Assessed, prior: Prior) -> tuple[Floats, Floats]:
    has_prior = np.isfinite(prior.mean)
    prior_precision = np.where(has_prior, 1 / np.where(has_prior, prior.variance, 1), 0.0)
    prior_level = np.where(has_prior, prior.mean, 0.0)
    precision = prior_precision + found.precision
    known = precision > 0
    safe = np.where(known, precision, 1.0)
    level = (prior_precision * prior_level + found.level) / safe
    bounded = np.clip(level, LOWEST_LEVEL, HIGHEST_LEVEL)
    return (
        np.where(known, bounded, np.nan).astype(np.float32),
        np.where(known, np.sqrt(1 / safe), np.nan).astype(np.float32),
    )
