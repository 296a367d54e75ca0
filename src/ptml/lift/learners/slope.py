"""Slope shrinkage: how much of a learnt variation of the effect held-out data support."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_ONE_SIDED_90
from ptml.lift.learners.signals import Constant, Signals, cluster_sums, constant_effect

FloatArray = NDArray[np.float64]

# Below it a variation is not told from none.
Z_SUPPORTED = Z_ONE_SIDED_90


@dataclass(frozen=True)
class Support:
    """What held-out rows say of a predicted variation.

    Attributes
    ----------
    constant : Constant
        Average effect and its standard error.
    slope, error : float
        Slope of the signals on the out-of-fold deviations, with cluster-robust standard error.
    shrinkage : float
        Share of the predicted deviations to believe, in [0, 1].
    """

    constant: Constant
    slope: float
    error: float
    shrinkage: float

    @property
    def doubt(self) -> float:
        """Error of the slope and what shrinkage took from it, in quadrature."""
        return float(np.hypot(self.error, max(0.0, self.slope - self.shrinkage)))


def held_out_support(
    signals: Signals,
    deviation: FloatArray,
    cluster: NDArray[np.integer] | None = None,
    z_supported: float = Z_SUPPORTED,
) -> Support:
    """Slope of the signals on out-of-fold deviations, shrunk by its own error.

    Parameters
    ----------
    deviation : (n,) float64
        Predicted effect of each row minus the average, by a model that has not seen the row.
    cluster : (n,) int, optional
        Code of each row's cluster.
    z_supported : float
        Slopes of fewer standard errors count as none.

    Notes
    -----
    Weighted least squares of target on ``[1, deviation]``. With slope ``b`` and error ``v`` the
    shrinkage is ``b * max(0, 1 - (v / b)**2)``, clipped to [0, 1]: the positive part estimate of
    James & Stein (1961). Chernozhukov et al. (2018), *Generic machine learning inference on
    heterogeneous treatment effects*, call the slope the best linear predictor.

    Examples
    --------
    >>> import numpy as np
    >>> deviation = np.repeat([-1.0, 1.0], 50)
    >>> noise = np.tile([-0.2, 0.2], 50)
    >>> signals = Signals(2 + deviation + noise, np.ones(100))
    >>> round(held_out_support(signals, deviation).shrinkage, 2)
    1.0
    >>> held_out_support(Signals(2 - deviation, np.ones(100)), deviation).shrinkage
    0.0
    """
    constant = constant_effect(signals, cluster)
    total = float(np.sum(signals.weight))
    centred = deviation - float(np.sum(signals.weight * deviation)) / total
    gram = float(np.sum(signals.weight * centred**2))
    if gram <= 1e-12 * total:
        return Support(constant, 0.0, 0.0, 0.0)
    slope = float(np.sum(signals.weight * centred * signals.target)) / gram
    residual = signals.target - constant.value - slope * centred
    scores = cluster_sums(signals.weight * centred * residual, cluster)
    error = float(np.sqrt(np.sum(scores**2))) / gram
    return Support(constant, slope, error, _shrunk(slope, error, z_supported))


def _shrunk(slope: float, error: float, z_supported: float) -> float:
    if slope <= z_supported * error:
        return 0.0
    return float(np.clip(slope * max(0.0, 1 - (error / slope) ** 2), 0.0, 1.0))


def deal_folds(
    n_rows: int,
    cluster: NDArray[np.integer] | None,
    n_folds: int,
    rng: np.random.Generator,
) -> NDArray[np.int32]:
    """Fold (n,) of each row; a cluster is never torn.

    Examples
    --------
    >>> import numpy as np
    >>> fold = deal_folds(4, np.array([7, 7, 3, 3]), 2, np.random.default_rng(0))
    >>> bool(fold[0] == fold[1] != fold[2] == fold[3])
    True
    """
    codes = np.arange(n_rows) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    n_clusters = int(codes.max()) + 1
    dealt = rng.permutation(np.arange(n_clusters, dtype=np.int32) % n_folds)
    return dealt[codes].astype(np.int32)
