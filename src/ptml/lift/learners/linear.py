"""The final stage by ridge regression: effects that vary linearly with standardised features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.learners.signals import Signals, orthogonal_loss

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# Ridge as a share of the effective rows, from hardly any to hardly anything left.
RIDGES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class LinearFit:
    """Fold models of a linear deviation from the average.

    Attributes
    ----------
    coefficients : (n_folds, q) float64
    centres : (n_folds,) float64
        Weighted mean prediction over the rows that a fold's model learnt from.
    deviation : (n,) float64
        Out-of-fold deviations.
    """

    coefficients: FloatArray
    centres: FloatArray
    deviation: FloatArray

    def deviations(self, z: FloatArray) -> FloatArray:
        """Deviation (n_folds, n) by each fold's model of features (n, q)."""
        return self.coefficients @ z.T - self.centres[:, None]


def fit_linear(signals: Signals, z: FloatArray, fold: IntArray) -> LinearFit:
    """Ridge of the target on standardised features (n, q), its strength chosen held out.

    As in `fit_boosted`, the strength for a fold is chosen on the other folds' held-out loss.
    """
    n_folds = int(fold.max()) + 1
    paths = np.empty((len(RIDGES), len(z)))
    coefficients = np.empty((len(RIDGES), n_folds, z.shape[1]))
    centres = np.empty((len(RIDGES), n_folds))
    for k in range(n_folds):
        kept, held = fold != k, fold == k
        found, centre = _ridge_path(signals.rows(kept), z[kept])
        paths[:, held] = found @ z[held].T - centre[:, None]
        coefficients[:, k], centres[:, k] = found, centre
    level = float(np.average(signals.target, weights=signals.weight))
    centred = Signals(signals.target - level, signals.weight)
    deviation = np.empty(len(z))
    for k in range(n_folds):
        others = fold != k
        losses = [orthogonal_loss(centred.rows(others), path[others]) for path in paths]
        deviation[~others] = paths[int(np.argmin(losses)), ~others]
    best = int(np.argmin([orthogonal_loss(centred, path) for path in paths]))
    return LinearFit(coefficients[best], centres[best], deviation)


def _ridge_path(signals: Signals, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients (n_ridges, q) and weighted mean predictions (n_ridges,)."""
    weight = signals.weight / signals.weight.sum()
    mean = weight @ z
    centred, target = z - mean, signals.target - weight @ signals.target
    gram = (centred * weight[:, None]).T @ centred
    values, vectors = np.linalg.eigh(gram)
    moment = vectors.T @ (centred.T @ (weight * target))
    found = np.stack([vectors @ (moment / (np.maximum(values, 0) + r)) for r in RIDGES])
    return found, found @ mean
