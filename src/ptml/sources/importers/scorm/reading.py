"""Rows of SCORM results as values of an attempt: who, which course and part, what, when."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ptml.sources.importers.faults import Fault, LeftOut
from ptml.sources.importers.moments import day_in, day_of_seconds, microseconds, moment
from ptml.sources.importers.people import People
from ptml.sources.importers.records import Cells, Record
from ptml.sources.importers.scorm.elements import Read, is_element, plain_element, read_element
from ptml.sources.importers.scorm.files import CLOUD, LONG, ScormFile

VALUE_COLUMNS: Mapping[str, str] = {
    "n": "BIGINT",
    "employee": "VARCHAR",
    "course": "VARCHAR",
    "sco": "VARCHAR",
    "attempt": "VARCHAR",
    "key": "VARCHAR",
    "word": "VARCHAR",
    "number": "DOUBLE",
    "day": "DATE",
}
NO_DAY = "nothing says when it was"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whose values they are."""

    employee: str
    course: str
    sco: str
    attempt: str


@dataclass
class ScormReader:
    """What rows of results are read with, filled from the tables that give names to numbers.

    Attributes
    ----------
    titles : dict of str to str
        Name by course.
    n_scos : dict of str to int
        How many parts a course has, where a table says so.
    """

    people: People
    zone: ZoneInfo
    titles: dict[str, str] = field(default_factory=dict)
    n_scos: dict[str, int] = field(default_factory=dict)
    _rows: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def take(self, kind: str, row: dict[str, str]) -> None:
        """Take up a row that gives names to numbers."""
        if kind == "scorm_scoes":
            if row["scormtype"] == "sco":
                self.n_scos[row["scorm"]] = self.n_scos.get(row["scorm"], 0) + 1
        else:
            self._rows.setdefault(kind, {})[row["id"]] = row

    def name_courses(self) -> None:
        """Call courses as the tables of packages and courses do."""
        self.n_scos = {self._package(number): n for number, n in self.n_scos.items()}

    def values(
        self, file: ScormFile, record: Record
    ) -> Iterator[tuple[Attempt, Read, date | None]]:
        """Read a row; raise `Fault` or `LeftOut` where it says nothing."""
        if record.fault:
            raise Fault(record.fault)
        if file.kind == CLOUD:
            yield from self._registration(record.values)
        elif file.kind == LONG:
            yield from self._element(record.values, file.columns)
        else:
            yield from self._attempt(record.values, file.columns)

    def name_of(self, file: ScormFile, record: Record) -> str:
        """How a row is called in the report: by its element, or its status."""
        if file.kind == LONG:
            element = record.values.get(file.columns.get("element", "element"), "")
            return plain_element(element or self._element_of(record.values))
        names = [name for name in record.values if plain_element(name).endswith("_status")]
        return record.values.get(names[0], "") if names else ""

    def _element(
        self, row: dict[str, str], columns: Mapping[str, str]
    ) -> Iterator[tuple[Attempt, Read, date | None]]:
        if "attemptid" in row:
            known = self._rows.get("scorm_attempt", {}).get(row["attemptid"])
            if known is None:
                raise Fault("its attempt is not in the table scorm_attempt")
            row = Cells({**row, **{name: known[name] for name in ("userid", "scormid", "attempt")}})
            columns = {**columns, "person": "userid", "course": "scormid", "attempt": "attempt"}
        element = row.get(columns.get("element", ""), "") or self._element_of(row)
        read = read_element(element, row[columns.get("value", "value")])
        if read.fault:
            raise Fault(read.fault)
        if not read.key:
            raise LeftOut("of no use for an enrolment")
        day = self._day(row.get(columns.get("ended", ""), ""))
        if read.key == "started" and read.number is not None:
            day = day_of_seconds(int(read.number) // 1_000_000, self.zone)
        yield self._whose(row, columns), read, day

    def _element_of(self, row: dict[str, str]) -> str:
        known = self._rows.get("scorm_element", {}).get(row.get("elementid", ""))
        return known["element"] if known else ""

    def _attempt(
        self, row: dict[str, str], columns: Mapping[str, str]
    ) -> Iterator[tuple[Attempt, Read, date | None]]:
        whose = self._whose(row, columns)
        started = self._day(row.get(columns.get("started", ""), ""))
        ended = self._day(row.get(columns.get("ended", ""), "")) or started
        if ended is None:
            raise Fault(NO_DAY)
        if "title" in columns and row[columns["title"]]:
            self.titles.setdefault(whose.course, row[columns["title"]])
        read = [read_element(name, value) for name, value in row.items() if is_element(name)]
        faults = [each.fault for each in read if each.fault]
        if faults:
            raise Fault("; ".join(faults))
        yield whose, Read("started"), started or ended
        for each in read:
            if each.key:
                yield whose, each, ended

    def _registration(self, row: dict[str, str]) -> Iterator[tuple[Attempt, Read, date | None]]:
        """A registration of SCORM Cloud; its scores are of 100, its words in capitals."""
        learner, course = _json(row.get("learner")), _json(row.get("course"))
        names = [str(learner[k]) for k in ("email", "id") if learner.get(k)]
        employee = self.people.who(names)
        if employee is None:
            raise Fault("the learner is not in the list of people" if names else "no learner")
        if not course.get("id"):
            raise Fault("it has no course")
        whose = Attempt(employee, str(course["id"]), "", row.get("id", ""))
        if course.get("title"):
            self.titles.setdefault(whose.course, str(course["title"]))
        first = self._day(row.get("firstAccessDate") or "")
        created = self._day(row.get("createdDate") or "") or first
        if created is None:
            raise Fault(NO_DAY)
        yield whose, Read("created"), created
        if first is not None:
            last = self._day(row.get("completedDate") or row.get("lastAccessDate") or "")
            yield whose, Read("started"), first
            yield from ((whose, read, last or first) for read in _cloud_values(row))

    def _whose(self, row: dict[str, str], columns: Mapping[str, str]) -> Attempt:
        person = row.get(columns["person"], "")
        user = self._rows.get("user", {}).get(person, {})
        names = (person, *(user.get(name, "") for name in ("email", "username", "idnumber")))
        employee = self.people.who(name for name in names if name)
        if employee is None:
            raise Fault(
                "the person is not in the list of people" if person else "it names no person"
            )
        course = self._package(row.get(columns["course"], ""))
        if not course:
            raise Fault("it names no course")
        sco = row.get(columns.get("sco", ""), "")
        return Attempt(employee, course, sco, row.get(columns.get("attempt", ""), "") or "1")

    def _package(self, number: str) -> str:
        """What the course of a package is called, by Moodle's tables where they are there."""
        package = self._rows.get("scorm", {}).get(number)
        if package is None:
            return number
        course = self._rows.get("course", {}).get(package["course"], {})
        name = course.get("idnumber") or course.get("shortname") or package["course"]
        self.titles.setdefault(name, course.get("fullname", ""))
        return name

    def _day(self, text: str) -> date | None:
        if not text:
            return None
        if text.isdigit():
            # Some write thousandths.
            return day_of_seconds(int(text) // (1000 if len(text) > 11 else 1), self.zone)
        at = moment(text)
        if at is None or microseconds(at) <= 0:
            return None
        return at.date() if len(text) == len("2026-03-05") else day_in(at, self.zone)


def _cloud_values(row: dict[str, str]) -> Iterator[Read]:
    told = (("completion", "registrationCompletion"), ("success", "registrationSuccess"))
    for key, name in told:
        read = read_element(f"{key}_status", row.get(name, ""))
        if read.fault:
            raise Fault(read.fault)
        if read.key:
            yield read
    for key, text, scale in (
        ("scaled", str(_json(row.get("score")).get("scaled", "")), 100.0),
        ("progress", row.get("registrationCompletionAmount", ""), 1.0),
        ("total_minutes", row.get("totalSecondsTracked", ""), 60.0),
    ):
        number = _float(text)
        if number is not None:
            yield Read(key, None, number / scale)


def _json(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None
