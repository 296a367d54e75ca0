"""Average effects by augmented inverse propensity weighting, with standard errors."""

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from ptml.lift.learners.signals import Constant, constant_effect, dr_signals

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Ridge of the tilt: a gap of this many standard deviations is left per unit of tilt.
TILT_RIDGE = 0.01


def average_effect(
    y: FloatArray, a: BoolArray, mu0: FloatArray, mu1: FloatArray, e: FloatArray, clip: float = 0.01
) -> Constant:
    """Average effect over everybody: the mean of the AIPW pseudo-outcomes.

    Parameters
    ----------
    y, a, mu0, mu1, e : (n,)
        Outcome, treatment, out-of-fold outcome and propensity.
    """
    return constant_effect(dr_signals(y, a, mu0, mu1, e, clip=clip))


def effect_on_treated(y: FloatArray, a: BoolArray, mu0: FloatArray, weight: FloatArray) -> Constant:
    """Average effect over the treated: their residuals against those of weighted controls.

    ``mean_{treated}(y - mu0) - sum(w (y - mu0)) / sum(w)``

    Parameters
    ----------
    y, a, mu0 : (n,)
        Outcome, treatment, out-of-fold outcome without the treatment.
    weight : (n,) float64
        From `control_weights` or `balanced_weights`; 0 for the treated.

    Notes
    -----
    Hirano & Imbens (2001) with cross-fitted outcomes; the standard error is that of the influence
    function.

    Examples
    --------
    >>> import numpy as np
    >>> a = np.array([True, True, False, False])
    >>> y = np.array([3.0, 5.0, 1.0, 1.0])
    >>> effect_on_treated(y, a, np.ones(4), control_weights(a, np.full(4, 0.5))).value
    3.0
    """
    residual, share = y - mu0, weight / weight.sum()
    treated, control = float(residual[a].mean()), float(share @ residual)
    variance = float(np.sum((residual[a] - treated) ** 2)) / float(a.sum()) ** 2
    variance += float(np.sum((share * (residual - control)) ** 2))
    return Constant(treated - control, float(np.sqrt(variance)))


def control_weights(a: BoolArray, e: FloatArray, clip: float = 0.01) -> FloatArray:
    """Odds ``e / (1 - e)`` (n,), which make controls look like the treated; 0 for the treated."""
    capped = np.minimum(e, 1 - clip)
    return np.where(a, 0.0, capped / (1 - capped))


def balanced_weights(z: FloatArray, a: BoolArray, e: FloatArray) -> FloatArray:
    """Odds of the controls, tilted until the means of features (n, q) are those of the treated.

    ``w = odds * exp(z . tilt)`` with the tilt of the dual of entropy balancing and a small ridge.
    A flexible propensity balances what it has learnt, cross-fitting blurs the rest.

    Notes
    -----
    Hainmueller (2012), *Entropy balancing for causal effects*; as a correction of a propensity
    Zhao & Percival (2017): consistent when either the odds or the outcomes are right.
    """
    spread = z[a].std(axis=0)
    varies = spread > 0
    gap = (z[:, varies] - z[a][:, varies].mean(axis=0)) / spread[varies]
    odds = control_weights(a, e)[~a]
    controls = gap[~a]

    def dual(tilt: FloatArray) -> tuple[float, FloatArray]:
        logs = np.log(odds) + controls @ tilt
        top = float(logs.max())
        raised = np.exp(logs - top)
        share = raised / raised.sum()
        value = top + float(np.log(raised.sum())) + 0.5 * TILT_RIDGE * float(tilt @ tilt)
        return value, share @ controls + TILT_RIDGE * tilt

    found = scipy.optimize.minimize(dual, np.zeros(controls.shape[1]), jac=True, method="L-BFGS-B")
    logs = np.log(odds) + controls @ np.asarray(found.x, dtype=np.float64)
    weight = np.zeros(len(a))
    weight[~a] = np.exp(logs - logs.max())
    return weight
