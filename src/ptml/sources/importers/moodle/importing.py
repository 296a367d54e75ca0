"""Moodle's tables and downloads as enrolments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.accounts import NOT_PLACED, counted
from ptml.sources.importers.moments import zone_of
from ptml.sources.importers.moodle.directory import NAMING, Directory, read_directory
from ptml.sources.importers.moodle.enrolments import ENROLMENTS, build_enrolments
from ptml.sources.importers.moodle.events import described
from ptml.sources.importers.moodle.files import LOG_REPORT, MoodleFile, moodle_files
from ptml.sources.importers.moodle.reading import EVENT_COLUMNS, MoodleReader
from ptml.sources.importers.people import read_people
from ptml.sources.importers.records import Record
from ptml.sources.importers.staged_rows import ROW_COLUMNS, account_rows, outcome
from ptml.sources.importers.tables import Staged, write_query, write_rows
from ptml.sources.importers.workbench import Workbench, workbench
from ptml.sources.importers.writing import ImportSummary

IDLE_MINUTES = 30
_KINDS = {
    "": f"{NOT_PLACED}no table of Moodle has such columns",
    **dict.fromkeys(NAMING, "placed as names of others"),
}
_NEVER_KEPT = ("ip", "IP address", "IP地址", "IP 地址", "IP位址")
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}")


@dataclass(frozen=True)
class MoodleOptions:
    """How Moodle's rows are read.

    Attributes
    ----------
    people : Path, optional
        List of identifiers.
    time_zone : str
        Decides on which day a moment falls; downloads are read as their reader's clock showed it.
    idle_minutes : int
        Between two events of a person in a course so much counts as spent on it at most.
    is_month_first : bool
        How downloads write 3/5/26.
    highest_grade : float
        Of a downloaded course total that is no percentage.
    """

    people: Path | None = None
    time_zone: str = "UTC"
    idle_minutes: int = IDLE_MINUTES
    is_month_first: bool = False
    highest_grade: float = 100.0


def import_moodle(source: Path, out: Path, options: MoodleOptions | None = None) -> ImportSummary:
    """Write Moodle's logs, enrolments, completions and grades as contract tables.

    Parameters
    ----------
    source : Path
        A file or a folder of tables (``logstore_standard_log``, ``user``, ``course``, ...) and of
        downloads (logs, grader report, course completions), told apart by their columns.
    out : Path
        New folder for the tables, the report and the rows that have no place.

    Raises
    ------
    UsageError, DataError
        For a source that is not there or not Moodle's, or a folder that holds something.
    """
    options = options or MoodleOptions()
    if options.idle_minutes < 1:
        raise UsageError(f"--idle-minutes must be 1 or more, got {options.idle_minutes}")
    zone, people = zone_of(options.time_zone), read_people(options.people)
    files = moodle_files(source)
    directory = read_directory(files, people)
    reader = MoodleReader(directory, zone, options.is_month_first, options.highest_grade)
    with workbench(out) as bench:
        _stage(bench, files, reader)
        build_enrolments(bench.connection, options.idle_minutes)
        account_rows(bench)
        rows = _write(bench, directory)
        told = [*_sentences(rows, files, options), *_remarks(bench)]
        return ImportSummary(rows, (*bench.accounts.sentences("row"), *told))


def _stage(bench: Workbench, files: list[MoodleFile], reader: MoodleReader) -> None:
    rows = Staged(bench.connection, "rows", ROW_COLUMNS)
    events = Staged(bench.connection, "events", EVENT_COLUMNS)
    n = 0

    def take(file: MoodleFile, record: Record, course: str) -> None:
        for event in reader.events(file, record, course):
            values = (event.employee, event.course, event.kind, event.at_s)
            events.add((n, *values, event.day, event.score, event.assigned))

    for file in files:
        course = _only_course(file, reader.directory)
        for record in file.records:
            n += 1
            became = _KINDS.get(file.kind) or outcome(partial(take, file, record, course))
            # A grade may turn out later to have no enrolment.
            is_kept = became.startswith(NOT_PLACED) or "grade" in file.kind
            text = record.text(_addresses(record)) if is_kept else ""
            place = (file.records.path.name, record.row)
            name = record.values.get("eventname", "")
            rows.add((n, *place, file.kind or "other", name, became, text))
    rows.flush()
    events.flush()


def _addresses(record: Record) -> tuple[str, ...]:
    """Columns of network addresses, which are not kept; headers come in many languages."""
    return tuple(
        name
        for name, value in record.values.items()
        if name in _NEVER_KEPT or _ADDRESS.fullmatch(value)
    )


def _only_course(file: MoodleFile, directory: Directory) -> str:
    """The course of a log report that names one only; its rows about modules name none."""
    if file.kind != LOG_REPORT:
        return ""
    told = (described(record.values.get(file.described_in, "")) for record in file.records)
    numbers = {each.course for each in told if each is not None and each.course}
    return (directory.course(numbers.pop()) or "") if len(numbers) == 1 else ""


def _write(bench: Workbench, directory: Directory) -> dict[str, int]:
    connection, folder = bench.connection, bench.folder
    rows = {"enrolments": write_query(connection, folder, "enrolments", ENROLMENTS)}
    people = "SELECT DISTINCT employee_id FROM enrolled"
    rows["employees"] = write_query(connection, folder, "employees", people)
    found = connection.execute("SELECT DISTINCT course_id FROM enrolled").fetchall()
    titled = [{"course_id": name, "title": directory.titles.get(name)} for (name,) in found]
    rows["courses"] = write_rows(folder, "courses", ("course_id", "title"), titled)
    return rows


def _sentences(
    rows: dict[str, int], files: list[MoodleFile], options: MoodleOptions
) -> Iterator[str]:
    kinds = {file.kind for file in files}
    yield (
        f"{counted(rows['enrolments'], 'enrolment')} of"
        f" {counted(rows['employees'], 'person', 'people')} in"
        f" {counted(rows['courses'], 'course')}."
    )
    if kinds & {"logstore_standard_log", LOG_REPORT}:
        yield (
            "minutes are estimated from the log: pauses of up to"
            f" {options.idle_minutes} minutes between two events count."
        )
    if LOG_REPORT in kinds:
        order = "month before day" if options.is_month_first else "day before month"
        yield f"Dates of downloads are read with the {order} (--month-first turns it round)."


def _remarks(bench: Workbench) -> Iterator[str]:
    [(n_later, n_untold)] = bench.connection.execute(
        "SELECT count(*) FILTER (is_graded_later), count(*) FILTER (NOT is_told) FROM enrolled"
    ).fetchall()
    if n_later:
        yield (
            f"{counted(n_later, 'score was', 'scores were')} graded after the day of"
            " completion; the contract dates scores by that day."
        )
    if n_untold:
        yield (
            f"{counted(n_untold, 'enrolment is', 'enrolments are')} known by what people did"
            " alone, from their first event on: visitors may be among them."
        )
