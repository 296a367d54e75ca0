"""Candidates for an effect and their blend: weights that are not negative, by held-out loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from ptml.lift.learners.signals import Signals

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

# 1 / 0.3**2: a weight is expected within .3 or so of what the outcomes alone would give it. Chosen
# on own simulations and on splits of IHDP that are not reported; 3 to 100 differ little.
PRIOR_PRECISION = 10.0


@dataclass(frozen=True)
class Candidate:
    """One way to say how far each person's effect lies from the average.

    Attributes
    ----------
    name : str
    held_out : (n,) float64
        Out-of-fold deviations of the rows learnt from.
    deviations : callable
        Deviations (n_folds, m) of new features (m, p) by each fold's model.
    expected_weight : float
        Weight in the blend before the held-out loss has its say.
    """

    name: str
    held_out: FloatArray
    deviations: Callable[[Float32Array], FloatArray]
    expected_weight: float = 0.0


@dataclass(frozen=True)
class Stack:
    """Weights (n_candidates,) of all rows, and out-of-fold blend (n,) with each fold's own."""

    weights: FloatArray
    held_out: FloatArray


def stack(signals: Signals, candidates: Sequence[Candidate], fold: IntArray) -> Stack:
    """Blend candidates on held-out signals; what no weight takes goes to the constant.

    Non-negative least squares of the centred target on the out-of-fold deviations, with a prior
    around the expected weights, which counts on small data. The blend that judges a fold takes its
    weights from the other folds, so that choosing is paid for.

    Notes
    -----
    Breiman (1996), *Stacked regressions*; Nie & Wager (2021), section 4, for the R-loss.
    """
    if not candidates:
        return Stack(np.zeros(0), np.zeros(len(signals)))
    columns = np.stack([c.held_out for c in candidates], axis=1)
    expected = np.array([c.expected_weight for c in candidates])
    held_out = np.zeros(len(signals))
    for k in range(int(fold.max()) + 1):
        others = fold != k
        weights = blend_weights(signals.rows(others), columns[others], expected)
        held_out[~others] = columns[~others] @ weights
    return Stack(blend_weights(signals, columns, expected), held_out)


def blend_weights(
    signals: Signals,
    columns: FloatArray,
    expected: FloatArray,
    precision: float = PRIOR_PRECISION,
) -> FloatArray:
    """Non-negative weights (q,) of columns (n, q); an intercept is profiled out.

    ``sum(w (t - columns b)**2) / noise + precision * sum((b - expected)**2)``, ``b >= 0``, where
    ``noise`` is the mean loss of the expected weights.

    Examples
    --------
    >>> import numpy as np
    >>> column = np.array([-1.0, 0.0, 1.0])
    >>> signals = Signals(5 + 0.5 * column, np.ones(3))
    >>> columns = np.stack([column, -column], axis=1)
    >>> blend_weights(signals, columns, np.zeros(2), precision=0.0).round(3).tolist()
    [0.5, 0.0]
    >>> blend_weights(signals, columns, np.array([1.0, 0.0]), precision=1e6).round(3).tolist()
    [1.0, 0.0]
    """
    weight, total = signals.weight, float(signals.weight.sum())
    centred = columns - weight @ columns / total
    target = signals.target - float(weight @ signals.target) / total
    noise = max(float(weight @ (target - centred @ expected) ** 2) / len(target), 1e-12)
    gram = (centred * weight[:, None]).T @ centred / noise
    moment = centred.T @ (weight * target) / noise + precision * expected
    # A whisper of ridge keeps near twins from fighting over the weight.
    diagonal = np.diag_indices_from(gram)
    gram[diagonal] = gram[diagonal] * 1.001 + precision + 1e-9
    factor = np.linalg.cholesky(gram).T
    found, _ = scipy.optimize.nnls(factor, np.linalg.solve(factor.T, moment))
    return np.asarray(found, dtype=np.float64)
