"""Checks that come with every lift model: figures, bounds and verdicts, and curves to draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.lift.basis import EffectBasis, Effects
from ptml.lift.estimation import fit_final_stage

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

N_BINS = 10
Z_95 = 1.959963984540054
# Training effects in the literature reach d = .6 at most (Arthur et al. 2003).
PLACEBO_BOUND_POINTS = 0.5


@dataclass(frozen=True)
class Slope:
    """A coefficient with its cluster-robust standard error."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z_95 * self.error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z_95 * self.error


def regress(design: FloatArray, y: FloatArray, cluster: IntArray) -> tuple[FloatArray, FloatArray]:
    """Least squares of ``y`` (n,) on ``design`` (n, k) with cluster-robust errors (k,), (k,)."""
    gram = design.T @ design
    inverse = np.linalg.pinv(gram)
    coefficient = inverse @ (design.T @ y)
    scores = design * (y - design @ coefficient)[:, None]
    order = np.argsort(cluster, kind="stable")
    firsts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    summed = np.add.reduceat(scores[order], firsts, axis=0)
    variance = inverse @ (summed.T @ summed) @ inverse
    return coefficient, np.sqrt(np.maximum(np.diag(variance), 0))


def slope_of(x: FloatArray, y: FloatArray, cluster: IntArray) -> Slope:
    """Slope of ``y`` on one regressor ``x``, both (n,)."""
    coefficient, error = regress(x[:, None], y, cluster)
    return Slope(float(coefficient[0]), float(error[0]))


def held_out_effects(
    basis: EffectBasis,
    plain: FloatArray,
    y: FloatArray,
    description: FloatArray,
    employee: IntArray,
    fold: IntArray,
) -> list[Effects]:
    """Effects learnt without each fold of employees, in the order of the folds."""
    effects = []
    for k in range(int(fold.max()) + 1):
        kept = fold != k
        stage = fit_final_stage(basis, plain[kept], y[kept], description, employee[kept])
        effects.append(stage.effects)
    return effects


def held_out_dose(plain: FloatArray, fold: IntArray, effects: list[Effects]) -> FloatArray:
    """What each row (n,) should have gained by effects that were learnt without it, points."""
    dose = np.zeros(len(plain))
    for k, effect in enumerate(effects):
        rows = fold == k
        dose[rows] = plain[rows] @ effect.mean
    return dose


def calibration_evidence(
    bin_dose: FloatArray, predicted: FloatArray, y: FloatArray, employee: IntArray
) -> Evidence:
    """Observed lift in each bin of predicted lift.

    Parameters
    ----------
    bin_dose : (n, n_bins) float64
        Residual dose of each row in courses whose held-out predicted lift falls in the bin.
    predicted : (n_bins,) float64
        Mean predicted lift of those who started.
    """
    used = np.flatnonzero(np.abs(bin_dose).sum(axis=0) > 0)
    observed, error = regress(bin_dose[:, used], y, employee)
    return Evidence(
        "lift",
        "curve",
        "calibration",
        payload={
            "predicted": [round(float(v), 4) for v in predicted[used]],
            "observed": [round(float(v), 4) for v in observed],
            "low": [round(float(v), 4) for v in observed - Z_95 * error],
            "high": [round(float(v), 4) for v in observed + Z_95 * error],
        },
    )


def gain_evidence(observed: FloatArray, share: FloatArray) -> Evidence:
    """Cumulative gain per start when starts go first where the predicted lift is highest.

    Parameters
    ----------
    observed : (n_bins,) float64
        Observed lift of the bins, best first.
    share : (n_bins,) float64
        Share of the starts in each bin, best first.
    """
    x = np.concatenate([[0.0], np.cumsum(share)])
    model = np.concatenate([[0.0], np.cumsum(observed * share)])
    return Evidence(
        "lift",
        "curve",
        "gain",
        payload={
            "share": [round(float(v), 4) for v in x],
            "model": [round(float(v), 4) for v in model],
            "random": [round(float(v), 4) for v in x * model[-1]],
        },
    )


def placebo_evidence(slope: Slope) -> Evidence:
    """A lift must not show in quarters before the decision.

    ``slope`` is that of the change *before* the decision on the predicted dose; equivalence: its
    interval must lie within the bound.
    """
    inside = abs(slope.value) - Z_95 * slope.error <= PLACEBO_BOUND_POINTS
    return Evidence(
        "lift",
        "check",
        "placebo_two_quarters_before",
        value=slope.value,
        low=slope.low,
        high=slope.high,
        bound=PLACEBO_BOUND_POINTS,
        verdict="pass" if inside else "fail",
        payload={
            "note": "Change of the score before the decision, per start of a course; "
            "a lift cannot show there, so it should be near 0."
        },
    )
