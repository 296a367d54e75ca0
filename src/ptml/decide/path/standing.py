"""Where people stand on their way: what they have done, what runs, what they have to take."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.features.days import NEVER
from ptml.features.eligibility import EXCLUSIONS
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.windows import expand

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]

_WEEK_DAYS = 7
_MANDATORY = EXCLUSIONS.index("mandatory")
# What is still open takes this long at the least, weeks.
_LEAST_WEEKS = 0.5


@dataclass(frozen=True, eq=False)
class Done:
    """Courses that people completed, (k,) each, sorted by person.

    Attributes
    ----------
    row, course, day : int32
        The day of the completion.
    """

    row: Codes
    course: Codes
    day: Codes


@dataclass(frozen=True, eq=False)
class Fixed:
    """Courses that a path begins with, whatever else it holds, (k,) each, sorted by person.

    Attributes
    ----------
    row, course : int32
    weeks : float64
        That it takes from now on; 0 where its hours are not known.
    due : float64
        Weeks until a certificate runs out; 0 = at once.
    """

    row: Codes
    course: Codes
    weeks: Doubles
    due: Doubles


def pair_keys(row: NDArray[np.integer], course: NDArray[np.integer], n_courses: int) -> Positions:
    """One number for each pair of a row and a course, in their order."""
    return row.astype(np.int64) * n_courses + course


def completed(history: History, rows: Rows) -> Done:
    """List what each row's person has completed before its day."""
    lines = history.timelines.completed
    row, event = expand(lines.before(rows.employee, rows.day))
    enrolment = lines.source[event]
    log = history.enrolments
    return Done(row.astype(np.int32), log.course[enrolment], log.completed[enrolment])


def running(history: History, rows: Rows, open_days: int, config: PathConfig) -> Fixed:
    """List what each row's person is in the middle of, the first begun first.

    What is left of a course follows from its progress, where that is known, else from the time
    since it began. The progress of an enrolment that ended later is that of its end, and was not
    known on the day.

    Parameters
    ----------
    open_days : int
        An enrolment older than this that has not ended is given up.
    """
    log, lines = history.enrolments, history.timelines.enrolled
    since = (rows.day - open_days).astype(np.int32)
    row, event = expand(lines.window(rows.employee, since, rows.day))
    enrolment = lines.source[event]
    day = rows.day[row]
    is_open = (log.completed[enrolment] >= day) & (log.dropped[enrolment] >= day)
    row, enrolment, day = row[is_open], enrolment[is_open], day[is_open]
    course = log.course[enrolment]
    weeks = np.nan_to_num(history.catalogue.hours[course].astype(np.float64))
    weeks = weeks / config.hours_per_week
    elapsed = np.maximum(day - log.began[enrolment].astype(np.int64), 0) / _WEEK_DAYS
    ended_later = np.minimum(log.completed[enrolment], log.dropped[enrolment]) != NEVER
    progress = np.where(ended_later, np.nan, log.progress[enrolment]).astype(np.float64)
    left = np.where(np.isnan(progress), weeks - elapsed, weeks * (1 - progress))
    left = np.where(weeks > 0, np.maximum(left, _LEAST_WEEKS), 0.0)
    # Two enrolments in one course are one course.
    pair = pair_keys(row, course, history.n_courses)
    first = np.sort(np.unique(pair, return_index=True)[1])
    return Fixed(row[first].astype(np.int32), course[first], left[first], np.zeros(len(first)))


def due(
    history: History, rows: Rows, reason: NDArray[np.uint8], runs: Fixed, config: PathConfig
) -> Fixed:
    """List what each row's person has to take now: mandatory courses, and certificates to renew.

    Those that are due first come first; mandatory ones that are not taken yet are due at once.

    Parameters
    ----------
    reason : (n, n_courses) uint8
        `ptml.features.eligibility.offers`.
    runs : Fixed
        What runs already is not asked for a second time.
    """
    catalogue = history.catalogue
    mandatory = np.flatnonzero(catalogue.mandatory)
    asked, place = np.nonzero(reason[:, mandatory] == _MANDATORY)
    row, course, weeks = _running_out(history, rows)
    soon = weeks <= config.required.renew_ahead_weeks
    n_courses = history.n_courses
    pair = np.concatenate(
        [
            pair_keys(asked, mandatory[place], n_courses),
            pair_keys(row[soon], course[soon], n_courses),
        ]
    )
    until = np.concatenate([np.zeros(len(asked)), np.maximum(weeks[soon], 0)])
    # Of what is due twice the sooner counts.
    order = np.lexsort((until, pair))
    pair, first = np.unique(pair[order], return_index=True)
    weeks = until[order][first]
    who, what = np.divmod(pair, max(n_courses, 1))
    open_now = (catalogue.opened[what] < rows.day[who]) & (catalogue.retired[what] >= rows.day[who])
    is_running = np.isin(pair, pair_keys(runs.row, runs.course, n_courses))
    at = np.flatnonzero(open_now & ~is_running)
    who, what, weeks = who[at], what[at], weeks[at]
    order = np.lexsort((what, weeks, who))
    length = np.nan_to_num(catalogue.hours[what].astype(np.float64)) / config.hours_per_week
    return Fixed(
        who[order].astype(np.int32), what[order].astype(np.int32), length[order], weeks[order]
    )


def _running_out(history: History, rows: Rows) -> tuple[Codes, Codes, Doubles]:
    """Weeks until each certificate that people ever held runs out; below 0 = it has."""
    done = completed(history, rows)
    valid = history.catalogue.valid_days[done.course].astype(np.int64)
    ends = done.day.astype(np.int64) + valid
    held = valid > 0
    row, course = done.row[held], done.course[held]
    pair = pair_keys(row, course, history.n_courses)
    known, at = np.unique(pair, return_inverse=True)
    last = np.full(len(known), np.iinfo(np.int64).min)
    np.maximum.at(last, at, ends[held])
    row, course = np.divmod(known, max(history.n_courses, 1))
    weeks = (last - rows.day[row]) / _WEEK_DAYS
    return row.astype(np.int32), course.astype(np.int32), weeks
