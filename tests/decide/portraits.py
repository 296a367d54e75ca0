"""Literal portraits of one person, or several, in a few competencies."""

from typing import Any

import numpy as np

from ptml.features.capability import Capability
from ptml.features.days import NEVER

_Rows = list[list[float]]


def portraits(
    level: _Rows, required: _Rows, importance: _Rows | None = None, assessed: _Rows | None = None
) -> Capability:
    """Portraits (n, n_competencies); importance is 1 where something is required."""
    levels, wanted = (np.array(rows, dtype=np.float32) for rows in (level, required))
    weight = np.isfinite(wanted) if importance is None else importance
    n = np.zeros_like(levels) if assessed is None else assessed
    return Capability(
        level=levels,
        se=np.where(np.isnan(levels), np.nan, 0.4).astype(np.float32),
        required=wanted,
        importance=np.array(weight, dtype=np.float32),
        trend=np.full_like(levels, np.nan),
        n_assessments=np.array(n, dtype=np.float32),
        last_assessed=np.full(levels.shape, NEVER, dtype=np.int32),
    )


def floats(*values: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A float32 column; None = unknown."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float32)
