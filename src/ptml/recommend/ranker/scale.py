"""From margins, which only order, to preference, which says how likely."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

FloatArray = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ROUNDS = 100
_LONGEST_STEP = 0.5
_CLOSE = 1e-10
_PRIOR_PRECISION = 1 / 9
# Closer to the base than this the slope there is used for the mean slope.
_NEAR = 1e-6


@dataclass(frozen=True)
class Scale:
    """``preference = 1 / (1 + exp(-slope (margin - centre)))``.

    Attributes
    ----------
    slope : float
        Log-odds of being chosen a unit of margin; positive, so that the order is kept.
    centre : float
        Margin of a course whose odds are those of a candidate like any other: preference .5.
    """

    slope: float
    centre: float

    def preference(self, margin: FloatArray) -> FloatArray:
        """Preference of margins, (m,)."""
        return np.asarray(expit(self.slope * (margin - self.centre)), np.float64)

    def mean_slope(self, base: FloatArray, margin: FloatArray) -> FloatArray:
        """``(f(margin) - f(base)) / (margin - base)``, (m,): the share of each unit of margin.

        Notes
        -----
        Aumann and Shapley's rule for a function of one sum: parts of the margin times this add up
        to the difference of preferences.
        """
        start = self.preference(base)
        apart = margin - base
        near = np.abs(apart) < _NEAR
        steep = self.slope * start * (1 - start)
        return np.where(near, steep, (self.preference(margin) - start) / np.where(near, 1.0, apart))


def fit_scale(margin: FloatArray, chosen: Bools) -> Scale | None:
    """Fit the odds of being chosen on margins of a decision day that was not learnt from.

    Returns
    -------
    Scale or None
        None where a higher margin does not mean more choices.

    Notes
    -----
    Platt 1999, with his targets ``(n + 1) / (n + 2)`` and ``1 / (n + 2)`` so that margins that
    separate perfectly have a slope too: ``logit p = slope margin + shift`` by Newton's method on
    standardised margins, a normal prior of spread 3 on the slope. Preference is the odds over
    those of a candidate like any other, ``r / (1 + r)``, as in the first stage.
    """
    share = chosen.mean() if len(chosen) else 0.0
    if not 0 < share < 1:
        return None
    middle, spread = margin.mean(), margin.std()
    if spread == 0:
        return None
    z = (margin - middle) / spread
    design = np.stack([z, np.ones(len(z))], axis=1)
    n_chosen = chosen.sum()
    target = np.where(chosen, (n_chosen + 1) / (n_chosen + 2), 1 / (len(z) - n_chosen + 2))
    prior = np.array([_PRIOR_PRECISION, 0.0])
    weights = np.array([0.0, logit(share)])
    for _ in range(_ROUNDS):
        p = expit(design @ weights)
        gradient = design.T @ (target - p) - prior * weights
        hessian = (design * (p * (1 - p))[:, None]).T @ design + np.diag(prior)
        step = np.linalg.solve(hessian, gradient)
        # Bounded, or the first steps overshoot where margins nearly separate.
        step *= min(1.0, _LONGEST_STEP / float(np.abs(step).max(initial=_LONGEST_STEP)))
        weights = weights + step
        if np.abs(step).max() < _CLOSE:
            break
    if weights[0] <= 0:
        return None
    slope = float(weights[0] / spread)
    centre = float(middle + (logit(share) - weights[1]) / slope)
    return Scale(slope, centre)
