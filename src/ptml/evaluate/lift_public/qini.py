"""Qini: what a ranking by predicted uplift gains in a randomised experiment."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def qini(uplift: FloatArray, a: BoolArray, y: FloatArray) -> float:
    """Area between the Qini curve and the random line over that of the perfect ranking.

    The curve at the best ``k`` rows is ``Y1(k) - Y0(k) * N1(k) / N0(k)``, with sums of outcomes and
    numbers of the treated and the others; rows of equal uplift enter together, so that a constant
    has 0 exactly. The perfect ranking of a binary outcome puts treated responders first and control
    responders last.

    Parameters
    ----------
    uplift : (n,) float64
    a : (n,) bool
    y : (n,) float64
        Binary outcome.

    Notes
    -----
    Radcliffe (2007), *Using control groups to target on predicted lift*; normalised as in
    scikit-uplift.

    Examples
    --------
    >>> import numpy as np
    >>> a = np.array([True, False, True, False])
    >>> y = np.array([1.0, 0.0, 0.0, 1.0])
    >>> qini(np.array([4.0, 3.0, 2.0, 1.0]), a, y)
    1.0
    >>> qini(np.ones(4), a, y)
    0.0
    """
    last = float(curve(np.ones(len(y)), a, y)[1][-1])
    random = last * len(y) / 2
    area = float(np.trapezoid(*curve(uplift, a, y)[::-1])) - random
    perfect = float(np.trapezoid(*curve(np.where(a, y, -y), a, y)[::-1])) - random
    return area / perfect if perfect > 0 else 0.0


def curve(uplift: FloatArray, a: BoolArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Numbers of rows and gains at each distinct uplift, best first, from (0, 0)."""
    order = np.argsort(-uplift, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(uplift[order])), len(y) - 1)
    treated = np.cumsum(a[order])[ends].astype(np.float64)
    others = ends + 1 - treated
    gained = np.cumsum(np.where(a, y, 0)[order])[ends]
    lost = np.cumsum(np.where(a, 0, y)[order])[ends]
    ratio = np.divide(treated, others, out=np.zeros_like(treated), where=others > 0)
    return np.append(0.0, ends + 1.0), np.append(0.0, gained - lost * ratio)
