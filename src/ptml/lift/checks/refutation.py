"""Attempts to refute: before the decision, with takers drawn by lot, by another design."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.lift.checks.rows import check, rounded
from ptml.lift.estimation import Compared
from ptml.lift.judging import PLACEBO_BOUND_POINTS
from ptml.lift.placebo import Placebo
from ptml.lift.pooled import Figure, pooled_effect
from ptml.lift.second import Disagreement

FloatArray = NDArray[np.float64]

N_PERMUTATIONS = 40
# Beyond the errors, designs may differ by so much before a human should look.
AGREEMENT_BOUND_POINTS = 0.5


def placebo_check(found: Placebo) -> Evidence:
    """Equivalence: the whole 90 % interval of the lift before the decision within the bound."""
    figure, bound = found.pooled, PLACEBO_BOUND_POINTS
    passed = True if figure.within(bound) else False if figure.beyond(bound) else None
    return check(
        "placebo_two_quarters_before",
        figure.value,
        bound,
        passed,
        "Change of the score before the decision, takers less comparable people; a lift cannot "
        "show there, so it should be near 0.",
        must_pass=True,
        figure=figure,
        drawn={"by_course": rounded(found.by_course), "errors": rounded(found.error)},
    )


def permuted_check(compared: Compared, seed: int) -> Evidence:
    """The same estimate with takers drawn by lot, by their odds, among those who did not start."""
    evidence, residual = compared.evidence, compared.left
    against = evidence.contrast
    rng = np.random.default_rng(seed)
    real = pooled_effect(evidence, against, compared.y)
    controls = np.flatnonzero(~against.is_taker)
    odds = -against.weight[controls]
    n_takers = int(against.is_taker.sum())
    mean = float((odds * residual[controls]).sum() / odds.sum())
    drawn = np.array(
        [
            residual[rng.choice(controls, n_takers, p=odds / odds.sum())].mean() - mean
            for _ in range(N_PERMUTATIONS)
        ]
    )
    figure = Figure(float(drawn.mean()), float(drawn.std(ddof=1) / np.sqrt(N_PERMUTATIONS)))
    bound = max(0.1, 3 * figure.error)
    return check(
        "permuted_treatment",
        figure.value,
        bound,
        abs(figure.value) <= bound,
        f"Mean lift when takers are drawn by lot, {N_PERMUTATIONS} times (the real one is "
        f"{real.value:.2f}); it must be 0.",
        must_pass=True,
        figure=figure,
        drawn={"draws": rounded(drawn), "real": round(real.value, 4)},
    )


def agreement_check(found: Disagreement) -> Evidence:
    """Whether the design with many lags says the same; intervals cover both where it does not."""
    figure = found.difference
    return check(
        "designs_agree",
        figure.value,
        AGREEMENT_BOUND_POINTS,
        True
        if figure.within(AGREEMENT_BOUND_POINTS)
        else False
        if figure.beyond(AGREEMENT_BOUND_POINTS)
        else None,
        f"Mean lift by five scores before the decision ({found.second.value:.2f}) less that by "
        f"differences ({found.first.value:.2f}), points; where they differ beyond their errors, "
        "intervals cover both.",
        figure=figure,
        drawn={"first": rounded(found.of_first), "second": rounded(found.of_second)},
    )
