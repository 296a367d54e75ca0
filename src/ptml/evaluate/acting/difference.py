"""Difference of means between two drawn arms, adjusted for what was known before the draw."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """A difference with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Difference:
    """Flagged less held out, of k outcomes at once.

    Attributes
    ----------
    values : (k,) float64
    covariance : (k, k) float64
    freedom : float
        Degrees of freedom (Welch) of the intervals.
    """

    values: Doubles
    covariance: Doubles
    freedom: float

    @property
    def quantile(self) -> float:
        """The 97.5 % point that makes intervals of 95 %."""
        return float(student.ppf(0.975, self.freedom))

    def effect(self, k: int = 0) -> Effect:
        """Outcome k with its 95 % interval."""
        half = self.quantile * math.sqrt(self.covariance[k, k])
        value = float(self.values[k])
        return Effect(value, value - half, value + half)

    def p_value(self, k: int = 0) -> float:
        """Two-sided p-value of no difference; 1 where nothing varies."""
        spread = math.sqrt(self.covariance[k, k])
        if spread == 0:
            return 1.0
        return float(2 * student.sf(abs(self.values[k]) / spread, self.freedom))


def adjusted_difference(
    outcomes: Doubles,
    flagged: Bools,
    propensity: Doubles,
    person: Codes,
    covariate: Doubles | None = None,
) -> Difference:
    """Estimate the mean effect of the arm that was drawn.

    Parameters
    ----------
    outcomes : (n, k) float64
    flagged : (n,) bool
    propensity : (n,) float64
        Probability of the arm that was drawn.
    person : (n,) int64
        Rows of one person are taken together.
    covariate : (n,) float64, optional
        Known before the draw. Without it: the plain difference of weighted means.

    Notes
    -----
    Lin (2013): in each arm a regression on the covariate less its mean over both, weighted by
    ``1 / propensity``; the difference of the intercepts. It is never less precise than the plain
    difference in large samples, and right whether or not the regression is. The variance sums
    influences over people: residuals over ``sqrt(1 - leverage)`` (MacKinnon and White 1985), and
    ``(slope difference) (x - mean x) / n`` because the mean of all those who might be flagged is
    estimated too (Negi and Wooldridge 2021).
    """
    n = len(flagged)
    centred = np.zeros(n) if covariate is None else covariate - covariate.mean()
    design = np.column_stack([np.ones(n), centred])[:, : 1 if covariate is None else 2]
    fits = [
        _fit(outcomes, design, np.where(arm, 1 / propensity, 0.0)) for arm in (~flagged, flagged)
    ]
    (held, of_held), (flag, of_flag) = fits
    influence = of_flag - of_held
    if covariate is not None:
        influence = influence + centred[:, None] * (flag[1] - held[1]) / n
    members, code = np.unique(person, return_inverse=True)
    sums = np.stack([np.bincount(code, column, len(members)) for column in influence.T], axis=1)
    covariance = sums.T @ sums * (len(members) / max(len(members) - 1, 1))
    freedom = _welch([of_held, of_flag], [person[~flagged], person[flagged]], [~flagged, flagged])
    return Difference(flag[0] - held[0], np.asarray(covariance, dtype=np.float64), freedom)


def _fit(outcomes: Doubles, design: Doubles, weight: Doubles) -> tuple[Doubles, Doubles]:
    """Coefficients (p, k) and each row's influence on the intercepts (n, k)."""
    weighted = design * weight[:, None]
    # A covariate that does not vary leaves the intercept as it is.
    inverse = np.linalg.pinv(weighted.T @ design, hermitian=True)
    coefficients = inverse @ (weighted.T @ outcomes)
    residual = outcomes - design @ coefficients
    leverage = np.einsum("ij,jk,ik->i", weighted, inverse, design)
    scale = 1 / np.sqrt(np.maximum(1 - leverage, 1e-6))
    return coefficients, (weighted @ inverse[0])[:, None] * residual * scale[:, None]


def _welch(influences: list[Doubles], people: list[Codes], arms: list[Bools]) -> float:
    total = sum(float((one[:, 0] ** 2).sum()) for one in influences)
    below = 0.0
    for influence, person, arm in zip(influences, people, arms, strict=True):
        n_people = len(np.unique(person))
        below += float((influence[arm, 0] ** 2).sum()) ** 2 / max(n_people - 2, 1)
    return total**2 / below if below > 0 else math.inf
