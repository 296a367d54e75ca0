"""Scores on whatever scale, as a share of it from 0 to 1."""

import math
from typing import Any

SCALE_MISSING = "score.raw has no score.max: its scale is not known"
OUTSIDE_SCALE = "the score lies outside its scale"


def share_of_scale(
    scaled: Any = None, raw: Any = None, lowest: Any = None, highest: Any = None
) -> tuple[float | None, str]:
    """Read the score of xAPI, cmi5 or SCORM 2004.

    Parameters
    ----------
    scaled : number, optional
        From -1 to 1; what lies below 0 counts as 0, since a share cannot.
    raw, lowest, highest : number, optional
        Used where there is no scaled score; a scale that names no lowest begins at 0.

    Returns
    -------
    share : float or None
        From 0 to 1; None where there is no score or it cannot be used.
    fault : str
        Why it cannot be used; empty otherwise.

    Examples
    --------
    >>> share_of_scale(scaled=0.85)
    (0.85, '')
    >>> share_of_scale(raw=17, lowest=0, highest=20)
    (0.85, '')
    """
    share = _number(scaled)
    if share is not None:
        return _within(share)
    value, low, high = _number(raw), _number(lowest), _number(highest)
    if value is None:
        return None, ""
    low = 0.0 if low is None else low
    if high is None or high <= low:
        return None, SCALE_MISSING
    return _within((value - low) / (high - low)) if low <= value <= high else (None, OUTSIDE_SCALE)


def _within(share: float) -> tuple[float | None, str]:
    return (max(share, 0.0), "") if -1 <= share <= 1 else (None, OUTSIDE_SCALE)


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
