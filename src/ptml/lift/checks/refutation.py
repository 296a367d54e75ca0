"""Attempts to refute: before the decision, with takers drawn by lot, by another design."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.lift.checks.rows import check, rounded
from ptml.lift.estimation import Compared
from ptml.lift.judging import PLACEBO_BOUND_POINTS
from ptml.lift.moments import Contrast
from ptml.lift.placebo import Placebo
from ptml.lift.pooled import Figure, pooled_effect
from ptml.lift.second import Disagreement

FloatArray = NDArray[np.float64]

PLACEBO = "placebo_two_quarters_before"
N_PERMUTATIONS = 20
# Share of 95 % intervals that may miss 0; one in twenty should.
LARGEST_MISSED = 0.25
# Beyond the errors, designs may differ by so much before a human should look.
AGREEMENT_BOUND_POINTS = 0.5


def placebo_check(found: Placebo | None) -> Evidence:
    """Equivalence: the whole 90 % interval of the lift before the decision within the bound."""
    bound = PLACEBO_BOUND_POINTS
    if found is None:
        note = "Scores do not reach far enough back to look at a change before the base."
        return check(PLACEBO, None, bound, None, note, must_pass=True)
    figure = found.pooled
    passed = True if figure.within(bound) else False if figure.beyond(bound) else None
    return check(
        PLACEBO,
        figure.value,
        bound,
        passed,
        "Change of the score from the quarters before the base to the base, takers less comparable "
        "people; a lift cannot show there, so it should be near 0.",
        must_pass=True,
        figure=figure,
        drawn={"by_course": rounded(found.by_course), "errors": rounded(found.error)},
    )


def permuted_check(compared: Compared, seed: int) -> Evidence:
    """The same estimate with takers drawn by lot among those of their quarter who did not start.

    It must be 0, and its own 95 % interval must say so about as often as it claims: where errors
    are taken for too small, lots look like lifts.
    """
    evidence = compared.evidence
    against = evidence.contrast
    rng = np.random.default_rng(seed)
    real = pooled_effect(evidence, against, compared.y)
    drawn = [
        pooled_effect(evidence, _by_lot(compared, rng), compared.left)
        for _ in range(N_PERMUTATIONS)
    ]
    value = np.array([one.value for one in drawn])
    missed = float(np.mean([one.low > 0 or one.high < 0 for one in drawn]))
    figure = Figure(float(value.mean()), float(value.std(ddof=1) / np.sqrt(N_PERMUTATIONS)))
    bound = max(0.1, 3 * figure.error)
    return check(
        "permuted_treatment",
        figure.value,
        bound,
        abs(figure.value) <= bound and missed <= LARGEST_MISSED,
        f"Mean lift when takers are drawn by lot, {N_PERMUTATIONS} times (the real one is "
        f"{real.value:.2f}); it must be 0, and is told from 0 in {missed:.0%} of the draws (5 % "
        f"are to be expected, more than {LARGEST_MISSED:.0%} mean that errors are too small).",
        must_pass=True,
        figure=figure,
        drawn={"draws": rounded(value), "real": round(real.value, 4), "missed": missed},
    )


def _by_lot(compared: Compared, rng: np.random.Generator) -> Contrast:
    """As many takers as there are in each quarter and course, drawn from its controls."""
    evidence = compared.evidence
    against, sample = evidence.contrast, evidence.sample
    _, cell = np.unique(sample.cell[against.pair], return_inverse=True)
    wanted = np.bincount(cell, against.is_taker)
    lot = np.where(against.is_taker, np.inf, rng.random(len(cell)))
    order = np.lexsort((lot, cell))
    first = np.searchsorted(cell[order], np.arange(len(wanted)))
    place = np.empty(len(cell), dtype=np.int64)
    place[order] = np.arange(len(cell)) - first[cell[order]]
    n_controls = np.bincount(cell, ~against.is_taker)
    # At least half of the controls stay controls.
    n_drawn = np.minimum(wanted, n_controls // 2)
    chosen = ~against.is_taker & (place < n_drawn[cell])
    rest = ~against.is_taker & ~chosen
    n_rest = np.maximum(n_controls - n_drawn, 1)
    weight = np.where(chosen, 1.0, np.where(rest, -(n_drawn / n_rest)[cell], 0.0))
    return Contrast(against.pair, against.course, chosen, weight)


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
        f"differences ({found.first.value:.2f}), points; lifts have the level of the latter. "
        + (
            "They differ by more than their errors: intervals reach to the other one's side."
            if figure.low > 0 or figure.high < 0
            else "They do not differ by more than their errors."
        ),
        figure=figure,
        drawn={"first": rounded(found.of_first), "second": rounded(found.of_second)},
    )
