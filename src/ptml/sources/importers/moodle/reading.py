"""Rows of Moodle's tables and downloads as events of a person in a course."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ptml.sources.importers.faults import Fault, LeftOut
from ptml.sources.importers.moments import day_of_seconds
from ptml.sources.importers.moodle.directory import Directory
from ptml.sources.importers.moodle.events import described, named
from ptml.sources.importers.moodle.files import (
    COMPLETION_REPORT,
    COURSE_COMPLETE,
    GRADER_REPORT,
    LOG_REPORT,
    MoodleFile,
)
from ptml.sources.importers.moodle.times import told_moment
from ptml.sources.importers.records import Record
from ptml.sources.importers.scores import share_of_scale

EVENT_COLUMNS: Mapping[str, str] = {
    "n": "BIGINT",
    "employee": "VARCHAR",
    "course": "VARCHAR",
    "class": "VARCHAR",
    "at_s": "BIGINT",
    "day": "DATE",
    "score": "DOUBLE",
    "assigned": "VARCHAR",
}
_TEACHING = "1"
_MACHINES = ("cli", "restore")
_FILE_OF_GRADES = re.compile(r"(?P<course>.+?)[ _]Grades\b.*")
_TOTALS = ("Course total (Percentage)", "Course total (Real)", "Course total")
_ADDRESSES = ("Email address", "ID number", "Username", "email", "idnumber", "username")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a person in a course.

    Attributes
    ----------
    kind : str
        ``enrol``, ``start``, ``act``, ``complete``, ``drop``, ``attempt``, ``done`` (a module),
        ``total`` (a grade of the course) or ``item`` (one of a part).
    at_s : int or None
        Seconds, to tell the order within a day.
    """

    employee: str
    course: str
    kind: str
    at_s: int | None
    day: date | None
    score: float | None = None
    assigned: str | None = None


@dataclass(frozen=True)
class MoodleReader:
    """What Moodle's rows are read with.

    Attributes
    ----------
    is_month_first : bool
        How downloads write 3/5/26.
    highest_grade : float
        Of a downloaded course total that is no percentage.
    """

    directory: Directory
    zone: ZoneInfo
    is_month_first: bool
    highest_grade: float

    def events(self, file: MoodleFile, record: Record, course: str) -> Iterator[Event]:
        """Read a row; raise `Fault` or `LeftOut` where it says nothing.

        Parameters
        ----------
        course : str
            The one course that a log report is of, where it says which.
        """
        if record.fault:
            raise Fault(record.fault)
        readers: dict[str, Callable[[], Iterator[Event]]] = {
            "logstore_standard_log": lambda: self._logged(record.values),
            "user_enrolments": lambda: self._enrolled(record.values),
            "course_completions": lambda: self._completed(record.values),
            "course_modules_completion": lambda: self._module(record.values),
            "grade_grades": lambda: self._graded(record.values),
            "grade_grades_history": lambda: self._graded(record.values),
            LOG_REPORT: lambda: self._described(record.values, file.described_in, course),
            COMPLETION_REPORT: lambda: self._told_complete(record.values, file),
            GRADER_REPORT: lambda: self._told_grade(record.values, file),
        }
        yield from readers[file.kind]()

    def _logged(self, row: dict[str, str]) -> Iterator[Event]:
        event = named(row["eventname"])
        if event is None:
            raise Fault("the event is not known")
        kind, whose = event
        self._refuse_others(row, whose)
        employee = self._employee(row.get(whose) or row["userid"])
        assigned = None
        if kind == "enrol":
            is_self = row["userid"] == row.get("relateduserid") or _said(row, "enrol") == "self"
            assigned = "self" if is_self else None
        at = _seconds(row["timecreated"])
        yield self._event(employee, self._course(row["courseid"]), kind, at, assigned=assigned)

    def _refuse_others(self, row: dict[str, str], whose: str) -> None:
        if row.get("realuserid") and whose == "userid":
            raise Fault("done by somebody else who was logged in as the person")
        if row.get("anonymous") == "1":
            raise Fault("it is anonymous")
        if row.get("origin") in _MACHINES and whose == "userid":
            raise Fault(f"done by no person (origin {row['origin']})")
        is_other = row.get("relateduserid", "") != row["userid"]
        if row.get("edulevel") == _TEACHING and whose == "userid" and is_other:
            raise Fault("done in teaching")

    def _enrolled(self, row: dict[str, str]) -> Iterator[Event]:
        course, way = self.directory.plugins.get(row["enrolid"], ("", ""))
        if not course:
            raise Fault("its way of enrolling is not in the table enrol")
        employee, place = self._employee(row["userid"]), self._course(course)
        at = _seconds(row["timecreated"]) or _seconds(row.get("timestart", ""))
        assigned = "self" if way == "self" else None
        yield self._event(employee, place, "enrol", at, assigned=assigned)
        if row.get("status") == "1":
            yield self._event(employee, place, "drop", _seconds(row.get("timemodified", "")) or at)

    def _completed(self, row: dict[str, str]) -> Iterator[Event]:
        employee, course = self._employee(row["userid"]), self._course(row["course"])
        times = [
            (kind, _seconds(row.get(name, "")))
            for kind, name in (
                ("enrol", "timeenrolled"),
                ("start", "timestarted"),
                ("complete", "timecompleted"),
            )
        ]
        found = [self._event(employee, course, kind, at) for kind, at in times if at]
        if not found:
            raise LeftOut("nothing has happened yet")
        yield from found

    def _module(self, row: dict[str, str]) -> Iterator[Event]:
        course = self.directory.modules.get(row["coursemoduleid"])
        if course is None:
            raise Fault("its module is not in the table course_modules")
        if row["completionstate"] in ("", "0"):
            raise LeftOut("not completed")
        tracked = self.directory.tracked.get(course, set())
        share = 1 / len(tracked) if row["coursemoduleid"] in tracked else None
        at = _seconds(row.get("timemodified", ""))
        employee = self._employee(row["userid"])
        yield self._event(employee, self._course(course), "done", at, score=share)

    def _graded(self, row: dict[str, str]) -> Iterator[Event]:
        item = self.directory.items.get(row["itemid"])
        if item is None:
            raise Fault("its item is not in the table grade_items")
        share = self._share(row["finalgrade"], item.lowest, item.highest)
        at = _seconds(row.get("timemodified", ""))
        kind = "total" if item.is_total else "item"
        employee, course = self._employee(row["userid"]), self._course(item.course)
        day = day_of_seconds(at, self.zone)
        yield Event(employee, course, kind, at or None, day, share)

    def _described(self, row: dict[str, str], column: str, only: str) -> Iterator[Event]:
        told = described(row.get(column, ""))
        if told is None:
            raise Fault("the event is not known")
        texts = list(row.values())
        at_column = 1 if len(texts) > 9 else 0
        if told.kind in ("act", "attempt") and " as " in texts[at_column + 1]:
            raise Fault("done by somebody else who was logged in as the person")
        number = told.course or self.directory.modules.get(told.module, "")
        short = self.directory.by_short_name.get(texts[0], texts[0]) if at_column else ""
        course = self._course(number) if number else short or only
        if not course:
            raise Fault("it does not say in which course")
        moment, fault = told_moment(texts[at_column], self.is_month_first)
        if moment is None:
            raise Fault(fault)
        is_self = told.kind == "enrol" and (told.by == told.user or told.how == "self")
        yield Event(
            self._employee(told.user),
            course,
            told.kind,
            _clock_seconds(moment),
            moment.date(),
            assigned="self" if is_self else None,
        )

    def _told_complete(self, row: dict[str, str], file: MoodleFile) -> Iterator[Event]:
        names = [row.get("ID", ""), *(row[name] for name in _ADDRESSES if name in row)]
        employee = self.directory.employee_named(names)
        if employee is None:
            raise Fault("the person is not known")
        if not row[COURSE_COMPLETE]:
            raise LeftOut("not completed")
        moment, fault = told_moment(row[COURSE_COMPLETE], self.is_month_first)
        if moment is None:
            raise Fault(fault)
        course = self._course_of_file(file, r"(?P<course>.+?)[ _.-]+(?:course_)?completion.*")
        yield Event(employee, course, "complete", _clock_seconds(moment), moment.date())

    def _told_grade(self, row: dict[str, str], file: MoodleFile) -> Iterator[Event]:
        course = self._course_of_file(file, _FILE_OF_GRADES.pattern)
        employee = self.directory.employee_named(row[n] for n in _ADDRESSES if n in row)
        if employee is None:
            raise Fault("the person is not known")
        column = next((name for name in _TOTALS if name in row), None)
        if column is None:
            raise Fault("it has no course total: tick it when you export")
        text = row[column].replace("%", "").strip()
        is_share = "%" in row[column] or column.endswith("(Percentage)")
        share = self._share(text, "0", "100" if is_share else str(self.highest_grade))
        yield Event(employee, course, "total", None, None, share)

    def _share(self, grade: str, lowest: str, highest: str) -> float:
        if grade in ("", "-"):
            raise LeftOut("no grade yet")
        share, fault = share_of_scale(raw=grade, lowest=lowest or None, highest=highest)
        if share is None:
            raise Fault(fault or "the grade is no number")
        return share

    def _course_of_file(self, file: MoodleFile, form: str) -> str:
        found = re.fullmatch(form, file.records.path.name, re.IGNORECASE)
        if found is None:
            raise Fault("the name of its file does not say which course: SHORTNAME Grades.csv")
        name = found.group("course")
        return self.directory.by_short_name.get(name, name)

    def _employee(self, user: str) -> str:
        found = self.directory.employee(user)
        if found is None:
            is_list = self.directory.people.is_list and user not in ("", "0", "1")
            raise Fault("the person is not in the list" if is_list else "it is about no person")
        return found

    def _course(self, number: str) -> str:
        found = self.directory.course(number)
        if found is None:
            raise Fault("it is about no course")
        return found

    def _event(self, employee: str, course: str, kind: str, at: int, **more: Any) -> Event:
        day = day_of_seconds(at, self.zone)
        if day is None:
            raise Fault("its time cannot be read")
        return Event(employee, course, kind, at, day, **more)


def _said(row: dict[str, str], name: str) -> str:
    """A word of the column `other`: JSON, or PHP's own form in old versions."""
    other = row.get("other", "")
    try:
        found = json.loads(other or "{}")
        return str(found.get(name, "")) if isinstance(found, dict) else ""
    except json.JSONDecodeError:
        found = re.search(rf'"{name}";s:\d+:"([^"]*)"', other)
        return found.group(1) if found else ""


def _seconds(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _clock_seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
