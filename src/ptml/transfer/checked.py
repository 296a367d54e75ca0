"""Who gets checked: the probability that an outcome becomes known, and what it is worth.

Outcomes are missing for a reason. Where what is seen at the completion explains who is checked,
known outcomes count by the inverse of that probability (Robins, Rotnitzky & Zhao 1994); what it
does not explain is bounded (`ptml.transfer.weak_share`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.closed_cases import ClosedCases
from ptml.transfer.config import CheckedConfig
from ptml.transfer.cross_fit import CrossFit, cross_fit

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Selection:
    """A fitted model of who gets checked.

    Attributes
    ----------
    share_known : float
        Share of outcomes that became known.
    largest_weight : float
        Weights are cut here.
    """

    model: CrossFit
    share_known: float
    largest_weight: float

    def weights(self, x: Floats, employee: NDArray[np.int32]) -> Doubles:
        """Stabilised and truncated weight of known outcomes, (n,) float64.

        ``min(P(known) / P(known | x), largest_weight)`` (Cole & Hernan 2008).
        """
        p_known = self.model.probability(x, employee)
        return np.minimum(self.share_known / p_known, self.largest_weight)


@dataclass(frozen=True, eq=False)
class Checked:
    """Completions with a closed window and what the choice of who is checked looks like.

    Attributes
    ----------
    cases : ClosedCases
        n of them.
    p_known : (n,) float64
        That the outcome becomes known, from what was seen at the completion; out of fold.
    p_weak : (n,) float64
        Of weak transfer if checked, learnt from known outcomes; out of fold.
    weight : (n,) float64
        `Selection.weights` where known, 0 elsewhere.
    """

    cases: ClosedCases
    p_known: Doubles
    p_weak: Doubles
    weight: Doubles


def fit_selection(cases: ClosedCases, config: CheckedConfig, seed: int) -> Selection:
    """Learn from closed completions whose outcome becomes known."""
    model = cross_fit(cases.features.values, cases.is_known, cases.employee, config, seed)
    return Selection(model, float(cases.is_known.mean()), config.largest_weight)


def examine(cases: ClosedCases, selection: Selection, config: CheckedConfig, seed: int) -> Checked:
    """Say of every closed completion how likely its outcome was to become known, and to be weak."""
    x, known = cases.features.values, cases.is_known
    outcome = cross_fit(x[known], cases.weak[known], cases.employee[known], config, seed)
    weight = np.where(known, selection.weights(x, cases.employee), 0.0)
    return Checked(
        cases=cases,
        p_known=selection.model.probability(x, cases.employee),
        p_weak=outcome.probability(x, cases.employee),
        weight=weight,
    )
