"""Whether takers and controls can be compared: overlap, and balance after weighting."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.lift.checks.rows import check, rounded
from ptml.lift.moments import Contrast, summed_squares
from ptml.lift.study import Study
from ptml.lift.tilt import Propensity

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

LEAST_LIKELY, LARGEST, LEAST_SHARE = 50.0, 0.9, 0.95
LARGEST_SMD = 0.1
# The largest of a hundred differences is rarely further from its own than so many errors.
CHANCE = 3.0
N_SHOWN = 15


def overlap(propensity: Propensity, against: Contrast, employee: IntArray) -> Evidence:
    """Share of starts with a propensity that leaves room for doubt on both sides."""
    value = propensity.propensity[against.pair]
    taker = against.is_taker
    unlikely = propensity.tilt[against.pair[taker]] < -np.log(LEAST_LIKELY)
    share = float(np.mean(~unlikely & (value[taker] < LARGEST)))
    stand_for = -against.weight[~taker]
    # A person stands in for several courses and quarters: people count, not pairs.
    effective = _effective(stand_for, employee[~taker])
    edges = np.linspace(-5, 0, 26)
    log10 = np.log10(np.clip(value, 1e-5, 1))
    drawn = {
        "edges": rounded(edges),
        "takers": rounded(np.histogram(log10[taker], edges)[0] / max(taker.sum(), 1)),
        "controls": rounded(
            np.histogram(log10[~taker], edges, weights=stand_for)[0] / max(stand_for.sum(), 1e-12)
        ),
        "effective_controls": round(effective, 1),
    }
    return check(
        "overlap",
        share,
        LEAST_SHARE,
        share >= LEAST_SHARE,
        "Share of courses started by people who might as well not have started them (odds at least "
        f"1/{LEAST_LIKELY:g} of the average person's, propensity below {LARGEST:g}); the weighted "
        f"controls are worth {effective:,.0f} people of equal weight.",
        must_pass=True,
        drawn=drawn,
    )


def balance(study: Study, against: Contrast) -> Evidence:
    """Largest standardised difference of any covariate between takers and weighted controls."""
    names = study.covariate_columns
    taker = against.is_taker
    plain = study.sample.weight[against.pair]
    before, after = [], []
    for k in names.values():
        column = study.covariate(k).astype(np.float64)
        before.append(_difference(column, taker, plain))
        after.append(_difference(column, taker, np.abs(against.weight)))
    worst = np.argsort(-np.abs(after), kind="stable")[:N_SHOWN]
    value = float(np.max(np.abs(after), initial=0.0))
    effective = _effective(-against.weight[~taker], np.flatnonzero(~taker))
    chance = CHANCE * float(np.sqrt(1 / max(taker.sum(), 1) + 1 / max(effective, 1.0)))
    passed = True if value < LARGEST_SMD else None if value < LARGEST_SMD + chance else False
    return check(
        "balance",
        value,
        LARGEST_SMD,
        passed,
        "Largest difference of a covariate between takers and weighted controls, in standard "
        f"deviations; before weighting {np.max(np.abs(before), initial=0.0):.2f}.",
        drawn={
            "covariates": [list(names)[k] for k in worst],
            "before": rounded(np.array(before)[worst]),
            "after": rounded(np.array(after)[worst]),
        },
    )


def _effective(weight: FloatArray, owner: NDArray[np.integer]) -> float:
    """Owners of equal weight that weights (m,) are worth (Kish)."""
    return float(weight.sum() ** 2 / max(summed_squares(weight, owner), 1e-12))


def _difference(value: FloatArray, taker: NDArray[np.bool_], weight: FloatArray) -> float:
    """Standardised mean difference over pairs whose value is known; 0 where it is of nobody."""
    known = np.isfinite(value)
    one, two = known & taker, known & ~taker
    if not one.any() or weight[two].sum() <= 0:
        return 0.0
    spread = float(np.sqrt((value[one].var() + value[two].var()) / 2))
    if spread <= 0:
        return 0.0
    mean = float(np.average(value[one], weights=weight[one]))
    return (mean - float(np.average(value[two], weights=weight[two]))) / spread
