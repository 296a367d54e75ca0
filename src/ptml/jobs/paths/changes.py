"""What changed on a person's path since it was published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ptml.jobs.listing import Known

CHANGES = ("done", "dropped", "running", "kept", "moved", "new", "gone")
"""What may have become of a step: completed or dropped since, under way, planned as before or for
another week, planned since, and planned no more."""


@dataclass(frozen=True)
class Change:
    """What became of one course of a path.

    Attributes
    ----------
    course_id : str
    change : str
        Of `CHANGES`.
    then, now : date or None
        Monday or so of the planned start, by the published path and by the new one.
    """

    course_id: str
    change: str
    then: date | None
    now: date | None


def changes_since(published: pa.Table, paths: pa.Table, known: Known, day: date) -> list[Change]:
    """Hold a new path of one person against the published one, step by step.

    Parameters
    ----------
    published : pyarrow.Table
        Rows of the person in `paths` of a run, with `as_of`.
    paths : pyarrow.Table
        Rows of the new path.
    known : Known
        The person alone.
    day : date
        Of the new path.
    """
    then = {row["course_id"]: row for row in published.to_pylist()}
    now = {row["course_id"]: row for row in paths.to_pylist()}
    ended = _ended(known)
    found = []
    for course, row in then.items():
        change = _of_published(course, row, now, ended, day)
        found.append(
            Change(course, change, _starts(row, row["as_of"]), _new_start(course, now, day))
        )
    for course, row in now.items():
        if course not in then:
            change = "running" if row["running"] else "new"
            found.append(Change(course, change, None, _starts(row, day)))
    return found


def _of_published(
    course: str,
    row: Mapping[str, Any],
    now: Mapping[str, Mapping[str, Any]],
    ended: Mapping[str, tuple[str, date]],
    day: date,
) -> str:
    if course in now:
        if now[course]["running"]:
            return "running"
        late = (_starts(now[course], day) - _starts(row, row["as_of"])).days
        return "kept" if abs(late) < _WEEK_DAYS else "moved"
    how, when = ended.get(course, ("gone", date.min))
    return how if when >= row["as_of"] else "gone"


_WEEK_DAYS = 7


def _new_start(course: str, now: Mapping[str, Mapping[str, Any]], day: date) -> date | None:
    return _starts(now[course], day) if course in now else None


def _starts(row: Mapping[str, Any], day: date) -> date:
    return date.fromordinal(day.toordinal() + _WEEK_DAYS * int(row["starts_in_week"]))


def _ended(known: Known) -> dict[str, tuple[str, date]]:
    """How and when each course of the person last ended, before the day."""
    history, rows = known.asked.history, known.asked.rows
    log, day = history.enrolments, int(rows.day[0])
    own = np.flatnonzero((log.employee == rows.employee[0]) & (log.ended < day))
    epoch = date(1970, 1, 1).toordinal()
    return {
        str(history.courses.ids[log.course[i]]): (
            "done" if log.completed[i] < day else "dropped",
            date.fromordinal(epoch + int(log.ended[i])),
        )
        for i in own[np.argsort(log.ended[own], kind="stable")]
    }


def of_person(table: pa.Table, employee_id: str) -> pa.Table:
    """Rows of a table about one person."""
    return table.filter(pc.equal(table["employee_id"], employee_id))
