"""What people ask for beside what the data show: where they agree, and where they differ."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.diagnosis import WISH_KINDS, WISH_VERDICTS
from ptml.contracts.outputs import CAUSES
from ptml.decide.diagnosis.cells import Cells
from ptml.decide.health.evidence import CourseLift

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_COURSE, _COMPETENCY = (WISH_KINDS.index(kind) for kind in ("course", "competency"))
_CAPABILITY = CAUSES.index("capability")
_OTHER = [CAUSES.index(cause) for cause in ("environment", "motivation")]
_AGREE, _NOT_NEEDED, _NOT_ASKED, _NOT_TRAINING, _UNCLEAR = (
    WISH_VERDICTS.index(name)
    for name in ("agree", "asked_not_needed", "needed_not_asked", "not_training", "unclear")
)


@dataclass(frozen=True, eq=False)
class Subjects:
    """Rows of units and subjects, (m,) each: unit, position in ``WISH_KINDS``, code, askers."""

    unit: IntArray
    kind: IntArray
    subject: IntArray
    asked: IntArray

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True, eq=False)
class UnitNeeds:
    """What the data show of units: causes (n_units,) and cells (n_units, n_competencies).

    Attributes
    ----------
    people, cause : (n_units,) int64
    strength : (n_units,) float64
    cells : Cells
    gap : (n_units, n_competencies) float64
        Mean gap x importance; NaN where too few are known.
    """

    people: IntArray
    cause: IntArray
    strength: FloatArray
    cells: Cells
    gap: FloatArray


@dataclass(frozen=True, eq=False)
class WishRows:
    """Rows of the table `wishes`, (m,) each; NaN and -1 = not told."""

    subjects: Subjects
    asked: IntArray
    people: IntArray
    gap: FloatArray
    lift: CourseLift
    cause: IntArray
    strength: FloatArray
    verdict: IntArray


def wishes_of(
    wishes: Subjects,
    needs: UnitNeeds,
    teaches: BoolArray,
    lifts: CourseLift,
    min_people: int,
    asked_share: float,
) -> WishRows:
    """Hold wishes against needs, unit by unit.

    Parameters
    ----------
    wishes : Subjects
        People who asked, a row a unit and subject.
    teaches : (n_courses, n_competencies) bool
    lifts : CourseLift
    min_people : int
        A wish of fewer is about persons: it is not told, and no wish of the unit.
    asked_share : float
        Share of a unit's people from which on the unit asks for something.
    """
    asks = (wishes.asked >= min_people) & (needs.people[wishes.unit] >= min_people)
    asks &= wishes.asked >= asked_share * needs.people[wishes.unit]
    asking = Subjects(*(column[asks] for column in vars(wishes).values()))
    rows = _joined(asking, _not_asked(asking, needs, teaches))
    covers = _covers(rows, teaches) & np.isfinite(needs.gap[rows.unit])
    n = np.maximum(covers.sum(axis=1), 1)
    gap = np.where(covers, needs.gap[rows.unit], 0).sum(axis=1) / n
    lift = _lift_of(rows, teaches, lifts)
    people = needs.people[rows.unit]
    cause, strength = _causes(rows, needs, covers)
    is_told = (rows.asked >= min_people) & (
        (rows.asked == people) | (people - rows.asked >= min_people)
    )
    return WishRows(
        subjects=rows,
        asked=np.where(is_told, rows.asked, -1),
        people=people,
        gap=np.where(covers.any(axis=1), gap, np.nan),
        lift=lift,
        cause=cause,
        strength=strength,
        verdict=_verdict(rows, needs, covers, lift),
    )


def _covers(rows: Subjects, teaches: BoolArray) -> BoolArray:
    """The competencies that each subject is about, (m, n_competencies)."""
    n_competencies = teaches.shape[1]
    own = np.arange(n_competencies) == rows.subject[:, None]
    if not len(teaches):
        return own
    is_course = (rows.kind == _COURSE)[:, None]
    return np.where(is_course, teaches[np.where(rows.kind == _COURSE, rows.subject, 0)], own)


def _not_asked(asking: Subjects, needs: UnitNeeds, teaches: BoolArray) -> Subjects:
    """Skills that a unit lacks and in which nobody there asks for anything, so to speak."""
    covered = np.zeros(needs.gap.shape, dtype=np.bool_)
    row, competency = np.nonzero(_covers(asking, teaches))
    covered[asking.unit[row], competency] = True
    lacks = (needs.cells.cause == _CAPABILITY) & np.isfinite(needs.gap) & ~covered
    unit, competency = np.nonzero(lacks)
    kind = np.full(len(unit), _COMPETENCY)
    return Subjects(unit, kind, competency, np.zeros(len(unit), dtype=np.int64))


def _joined(first: Subjects, second: Subjects) -> Subjects:
    columns = [
        np.concatenate([a, b])
        for a, b in zip(vars(first).values(), vars(second).values(), strict=True)
    ]
    order = np.lexsort((columns[2], columns[1], columns[0]))
    return Subjects(*(column[order] for column in columns))


def _lift_of(rows: Subjects, teaches: BoolArray, lifts: CourseLift) -> CourseLift:
    """Lift of the course, or of the best one in the competency by its lower end."""
    best = [_best(column, lifts) for column in teaches.T]
    by_competency = np.array([*best, -1], dtype=np.int64)
    is_course = rows.kind == _COURSE
    of_competency = by_competency[np.where(is_course, -1, rows.subject)]
    course = np.where(is_course, rows.subject, of_competency)
    return CourseLift(
        *(np.append(getattr(lifts, name), np.nan)[course] for name in ("lift", "low", "high"))
    )


def _best(teaches: BoolArray, lifts: CourseLift) -> int:
    at = np.flatnonzero(teaches & np.isfinite(lifts.low))
    return int(at[np.argmax(lifts.low[at])]) if len(at) else -1


def _causes(rows: Subjects, needs: UnitNeeds, covers: BoolArray) -> tuple[IntArray, FloatArray]:
    """Missing skill, where the row is about what is missing; else what holds the unit back."""
    cells = needs.cells
    is_short = (cells.cause[rows.unit] == _CAPABILITY) & covers
    sure = np.where(is_short, np.nan_to_num(cells.strength[rows.unit], nan=0.0), -1.0).max(
        axis=1, initial=-1.0
    )
    # No strength where rules of thresholds decided.
    known = np.where(np.isnan(needs.strength[rows.unit]), np.nan, sure)
    return (
        np.where(sure >= 0, _CAPABILITY, needs.cause[rows.unit]).astype(np.int64),
        np.where(sure >= 0, known, needs.strength[rows.unit]),
    )


def _verdict(rows: Subjects, needs: UnitNeeds, covers: BoolArray, lift: CourseLift) -> IntArray:
    is_needed = (needs.cells.is_needed[rows.unit] & covers).any(axis=1)
    is_asked = rows.asked > 0
    # A course that does nothing for anybody answers no need, however often it is asked for.
    is_vain = (rows.kind == _COURSE) & (lift.high <= 0)
    is_other = np.isin(needs.cause[rows.unit], _OTHER)
    is_known = covers.any(axis=1)
    return np.select(
        [is_other, ~is_asked, is_vain, ~is_known, is_needed],
        [_NOT_TRAINING, _NOT_ASKED, _NOT_NEEDED, _UNCLEAR, _AGREE],
        _NOT_NEEDED,
    ).astype(np.int64)
