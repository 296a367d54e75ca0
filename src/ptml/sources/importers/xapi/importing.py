"""Statements of a learning record store as enrolments and evidence of practice."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ptml.errors import UsageError
from ptml.sources.importers.accounts import counted
from ptml.sources.importers.json_values import Pages, json_values
from ptml.sources.importers.known import known_enrolments
from ptml.sources.importers.mapping_file import read_mapping
from ptml.sources.importers.moments import zone_of
from ptml.sources.importers.people import read_people
from ptml.sources.importers.staged_rows import account_rows
from ptml.sources.importers.tables import Staged, write_query, write_rows
from ptml.sources.importers.workbench import Workbench, workbench
from ptml.sources.importers.writing import ImportSummary
from ptml.sources.importers.xapi.activities import Activities
from ptml.sources.importers.xapi.enrolments import ENROLMENTS, build_enrolments
from ptml.sources.importers.xapi.evidence import EVIDENCE, attach_evidence
from ptml.sources.importers.xapi.mapping import XapiMapping
from ptml.sources.importers.xapi.statement import COLUMNS, Reader

RETAKE_DAYS = 90
SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")


@dataclass(frozen=True)
class XapiOptions:
    """How statements are read.

    Attributes
    ----------
    people, mapping : Path, optional
        List of identifiers; mapping file.
    enrolments : Path, optional
        Folder of contract tables whose enrolments practice may belong to as well.
    time_zone : str
        Decides on which day a moment falls.
    is_dated_by_arrival : bool
        Days are those of `stored`, not of `timestamp`.
    retake_days : int
        A course without registrations that is begun again so long after its completion is a new
        enrolment.
    language : str
        Of the names of courses.
    """

    people: Path | None = None
    mapping: Path | None = None
    enrolments: Path | None = None
    time_zone: str = "UTC"
    is_dated_by_arrival: bool = False
    retake_days: int = RETAKE_DAYS
    language: str = "en"


def import_xapi(source: Path, out: Path, options: XapiOptions | None = None) -> ImportSummary:
    """Write statements as `employees`, `courses`, `enrolments` and `transfer_evidence`.

    Parameters
    ----------
    source : Path
        A file of statements or a folder of them: a JSON array, lines, or pages as a store answers
        (``{"statements": [...], "more": "..."}``), plain or packed by gzip.
    out : Path
        New folder for the tables, the report and the statements that have no place.

    Raises
    ------
    UsageError, DataError
        For a source that is not there or no JSON, a mapping that cannot be read, a folder that
        holds something.
    """
    options = options or XapiOptions()
    mapping = read_mapping(options.mapping, XapiMapping) if options.mapping else XapiMapping()
    activities = Activities(options.language)
    reader = Reader(
        read_people(options.people),
        mapping,
        activities,
        zone_of(options.time_zone),
        options.is_dated_by_arrival,
    )
    files = statement_files(source)
    with workbench(out) as bench:
        more = _stage(bench.connection, files, reader)
        build_enrolments(bench.connection, options.retake_days)
        known_enrolments(bench.connection, options.enrolments)
        attach_evidence(bench.connection, mapping)
        _account(bench)
        rows = _write(bench, activities)
        told = _sentences(bench.connection, rows, more)
        return ImportSummary(rows, (*bench.accounts.sentences("statement"), *told))


def statement_files(source: Path) -> list[Path]:
    """The files of statements at a place, in the order of their names.

    Raises
    ------
    UsageError
        When there is none.
    """
    if source.is_file():
        return [source]
    found = (
        sorted(p for p in source.iterdir() if p.name.endswith(SUFFIXES)) if source.is_dir() else []
    )
    if not found:
        raise UsageError(f"{source} has no file of statements ({', '.join(SUFFIXES)})")
    return found


def _stage(
    connection: duckdb.DuckDBPyConnection, files: list[Path], reader: Reader
) -> dict[str, str]:
    """Flatten all statements; give what pages say of further ones that are not there."""
    staged = Staged(connection, "statements", COLUMNS)
    more: dict[str, str] = {}
    n = 0
    for path in files:
        pages = Pages()
        for value in json_values(path, ("statements",), pages):
            n += 1
            staged.add(reader.row(n, path.name, value.row, value.text or value.value))
        more[path.name] = pages.more
    staged.flush()
    return more


def _account(bench: Workbench) -> None:
    bench.connection.execute(
        """CREATE VIEW rows AS SELECT n, file, row, 'statement' AS what, verb AS name, became,
            coalesce(text, 'id ' || id, '') AS text FROM told"""
    )
    account_rows(bench)
    for noted, rows in bench.connection.execute(
        "SELECT noted, count(*) FROM told WHERE noted IS NOT NULL AND starts_with(became, 'placed')"
        " GROUP BY ALL"
    ).fetchall():
        bench.accounts.remark(noted, rows)


def _write(bench: Workbench, activities: Activities) -> dict[str, int]:
    connection, folder = bench.connection, bench.folder
    rows = {"enrolments": write_query(connection, folder, "enrolments", ENROLMENTS)}
    people = "SELECT DISTINCT employee_id FROM enrolled WHERE NOT is_only_waived"
    rows["employees"] = write_query(connection, folder, "employees", people)
    courses = connection.execute(
        "SELECT DISTINCT course_id FROM enrolled WHERE NOT is_only_waived"
    ).fetchall()
    titled = [{"course_id": name, "title": activities.names.get(name)} for (name,) in courses]
    rows["courses"] = write_rows(folder, "courses", ("course_id", "title"), titled)
    [(n_evidence,)] = connection.execute("SELECT count(*) FROM attached").fetchall()
    if n_evidence:
        rows["transfer_evidence"] = write_query(connection, folder, "transfer_evidence", EVIDENCE)
    return rows


def _sentences(
    connection: duckdb.DuckDBPyConnection, rows: dict[str, int], more: dict[str, str]
) -> Iterator[str]:
    yield (
        f"{counted(rows['enrolments'], 'enrolment')} of"
        f" {counted(rows['employees'], 'person', 'people')} in"
        f" {counted(rows['courses'], 'course')};"
        f" {counted(rows.get('transfer_evidence', 0), 'piece')} of evidence."
    )
    [(late, worst, parts, scored_later)] = connection.execute(
        """SELECT count(*) FILTER (late_days > 0), max(late_days),
            (SELECT count(*) FROM enrolled WHERE has_only_parts),
            (SELECT count(*) FROM enrolled WHERE is_scored_later)
        FROM told WHERE starts_with(became, 'placed')"""
    ).fetchall()
    if late:
        yield (
            f"{counted(late, 'statement was', 'statements were')} stored a day or more after the"
            f" event (at most {counted(worst, 'day')}): on days between they were not known yet;"
            " --dated-by stored dates by arrival."
        )
    if parts:
        yield (
            f"Of {counted(parts, 'enrolment')} parts were completed and nothing says"
            " that the course was."
        )
    if scored_later:
        yield (
            f"{counted(scored_later, 'score was', 'scores were')} given after the day of"
            " completion; the contract dates scores by that day."
        )
    named = list(more.items())
    if named and named[-1][1]:
        yield (
            f"{named[-1][0]} says that more statements follow ({named[-1][1]}): they are not here."
        )
