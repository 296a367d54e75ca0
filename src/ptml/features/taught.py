"""What a person's courses have taught, by competency: started, how lately, since the assessment."""

from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Codes, Days, Doubles, Floats, Positions
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.windows import EventLog, expand


@dataclass(frozen=True, eq=False)
class Taught:
    """By row and competency, (n, n_competencies) each.

    Attributes
    ----------
    n_started, n_completed : float32
        Courses started and completed that teach the competency.
    last_started : int32
        Day of the last start; `NEVER` = none.
    n_exams, exams : float32
        Exams of such courses, and their scores summed.
    levels_since_assessment : float32
        Levels that completed courses teach (weight times width), of those completed on or after the
        day of the last assessment, or of all without one. Not part of the level: a course that was
        completed is not proof that anything was learnt.
    """

    n_started: Floats
    n_completed: Floats
    last_started: Days
    n_exams: Floats
    exams: Floats
    levels_since_assessment: Floats


def taught(history: History, rows: Rows, last_assessed: Days) -> Taught:
    """Add up what the courses of each row's person have taught.

    Parameters
    ----------
    last_assessed : (n, n_competencies) int32
        `Capability.last_assessed`.
    """
    shape = (len(rows), history.n_competencies)
    lines, log = history.timelines, history.enrolments
    starts = _cells(history, lines.started, rows)
    ends = _cells(history, lines.completed, rows)
    exams = _cells(history, lines.exams, rows)
    last = np.full(shape, -(2**31), dtype=np.int32)
    np.maximum.at(last.ravel(), starts.cell, log.started[starts.enrolment])
    assessed = last_assessed.ravel()[ends.cell]
    is_later = (assessed == NEVER) | (log.completed[ends.enrolment] >= assessed)
    return Taught(
        n_started=_table(shape, starts.cell),
        n_completed=_table(shape, ends.cell),
        last_started=np.where(last == -(2**31), NEVER, last).astype(np.int32),
        n_exams=_table(shape, exams.cell),
        exams=_table(shape, exams.cell, log.exam_score[exams.enrolment].astype(np.float64)),
        levels_since_assessment=_table(
            shape, ends.cell[is_later], _levels(history, ends)[is_later]
        ),
    )


@dataclass(frozen=True, eq=False)
class _Cells:
    """Events of rows with each competency that their course teaches, (k,) each."""

    cell: Positions
    enrolment: Positions
    competency: Codes


def _cells(history: History, log: EventLog, rows: Rows) -> _Cells:
    query, event = expand(log.before(rows.employee, rows.day))
    enrolment = log.source[event]
    competency = history.catalogue.taught[history.enrolments.course[enrolment]]
    position, slot = np.nonzero(competency >= 0)
    found = competency[position, slot]
    return _Cells(query[position] * history.n_competencies + found, enrolment[position], found)


def _levels(history: History, cells: _Cells) -> Doubles:
    catalogue = history.catalogue
    at = (history.enrolments.course[cells.enrolment], cells.competency)
    width = catalogue.to_level[at] - catalogue.from_level[at]
    return (catalogue.weight[at] * width).astype(np.float64)


def _table(shape: tuple[int, int], cell: Positions, values: Doubles | None = None) -> Floats:
    sums = np.bincount(cell, weights=values, minlength=shape[0] * shape[1])
    return sums.astype(np.float32).reshape(shape)
