"""Whether a figure of one course fell by more than the figures of courses fall anyway."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]

# Below so many courses nothing is usual, and changes are taken as they are.
FEWEST_COURSES = 8
# Standard deviation of a normal distribution over its median absolute deviation.
_NORMAL = 1.4826022185056018


def p_fell(change: FloatArray, error: FloatArray) -> FloatArray:
    """One-sided p of each change against the usual one of courses, (n,); NaN = not known.

    Figures of courses move for reasons that are no matter of the course: a year in which all are
    used less, classes and teams that come together. So a change is held against the middle one
    of all courses (where that is a fall), and against how far changes scatter beyond their errors:

        p = P(N(middle, error^2 + s^2) <= change),   s^2 = spread of changes^2 - middle error^2

    with the median and the median absolute deviation, so that courses that do fall count little.

    Parameters
    ----------
    change, error : (n,) float64
        Later less earlier, and its standard error by sampling alone.
    """
    known = np.isfinite(change) & (error > 0)
    p = np.full(len(change), np.nan)
    if not known.any():
        return p
    middle, scatter = 0.0, 0.0
    if known.sum() >= FEWEST_COURSES:
        middle = float(np.median(change[known]))
        spread = _NORMAL * float(np.median(np.abs(change[known] - middle)))
        scatter = max(spread**2 - float(np.median(error[known] ** 2)), 0.0)
    wide = np.sqrt(error[known] ** 2 + scatter)
    # Where figures rise on the whole, a course that merely stays has not fallen.
    p[known] = ndtr((change[known] - min(middle, 0.0)) / wide)
    return p
