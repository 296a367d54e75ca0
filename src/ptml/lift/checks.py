"""Checks that come with every lift model: figures, bounds and verdicts, and curves to draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.lift.basis import Effects
from ptml.lift.config import LiftConfig
from ptml.lift.design import FinalDesign
from ptml.lift.doses import Doses, PairSample
from ptml.lift.estimation import FinalStage, fit_final_stage
from ptml.lift.panel import Panel

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

N_BINS = 10
Z_90, Z_95 = 1.6448536269514722, 1.959963984540054
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
    doses: Doses, design: FinalDesign, description: FloatArray, employee: IntArray, fold: IntArray
) -> list[Effects]:
    """Effects learnt without each fold of employees, in the order of the folds."""
    effects = []
    for k in range(int(fold.max()) + 1):
        kept = fold != k
        stage = fit_final_stage(
            doses.basis, design.plain[kept], design.y[kept], description, employee[kept]
        )
        effects.append(stage.effects)
    return effects


def held_out_dose(plain: FloatArray, fold: IntArray, effects: list[Effects]) -> FloatArray:
    """What each row (n,) should have gained by effects that were learnt without it, points."""
    dose = np.zeros(len(plain))
    for k, effect in enumerate(effects):
        rows = fold == k
        dose[rows] = plain[rows] @ effect.mean
    return dose


def held_out_lift(sample: PairSample, fold: IntArray, effects: list[Effects]) -> FloatArray:
    """Lift (m,) of each pair of the sample by effects that were learnt without its employee."""
    lift = np.zeros(len(sample.row))
    for k, effect in enumerate(effects):
        pairs = fold[sample.row] == k
        lift[pairs], _ = effect.predict(sample.course[pairs], sample.modifiers[pairs])
    return lift


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


def course_evidence(
    courses: IdMap,
    title: NDArray[np.object_],
    sample: PairSample,
    stage: FinalStage,
    takers: IntArray,
    config: LiftConfig,
) -> Evidence:
    """Mean lift of each course over the people who could start it, with a 90 % interval."""
    rows: dict[str, list[object]] = {
        name: [] for name in ("course_id", "title", "lift", "low", "high", "takers", "status")
    }
    for c in np.unique(sample.course):
        pairs = sample.course == c
        columns = stage.effects.basis.columns(int(c))
        z = np.concatenate([[1.0], sample.modifiers[pairs].mean(axis=0, dtype=np.float64)])
        mean = float(z @ stage.effects.mean[columns])
        error = float(np.sqrt(z @ stage.effects.covariance[np.ix_(columns, columns)] @ z))
        known = takers[c] >= config.min_takers
        rows["course_id"].append(str(courses.ids[c]))
        rows["title"].append(str(title[c]))
        rows["lift"].append(round(mean, 4) if known else None)
        rows["low"].append(round(mean - Z_90 * error, 4) if known else None)
        rows["high"].append(round(mean + Z_90 * error, 4) if known else None)
        rows["takers"].append(int(takers[c]))
        rows["status"].append("ok" if known else "too_few")
    return Evidence("lift", "curve", "course_lift", payload=rows)


def overlap_evidence(doses: Doses) -> Evidence:
    """Share of starts whose propensity leaves room for doubt on both sides."""
    propensity = 1 / (1 + np.exp(-doses.takers_log_odds.astype(np.float64)))
    share = float(np.mean((propensity > 1e-4) & (propensity < 0.9)))
    return Evidence(
        "lift",
        "check",
        "overlap",
        value=share,
        bound=0.95,
        verdict="pass" if share >= 0.95 else "fail",
        payload={
            "note": "Share of courses started by people who might as well not have started them "
            "(propensity between 0.0001 and 0.9)."
        },
    )


def binned_evidence(
    sample: PairSample, lift: FloatArray, y: FloatArray, employee: IntArray
) -> tuple[Evidence, ...]:
    """Calibration and gain curves over bins of held-out predicted lift."""
    started = lift[sample.started]
    if len(started) < N_BINS * 10 or float(started.std()) == 0:
        return ()
    edges = np.quantile(started, np.linspace(0, 1, N_BINS + 1)[1:-1])
    pair_bin = np.searchsorted(edges, lift)
    n_rows = int(sample.row.max()) + 1
    cell = sample.row.astype(np.int64) * N_BINS + pair_bin
    summed: FloatArray = np.bincount(
        cell, sample.dose.astype(np.float64), minlength=n_rows * N_BINS
    ).astype(np.float64)
    dose = summed.reshape(n_rows, N_BINS)
    count = np.bincount(pair_bin[sample.started], minlength=N_BINS).astype(np.float64)
    predicted = np.bincount(pair_bin[sample.started], started, minlength=N_BINS) / np.maximum(
        count, 1
    )
    observed, _ = regress(dose, y[:n_rows], employee[:n_rows])
    return (
        calibration_evidence(dose, predicted, y[:n_rows], employee[:n_rows]),
        gain_evidence(observed[::-1], count[::-1] / count.sum()),
    )


def lift_evidence(
    courses: IdMap,
    title: NDArray[np.object_],
    panel: Panel,
    fold: IntArray,
    doses: Doses,
    design: FinalDesign,
    stage: FinalStage,
    description: FloatArray,
    config: LiftConfig,
) -> tuple[Evidence, ...]:
    """All checks, figures and curves of a fitted lift model."""
    effects = held_out_effects(doses, design, description, panel.employee, fold)
    expected = held_out_dose(design.plain, fold, effects)
    calibration = slope_of(expected, design.y, panel.employee)
    dose = design.plain[:, : doses.basis.n_courses].sum(axis=1)
    mean = slope_of(dose, design.y, panel.employee)
    known = design.placebo_known
    before = slope_of(dose[known], design.placebo[known], panel.employee[known])
    takers = np.bincount(panel.start_course, minlength=doses.basis.n_courses).astype(np.int32)
    note = "Slope of observed on predicted lift, on people that the effects were not learnt from."
    return (
        _metric("mean_lift", mean, "Mean lift of the courses that were started, points."),
        _metric("calibration_slope", calibration, note),
        Evidence("lift", "metric", "rows", value=float(len(panel))),
        Evidence("lift", "metric", "starts", value=float(len(panel.start_row))),
        *((placebo_evidence(before),) if known.sum() >= config.min_rows else ()),
        overlap_evidence(doses),
        *binned_evidence(
            doses.sample, held_out_lift(doses.sample, fold, effects), design.y, panel.employee
        ),
        course_evidence(courses, title, doses.sample, stage, takers, config),
    )


def _metric(name: str, slope: Slope, note: str) -> Evidence:
    return Evidence(
        "lift", "metric", name, slope.value, slope.low, slope.high, payload={"note": note}
    )
