"""How well a score tells two outcomes apart: the area under the curve, which rooms share."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def auc(label: BoolArray, score: FloatArray, weight: FloatArray | None = None) -> float:
    """Area under the ROC curve.

    ``P(score of a positive > score of a negative) + P(equal) / 2`` over all pairs, the
    Mann-Whitney statistic; NaN unless both classes are there.

    Parameters
    ----------
    label : (n,) bool
    score : (n,) float64
        Higher = more likely positive.
    weight : (n,) float64, optional
        Non-negative weight of each case.

    Examples
    --------
    >>> auc(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.4, 0.9]))
    0.875
    """
    positive, negative = tied_totals(label, score, weight)
    pairs = positive.sum() * negative.sum()
    if pairs <= 0:
        return float("nan")
    below = np.cumsum(negative[::-1])[::-1] - negative
    return float((positive * (below + negative / 2)).sum() / pairs)


def tied_totals(
    label: BoolArray, score: FloatArray, weight: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Weight of positives and of negatives at each distinct score, from the highest down."""
    if len(label) == 0:
        return np.zeros(0), np.zeros(0)
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    weights = np.ones(len(label)) if weight is None else weight[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    of_positive = np.where(label[order], weights, 0.0)
    positive = np.add.reduceat(of_positive, starts)
    return positive, np.add.reduceat(weights - of_positive, starts)
