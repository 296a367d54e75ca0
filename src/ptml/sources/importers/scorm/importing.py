"""Results of SCORM 1.2 and 2004 as enrolments."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.accounts import NOT_PLACED, counted
from ptml.sources.importers.faults import Fault
from ptml.sources.importers.moments import zone_of
from ptml.sources.importers.people import read_people
from ptml.sources.importers.records import Record
from ptml.sources.importers.scorm.enrolments import ENROLMENTS, build_enrolments
from ptml.sources.importers.scorm.files import NAMING, ScormFile, scorm_files
from ptml.sources.importers.scorm.reading import NO_DAY, VALUE_COLUMNS, ScormReader
from ptml.sources.importers.staged_rows import ROW_COLUMNS, account_rows, outcome
from ptml.sources.importers.tables import Staged, write_query, write_rows
from ptml.sources.importers.workbench import Workbench, workbench
from ptml.sources.importers.writing import ImportSummary

RETAKE_DAYS = 90
_KINDS = {
    "": f"{NOT_PLACED}no results of SCORM have such columns",
    **dict.fromkeys(NAMING, "placed as names of others"),
}


@dataclass(frozen=True)
class ScormOptions:
    """How results are read.

    Attributes
    ----------
    people : Path, optional
        List of identifiers.
    time_zone : str
        Decides on which day a moment falls.
    retake_days : int
        An attempt that begins so long after the course was completed is a new enrolment.
    """

    people: Path | None = None
    time_zone: str = "UTC"
    retake_days: int = RETAKE_DAYS


def import_scorm(source: Path, out: Path, options: ScormOptions | None = None) -> ImportSummary:
    """Write results of SCORM packages as contract tables.

    Parameters
    ----------
    source : Path
        A file or a folder: Moodle's ``scorm_scoes_track`` (or, from 4.3 on, ``scorm_scoes_value``,
        ``scorm_attempt`` and ``scorm_element``), a row an attempt or a value with the names of the
        run-time data, or registrations of SCORM Cloud.
    out : Path
        New folder for the tables, the report and the rows that have no place.

    Raises
    ------
    UsageError, DataError
        For a source that is not there or holds no results, or a folder that holds something.
    """
    options = options or ScormOptions()
    if options.retake_days < 1:
        raise UsageError(f"--retake-days must be 1 or more, got {options.retake_days}")
    reader = ScormReader(read_people(options.people), zone_of(options.time_zone))
    files = scorm_files(source)
    for file in files:
        if file.kind in NAMING:
            for record in file.records:
                if not record.fault:
                    reader.take(file.kind, record.values)
    reader.name_courses()
    with workbench(out) as bench:
        _stage(bench, files, reader)
        build_enrolments(bench.connection, options.retake_days)
        account_rows(bench)
        rows = _write(bench, reader)
        return ImportSummary(rows, (*bench.accounts.sentences("row"), *_sentences(bench, rows)))


def _stage(bench: Workbench, files: list[ScormFile], reader: ScormReader) -> None:
    rows = Staged(bench.connection, "rows", ROW_COLUMNS)
    values = Staged(bench.connection, "scorm_values", VALUE_COLUMNS)
    counts = Staged(bench.connection, "sco_counts", {"course": "VARCHAR", "n_scos": "BIGINT"})
    n = 0

    def take(file: ScormFile, record: Record) -> None:
        found = list(reader.values(file, record))
        for whose, read, day in found:
            who = (whose.employee, whose.course, whose.sco, whose.attempt)
            values.add((n, *who, read.key, read.word, read.number, day))
        if all(day is None for _, _, day in found):
            raise Fault(NO_DAY)

    for file in files:
        for record in file.records:
            n += 1
            name = "" if file.kind in NAMING else reader.name_of(file, record)
            became = _KINDS.get(file.kind) or outcome(partial(take, file, record))
            text = record.text() if became.startswith(NOT_PLACED) else ""
            place = (file.records.path.name, record.row)
            rows.add((n, *place, file.kind or "other", name, became, text))
    for course, n_scos in sorted(reader.n_scos.items()):
        counts.add((course, n_scos))
    for staged in (rows, values, counts):
        staged.flush()


def _write(bench: Workbench, reader: ScormReader) -> dict[str, int]:
    connection, folder = bench.connection, bench.folder
    rows = {"enrolments": write_query(connection, folder, "enrolments", ENROLMENTS)}
    people = "SELECT DISTINCT employee_id FROM enrolled"
    rows["employees"] = write_query(connection, folder, "employees", people)
    found = connection.execute("SELECT DISTINCT course_id FROM enrolled").fetchall()
    titled = [{"course_id": name, "title": reader.titles.get(name) or None} for (name,) in found]
    rows["courses"] = write_rows(folder, "courses", ("course_id", "title"), titled)
    return rows


def _sentences(bench: Workbench, rows: dict[str, int]) -> Iterator[str]:
    yield (
        f"{counted(rows['enrolments'], 'enrolment')} of"
        f" {counted(rows['employees'], 'person', 'people')} in"
        f" {counted(rows['courses'], 'course')}."
    )
    [(unscaled,)] = bench.connection.execute(
        "SELECT count(*) FROM attempts WHERE is_unscaled"
    ).fetchall()
    if unscaled:
        yield (
            f"Of {counted(unscaled, 'attempt')} a score lies outside its scale or has none: not"
            " used."
        )
