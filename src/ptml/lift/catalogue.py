"""What a course's own description says of it, as numbers."""

import numpy as np
from numpy.typing import NDArray

from ptml.features.catalogue import Catalogue

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

# A category or number that fewer courses share says nothing that holds for the next one.
FEWEST_COURSES = 3


def describe(catalogue: Catalogue) -> FloatArray:
    """Standardised description of each course, (n_courses, d) float64; unknown = 0 = average."""
    with np.errstate(invalid="ignore"):
        to_level = _mean_where(catalogue.to_level, catalogue.teaches)
        climb = _mean_where(catalogue.to_level - catalogue.from_level, catalogue.teaches)
    numbers = [
        np.log1p(catalogue.hours.astype(np.float64)),
        to_level,
        climb,
        catalogue.teaches.sum(axis=1).astype(np.float64),
    ]
    flags = [
        (codes == code).astype(np.float64)
        for codes in (catalogue.kind, catalogue.delivery)
        for code in np.unique(codes[codes >= 0])
    ]
    columns = [_standardise(column) for column in (*numbers, *flags)]
    kept = [column for column in columns if np.count_nonzero(column) >= FEWEST_COURSES]
    return np.stack(kept, axis=1) if kept else np.zeros((len(catalogue), 0))


def propensity_values(catalogue: Catalogue, code: NDArray[np.int32]) -> Float32Array:
    """What the propensity sees of each course: its code (categorical) and numbers, (n_courses, 5).

    Parameters
    ----------
    code : (n_courses,) int32
        The course's code in the model.
    """
    to_level = _mean_where(catalogue.to_level, catalogue.teaches)
    columns = [code, catalogue.kind, catalogue.delivery, catalogue.hours, to_level]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def _mean_where(values: Float32Array, kept: NDArray[np.bool_]) -> FloatArray:
    n = kept.sum(axis=1)
    total = np.where(kept, np.nan_to_num(values), 0).sum(axis=1, dtype=np.float64)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _standardise(column: FloatArray) -> FloatArray:
    known = np.isfinite(column)
    if known.sum() < FEWEST_COURSES:
        return np.zeros(len(column))
    spread = float(column[known].std())
    if spread <= 0:
        return np.zeros(len(column))
    return np.where(known, (column - column[known].mean()) / spread, 0.0)
