"""Literal catalogues, evidence and figures of a few courses."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from ptml.decide.health.age import Age
from ptml.decide.health.alerts import CourseFigures
from ptml.decide.health.evidence import CourseEvidence, CourseLift
from ptml.decide.health.fading import Fading
from ptml.decide.health.levels import Levels, Mean
from ptml.decide.health.twins import Twins
from ptml.features.catalogue import Catalogue
from ptml.features.days import NEVER

Floats = np.ndarray[Any, np.dtype[np.float64]]


def column(*values: float | None) -> Floats:
    """Numbers; None = unknown."""
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def catalogue(
    spans: Sequence[Mapping[int, tuple[float, float]]], n_competencies: int = 3, **columns: Any
) -> Catalogue:
    """Courses that teach competencies from one level to another, all of weight 1."""
    n = len(spans)
    shape = (n, n_competencies)
    low, high = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    for course, taught in enumerate(spans):
        for k, (start, end) in taught.items():
            low[course, k], high[course, k] = start, end
    teaches = np.isfinite(low)
    given: dict[str, Any] = {
        "title": np.array([""] * n, dtype=object),
        "kind": np.full(n, -1, np.int32),
        "delivery": np.full(n, -1, np.int32),
        "hours": np.full(n, 8, np.float32),
        "cost": np.full(n, 100, np.float32),
        "seats": np.full(n, -1, np.int32),
        "opened": np.full(n, -(2**31), np.int32),
        "retired": np.full(n, NEVER, np.int32),
        "mandatory": np.zeros(n, dtype=bool),
        "language": np.full(n, -1, np.int32),
        "languages": (),
        "valid_days": np.full(n, -1, np.int32),
        "teaches": teaches,
        "weight": teaches.astype(np.float32),
        "from_level": low,
        "to_level": high,
        "requires": np.zeros((n, n), dtype=bool),
    }
    for name, values in columns.items():
        given[name] = np.array(values, dtype=given[name].dtype)
    return Catalogue(**given)


def evidence(lift: Sequence[float | None], error: float = 0.4, **columns: Any) -> CourseEvidence:
    """What takers say of courses; earlier and later ones the same where not said."""
    n, known = len(lift), column(*lift)
    given: dict[str, Any] = {
        "takers": np.full(n, 100.0),
        "lift": known,
        "error": np.full(n, error),
        "earlier": known,
        "earlier_error": np.full(n, error),
        "later": known,
        "later_error": np.full(n, error),
        "common_error": 0.0,
        "since": date(2025, 4, 1),
    }
    return CourseEvidence(**{**given, **columns})


def figures(n: int = 1, lift: Sequence[float | None] | None = None, **known: Any) -> CourseFigures:
    """Figures of n courses of which nothing is known but what is said, of 40 people each.

    `completion`, `satisfaction`, `exam`, `gain` and `transfer` are the same of all courses or a
    list; `error` is that of the lifts.
    """

    def of_all(name: str) -> Floats:
        value = known.get(name)
        return column(*(value if isinstance(value, list) else [value] * n))

    def mean(name: str) -> Mean:
        value = of_all(name)
        return Mean(np.full(n, float(known.get("people", 40))), value, value, value)

    lifts: Sequence[float | None] = [None] * n if lift is None else lift
    error = float(known.get("error", 0.4))
    own = evidence(lifts, error)
    nothing = np.full(n, np.nan)
    no = np.zeros(n, dtype=bool)
    given: dict[str, Any] = {
        "ended": np.full(n, float(known.get("people", 40))),
        "levels": Levels(
            of_all("completion"),
            mean("satisfaction"),
            mean("exam"),
            nothing,
            mean("gain"),
            nothing,
            nothing,
            mean("transfer"),
        ),
        "lifts": CourseLift(own.lift, own.lift - error, own.lift + error),
        "evidence": own,
        "fading": Fading(*(nothing,) * 4, no, no, nothing, nothing),
        "twins": Twins(np.full(n, -1), *(nothing,) * 3),
        "age": Age(*(nothing,) * 7),
        "names": np.array([f"C{k}" for k in range(n)], dtype=object),
    }
    return CourseFigures(**{k: known.get(k, v) for k, v in given.items()})
