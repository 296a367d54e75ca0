"""The level to expect of somebody who was never assessed: that of people of the role and grade."""

from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Codes, Days, Doubles, Positions
from ptml.features.assessed import TEST_SD_LEVELS
from ptml.features.renewal import last_renewal
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import Standing
from ptml.features.windows import SumLog

# So many tests' worth of the wider group stands behind the mean of a role and of a role and grade.
GROUP_WEIGHT_TESTS = 5.0

# Nobody is expected to be known better, or worse, than this before any assessment.
SMALLEST_SD_LEVELS, LARGEST_SD_LEVELS = 0.3, 1.5

_LEVEL_UNIT = 1 / 1024


@dataclass(frozen=True, eq=False)
class Prior:
    """Mean and variance before any assessment, (n, n_competencies) float64 each; NaN = unknown."""

    mean: Doubles
    variance: Doubles


def prior_levels(shared: Shared, rows: Rows, place: Standing) -> Prior:
    """Look up the levels of people of each row's role and grade, as of the last renewal."""
    renewal = last_renewal(rows.day)
    grade = _grade_position(shared, place.grade)
    combined = np.stack([place.role, grade, renewal], axis=1)
    distinct, position = np.unique(combined, axis=0, return_inverse=True)
    table = _prior_of(shared, distinct[:, 0], distinct[:, 1], distinct[:, 2])
    position = position.ravel()
    return Prior(table.mean[position], table.variance[position])


def _prior_of(shared: Shared, role: Codes, grade: Codes, renewal: Days) -> Prior:
    """Shrink the role and grade to the role, and the role to everybody, mean and scatter alike."""
    everybody = _Levels.of(shared, shared.all_levels, np.zeros_like(role), renewal)
    of_role = _Levels.of(shared, shared.role_levels, role, renewal)
    has_cell = (role >= 0) & (grade >= 0)
    cell = np.where(has_cell, role * max(len(shared.grades), 1) + grade, -1)
    of_cell = _Levels.of(shared, shared.cell_levels, cell.astype(np.int32), renewal)
    mean, scatter = of_role.shrunk(everybody.mean, everybody.scatter)
    mean, scatter = of_cell.shrunk(mean, scatter)
    noise = TEST_SD_LEVELS**2 * everybody.n / np.where(everybody.weight > 0, everybody.weight, 1)
    spread = np.clip(scatter - noise, SMALLEST_SD_LEVELS**2, LARGEST_SD_LEVELS**2)
    variance = spread * (1 + 1 / (of_cell.weight + GROUP_WEIGHT_TESTS))
    return Prior(mean, np.where(np.isnan(mean), np.nan, variance))


@dataclass(frozen=True, eq=False)
class _Levels:
    """Levels of groups as of renewals, (n_groups, n_competencies); weight in tests' worth."""

    n: Positions
    weight: Doubles
    mean: Doubles
    scatter: Doubles

    @classmethod
    def of(cls, shared: Shared, log: SumLog, group: Codes, renewal: Days) -> "_Levels":
        shape = (len(group), shared.n_competencies)
        competency = np.arange(shape[1])
        owner = np.where(
            (group >= 0)[:, None], group.astype(np.int64)[:, None] * shape[1] + competency, -1
        )
        window = log.before(owner.ravel(), np.repeat(renewal + 1, shape[1]).astype(np.int32))
        weight = log.total("weight", window).reshape(shape)
        safe = np.where(weight > 0, weight, 1)
        mean = log.total("level", window).reshape(shape) / safe * _LEVEL_UNIT
        square = log.total("square", window).reshape(shape) / safe * _LEVEL_UNIT**2
        return cls(
            n=log.total("n", window).reshape(shape),
            weight=weight / 100,
            mean=np.where(weight > 0, mean, np.nan),
            scatter=np.where(weight > 0, np.maximum(square - mean**2, 0), np.nan),
        )

    def shrunk(self, mean: Doubles, scatter: Doubles) -> tuple[Doubles, Doubles]:
        """Mean and scatter, drawn towards those of the wider group."""
        total = self.weight + GROUP_WEIGHT_TESTS
        own = self.weight > 0
        pulled = (
            np.where(own, self.weight * np.where(own, of_group, 0), 0) + GROUP_WEIGHT_TESTS * wider
            for of_group, wider in ((self.mean, mean), (self.scatter, scatter))
        )
        return next(pulled) / total, next(pulled) / total


def _grade_position(shared: Shared, grade: Codes) -> Codes:
    grades = np.array(shared.grades, dtype=np.int32)
    if len(grades) == 0:
        return np.full(len(grade), -1, dtype=np.int32)
    position = np.minimum(np.searchsorted(grades, grade), len(grades) - 1)
    return np.where(grades[position] == grade, position, -1).astype(np.int32)
