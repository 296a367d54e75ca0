"""What held-out outcomes say of the warning model, as rows of evidence."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.evaluate.classification import (
    Interval,
    Metric,
    average_precision,
    calibration_error_by_chance,
    clustered_interval,
    expected_calibration_error,
    reliability_curve,
)
from ptml.features.days import date_of
from ptml.intervals import wilson_interval
from ptml.separation import auc
from ptml.transfer.completions import STAGES
from ptml.transfer.held_out import HeldOut
from ptml.transfer.model import WarningModel

FloatArray = NDArray[np.float64]

_METRICS: dict[str, Metric] = {
    "auc": auc,
    "average_precision": average_precision,
    "ece": expected_calibration_error,
}
_REWEIGHTED = ("auc", "ece")
_RULE_METRICS = ("auc", "average_precision")
# A model that says 30 % where 35 % are weak misleads those who plan by it.
LARGEST_ECE = 0.05
COIN_TOSS_AUC = 0.5
RULE_EXAM_POINTS = 60.0


def with_held_out_evidence(model: WarningModel, seed: int) -> WarningModel:
    """Add to the model's evidence what it said of outcomes that it had not seen.

    Metrics ``auc``, ``average_precision`` and ``ece`` with 95 % intervals (employees resampled)
    and the same of the rule "exam below 60", ``auc_reweighted`` and ``ece_reweighted`` (each
    outcome counts by the inverse of the probability that it became known), the reliability curve,
    how many were flagged and how many of these were weak, and two checks (with few cases,
    calibration may be off by chance and passes); all by stage, named ``auc/day_30``.
    Nothing is added where nothing was held out.
    """
    held_out = model.held_out
    if held_out is None:
        return model
    rng = np.random.default_rng(seed)
    rows = [
        row
        for stage in range(len(STAGES))
        for row in _of_stage(_stage(held_out, stage), stage, rng)
    ]
    return replace(model, evidence=(*model.evidence, *rows))


def exam_rule(exam_points: NDArray[np.floating]) -> FloatArray:
    """The rule that looks at nothing else: 1 where the exam is below 60, 0 elsewhere, (n,)."""
    return (exam_points < RULE_EXAM_POINTS).astype(np.float64)


def _stage(held_out: HeldOut, stage: int) -> HeldOut:
    rows = held_out.stage == stage
    columns = ("employee", "stage", "p_weak", "weak", "flagged", "blocked", "exam_points")
    weight = None if held_out.weight is None else held_out.weight[rows]
    picked = {name: getattr(held_out, name)[rows] for name in columns}
    return replace(held_out, **picked, weight=weight)


def _of_stage(cases: HeldOut, stage: int, rng: np.random.Generator) -> list[Evidence]:
    name = STAGES[stage]
    found = {m: _interval(metric, cases, cases.p_weak, rng) for m, metric in _METRICS.items()}
    rule = exam_rule(cases.exam_points)
    ruled = {f"{m}_rule": _interval(_METRICS[m], cases, rule, rng) for m in _RULE_METRICS}
    every = {
        f"{m}_reweighted": _interval(_METRICS[m], cases, cases.p_weak, rng, cases.weight)
        for m in (_REWEIGHTED if cases.weight is not None else ())
    }
    payload = {
        "cases": len(cases),
        "weak": int(cases.weak.sum()),
        "completions": f"{date_of(cases.first_day)} to {date_of(cases.last_day)}",
    }
    metrics = [
        replace(_metric(f"{m}/{name}", interval), payload=payload)
        for m, interval in (found | ruled | every).items()
    ]
    largest_ece = np.fmax(LARGEST_ECE, calibration_error_by_chance(cases.p_weak, rng))
    return [
        *metrics,
        *_flags(cases, name),
        _curve(cases, name),
        _check("ranks_better_than_chance", name, found["auc"].low, COIN_TOSS_AUC, above=True),
        _check("calibrated", name, found["ece"].value, largest_ece, above=False),
    ]


def _interval(
    metric: Metric,
    cases: HeldOut,
    score: FloatArray,
    rng: np.random.Generator,
    weight: FloatArray | None = None,
) -> Interval:
    return clustered_interval(metric, cases.weak, score, cases.employee, rng, weight=weight)


def _flags(cases: HeldOut, stage: str) -> list[Evidence]:
    """Share flagged, share of flagged that was weak, and share of weak that was flagged."""
    right = int((cases.flagged & cases.weak).sum())
    counts = {
        "flag_rate": (int(cases.flagged.sum()), len(cases)),
        "precision_flagged": (right, int(cases.flagged.sum())),
        "recall_flagged": (right, int(cases.weak.sum())),
    }
    return [_share(f"{name}/{stage}", k, n) for name, (k, n) in counts.items()]


def _share(name: str, k: int, n: int) -> Evidence:
    payload = {"cases": k, "of": n}
    if n == 0:
        return Evidence("transfer", "metric", name, payload=payload)
    low, high = wilson_interval(np.array([k / n]), np.array([n]))
    interval = Interval(k / n, float(low[0]), float(high[0]))
    return replace(_metric(name, interval), payload=payload)


def _curve(cases: HeldOut, stage: str) -> Evidence:
    curve = reliability_curve(cases.weak, cases.p_weak)
    columns = ("predicted", "observed", "low", "high", "count")
    payload = {name: getattr(curve, name).round(6).tolist() for name in columns}
    return Evidence("transfer", "curve", f"reliability/{stage}", payload=payload)


def _check(name: str, stage: str, value: float, bound: float, *, above: bool) -> Evidence:
    verdict = "not_judged"
    if np.isfinite(value):
        verdict = "pass" if (value > bound if above else value <= bound) else "fail"
    shown = float(value) if np.isfinite(value) else None
    return Evidence(
        "transfer", "check", f"{name}/{stage}", shown, None, None, float(bound), verdict
    )


def _metric(name: str, interval: Interval) -> Evidence:
    ends = (interval.value, interval.low, interval.high)
    value, low, high = (float(end) if np.isfinite(end) else None for end in ends)
    return Evidence("transfer", "metric", name, value, low, high)
