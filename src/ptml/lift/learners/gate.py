"""The gate of a cross-sectional study: named checks, and no estimate where one of them fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ptml.config import FrozenConfig
from ptml.contracts.evidence import Evidence
from ptml.intervals import Z_90
from ptml.lift.learners.averages import balanced_weights, effect_on_treated
from ptml.lift.learners.cross_section import Nuisances, fit_nuisances
from ptml.lift.learners.encoding import fit_encoding
from ptml.lift.learners.outcomes import OutcomeConfig
from ptml.lift.learners.signals import Constant

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]


class GateConfig(FrozenConfig):
    """Bounds of the checks; set before any estimate is seen."""

    propensity_bounds: tuple[float, float] = (0.05, 0.95)
    """Between these a person might as well have been in the other arm."""
    min_overlap_share: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Least share of the treated whose propensity lies within the bounds."""
    min_effective_share: Annotated[float, Field(gt=0)] = 0.5
    """Least effective number of weighted controls, as a share of the number of treated."""
    max_smd: Annotated[float, Field(gt=0)] = 0.1
    """Largest standardised mean difference after weighting (Austin 2009)."""
    placebo_bound_sd: Annotated[float, Field(gt=0)] = 0.25
    """Largest effect on the placebo outcome, in its standard deviations among the treated (Rubin
    2001 for the quarter of a standard deviation)."""
    trims: tuple[float, ...] = (0.05, 0.1)
    """Propensities below or above one minus these are left out to see whether the effect moves."""
    max_trim_errors: Annotated[float, Field(gt=0)] = 1.0
    """Largest move under trimming, in standard errors of the effect."""
    must_pass: tuple[str, ...] = ("overlap", "effective_sample", "balance", "placebo_outcome")
    """Checks without which the estimate is refused."""
    n_folds: Annotated[int, Field(ge=2, le=20)] = 5
    """Folds of rows."""
    outcome: OutcomeConfig = OutcomeConfig()
    """Outcome models and propensity."""


@dataclass(frozen=True)
class StudyResult:
    """The effect on the treated and the checks that it comes with.

    Attributes
    ----------
    on_treated : Constant or None
        None where a must-pass check fails: no number is better than a wrong one.
    checks : tuple of Evidence
    refused_by : tuple of str
        Names of the must-pass checks that failed.
    """

    on_treated: Constant | None
    checks: tuple[Evidence, ...]
    refused_by: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """No must-pass check fails."""
        return not self.refused_by


def judge_study(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    rng: np.random.Generator,
    placebo: FloatArray | None = None,
    config: GateConfig | None = None,
    categorical: Sequence[int] = (),
) -> StudyResult:
    """Estimate the effect on the treated, or refuse.

    Parameters
    ----------
    x : (n, p) float32
        Covariates known before the treatment, without the placebo outcome.
    a : (n,) bool
    y : (n,) float64
    placebo : (n,) float64, optional
        The outcome as it was before the treatment. It is a covariate of the estimate and left out
        of the models that explain it itself. Without it the placebo check is `not_judged`, which
        does not pass where it is a must.
    categorical : sequence of int
        Columns of ``x`` with category codes.

    Notes
    -----
    Imbens & Xu (2024), *LaLonde (1986) after nearly four decades*: overlap can be had by trimming;
    what gives observational studies away is the placebo outcome. Equivalence after Hartman &
    Hidalgo (2018).
    """
    config = config or GateConfig()
    y = np.asarray(y, dtype=np.float64)
    known = x if placebo is None else np.column_stack([x, placebo.astype(np.float32)])
    n = fit_nuisances(known, a, y, rng, config.n_folds, config.outcome, categorical)
    z = fit_encoding(known, categorical)(known)
    weight = balanced_weights(z, a, n.e)
    checks = (
        overlap_evidence(a, n.e, config),
        effective_evidence(a, weight, config),
        balance_evidence(z, a, weight, config),
        trimming_evidence(y, a, n, weight, config),
        _placebo(x, a, placebo, rng, config, categorical),
    )
    refused_by = tuple(c.name for c in checks if c.name in config.must_pass and c.verdict != "pass")
    estimate = None if refused_by else effect_on_treated(y, a, n.mu0, weight)
    return StudyResult(estimate, checks, refused_by)


def overlap_evidence(a: BoolArray, e: FloatArray, config: GateConfig) -> Evidence:
    """Share of the treated whose propensity lies within the bounds."""
    low, high = config.propensity_bounds
    share = float(np.mean((e[a] >= low) & (e[a] <= high)))
    return _check(
        "overlap",
        share,
        config.min_overlap_share,
        share >= config.min_overlap_share,
        f"Share of the treated with a propensity from {low:g} to {high:g}.",
    )


def effective_evidence(a: BoolArray, weight: FloatArray, config: GateConfig) -> Evidence:
    """Kish's effective number of weighted controls ``(sum w)**2 / sum w**2`` per treated."""
    value = float(weight.sum() ** 2 / np.sum(weight**2)) / float(a.sum())
    return _check(
        "effective_sample",
        value,
        config.min_effective_share,
        value >= config.min_effective_share,
        "Effective number of controls after weighting, per treated.",
    )


def balance_evidence(
    z: FloatArray, a: BoolArray, weight: FloatArray, config: GateConfig
) -> Evidence:
    """Largest difference of means (in SD of the treated) of features (n, q) after weighting."""
    spread = z[a].std(axis=0)
    varies = spread > 0
    gap = z[a].mean(axis=0) - weight @ z / weight.sum()
    smd = float(np.max(np.abs(gap[varies] / spread[varies]), initial=0.0))
    return _check(
        "balance",
        smd,
        config.max_smd,
        smd < config.max_smd,
        "Largest standardised difference of covariate means after weighting.",
    )


def trimming_evidence(
    y: FloatArray, a: BoolArray, n: Nuisances, weight: FloatArray, config: GateConfig
) -> Evidence:
    """Largest move of the effect on the treated when extreme propensities are left out."""
    whole, bound = effect_on_treated(y, a, n.mu0, weight), config.max_trim_errors
    moves = [0.0]
    for trim in config.trims:
        kept = (n.e >= trim) & (n.e <= 1 - trim)
        if min(a[kept].sum(), (~a[kept]).sum()) < 2:
            return _check("trimming", None, bound, False, f"An arm is empty at {trim:g}.")
        trimmed = effect_on_treated(y[kept], a[kept], n.mu0[kept], weight[kept])
        moves.append(trimmed.value - whole.value)
    move = float(np.max(np.abs(moves))) / whole.error
    note = "Largest move of the effect under trimming, in its standard errors."
    return _check("trimming", move, bound, move <= bound, note)


def _placebo(
    x: Float32Array,
    a: BoolArray,
    placebo: FloatArray | None,
    rng: np.random.Generator,
    config: GateConfig,
    categorical: Sequence[int],
) -> Evidence:
    note = (
        "Effect on the outcome before the treatment, in its standard deviations; a 90 % interval "
        "within the bound shows that there is none (two one-sided tests at 5 %)."
    )
    if placebo is None:
        return Evidence("lift", "check", "placebo_outcome", verdict="not_judged")
    before = np.asarray(placebo, dtype=np.float64)
    n = fit_nuisances(x, a, before, rng, config.n_folds, config.outcome, categorical)
    weight = balanced_weights(fit_encoding(x, categorical)(x), a, n.e)
    found = effect_on_treated(before, a, n.mu0, weight)
    sd = float(before[a].std()) or 1.0
    low, high = (end / sd for end in found.interval(Z_90))
    bound = config.placebo_bound_sd
    return Evidence(
        "lift",
        "check",
        "placebo_outcome",
        found.value / sd,
        low,
        high,
        bound,
        "pass" if -bound < low and high < bound else "fail",
        {"note": note, "interval": 0.9},
    )


def _check(name: str, value: float | None, bound: float, passes: bool, note: str) -> Evidence:
    verdict = "pass" if passes else "fail"
    return Evidence(
        "lift", "check", name, value, bound=bound, verdict=verdict, payload={"note": note}
    )
