"""Take out what a team went through together in a quarter, as far as teams differ at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class TeamShocks:
    """Partial demeaning within team and quarter (GLS of a random team shock).

    Attributes
    ----------
    team : (n,) int64
        Team-quarter of each row, ``0 .. n_teams - 1``.
    share : (n_teams,) float64
        Share of the team's mean that is subtracted: ``1 - sqrt(s2 / (s2 + n v))``.
    """

    team: IntArray
    share: FloatArray

    def remove(self, values: NDArray[np.floating]) -> FloatArray:
        """Subtract each team's share of its mean from every row of (n,) or (n, q) values."""
        matrix = np.asarray(values, dtype=np.float64).reshape(len(self.team), -1)
        size = np.bincount(self.team, minlength=len(self.share))
        order = np.argsort(self.team, kind="stable")
        starts = np.concatenate([[0], np.cumsum(size)[:-1]])
        total = np.add.reduceat(matrix[order], np.minimum(starts, len(matrix) - 1), axis=0)
        total[size == 0] = 0
        mean = total / np.maximum(size, 1)[:, None]
        matrix = matrix - (self.share[:, None] * mean)[self.team]
        return matrix.reshape(values.shape)


def team_shocks(residual: FloatArray, team: IntArray) -> TeamShocks:
    """Estimate the spread of team shocks from residuals (method of moments, Swamy-Arora).

    Parameters
    ----------
    residual : (n,) float64
        Outcome change less its prediction, points.
    team : (n,) int64
        Team-quarter of each row.
    """
    size = np.bincount(team).astype(np.float64)
    mean = np.bincount(team, residual) / np.maximum(size, 1)
    within = residual - mean[team]
    freedom = max(float(len(residual) - (size > 0).sum()), 1.0)
    noise = float(within @ within) / freedom
    grand = float(residual.mean())
    n_teams = max(float((size > 0).sum()), 1.0)
    between = float((size * (mean - grand) ** 2).sum()) - noise * (n_teams - 1)
    denominator = len(residual) - float((size**2).sum()) / max(len(residual), 1)
    spread = max(between / denominator, 0.0) if denominator > 0 else 0.0
    share = 1.0 - np.sqrt(noise / np.maximum(noise + size * spread, 1e-12))
    return TeamShocks(team, np.where(size > 1, share, 0.0))
