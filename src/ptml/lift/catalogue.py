"""What a course's own description says of it, as numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.catalogue import Catalogue

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

# A category or number that fewer courses share says nothing that holds for the next one.
FEWEST_COURSES = 3


@dataclass(frozen=True)
class CourseDescription:
    """How a course's description becomes numbers; learnt on the courses at training.

    Attributes
    ----------
    names : tuple of str
        ``hours`` and the like, or ``kind=2`` for a category.
    mean, spread : (d,) float64
    """

    names: tuple[str, ...]
    mean: FloatArray
    spread: FloatArray

    def values(self, catalogue: Catalogue) -> FloatArray:
        """Standardised description of each course, (n_courses, d) float64; unknown = average."""
        raw = _raw(catalogue)
        if not self.names:
            return np.zeros((len(catalogue), 0))
        missing = np.full(len(catalogue), np.nan)
        values = np.stack([raw.get(name, missing) for name in self.names], axis=1)
        scaled = (values - self.mean) / self.spread
        return np.where(np.isfinite(scaled), scaled, 0.0)


def describe(catalogue: Catalogue) -> CourseDescription:
    """Choose what can be said of courses: numbers and categories that several of them share."""
    names, mean, spread = [], [], []
    for name, column in _raw(catalogue).items():
        known = column[np.isfinite(column)]
        if np.count_nonzero(known) < FEWEST_COURSES or float(known.std()) <= 0:
            continue
        names.append(name)
        mean.append(float(known.mean()))
        spread.append(float(known.std()))
    return CourseDescription(tuple(names), np.array(mean), np.array(spread))


def _raw(catalogue: Catalogue) -> dict[str, FloatArray]:
    with np.errstate(invalid="ignore"):
        to_level = _mean_where(catalogue.to_level, catalogue.teaches)
        climb = _mean_where(catalogue.to_level - catalogue.from_level, catalogue.teaches)
    raw = {
        "hours": np.log1p(catalogue.hours.astype(np.float64)),
        "to_level": to_level,
        "climb": climb,
        "competencies": catalogue.teaches.sum(axis=1).astype(np.float64),
    }
    for name, codes in (("kind", catalogue.kind), ("delivery", catalogue.delivery)):
        for code in np.unique(codes[codes >= 0]).tolist():
            raw[f"{name}={code}"] = (codes == code).astype(np.float64)
    for k in np.flatnonzero(catalogue.teaches.sum(axis=0) >= FEWEST_COURSES).tolist():
        raw[f"competency={k}"] = np.nan_to_num(catalogue.weight[:, k]).astype(np.float64)
    return raw


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
