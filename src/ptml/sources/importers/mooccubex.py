"""MOOCCubeX (THU-KEG 2021): who took which of 3,366 online courses, in which order.

The prepared set has no dates, only each learner's order. A calendar is made up that keeps the order
and the split: every learner's last enrolment, which the set marks as held out, lies on
`HELD_OUT_FROM`, the last known one `LAST_KNOWN_DAYS` earlier, and the rest evenly in `FIRST_DAY` to
`HELD_OUT_FROM - QUARTER_DAYS`, so that a recommender that judges itself on its last quarter
holds out exactly one enrolment of each learner too.

In the prepared set the course number of the row before each learner's held-out one has lost its
last digit; those rows are left out, where they show it (docs/methods/imported-data.md).
"""

from datetime import date
from pathlib import Path

from ptml.sources.importers.writing import ImportSummary, convert

FIRST_DAY = date(2018, 1, 1)
HELD_OUT_FROM = date(2021, 1, 1)
QUARTER_DAYS = 91
LAST_KNOWN_DAYS = 30

_SPREAD_DAYS = (HELD_OUT_FROM - FIRST_DAY).days - QUARTER_DAYS

_EMPLOYEES = """
    SELECT "user"::VARCHAR AS employee_id,
           CASE WHEN gender_code <> 0 THEN gender_code::VARCHAR END AS protected_gender
    FROM raw.users ORDER BY "user"
"""
# All numbers of those rows within a tenth of the greatest: the digit is lost.
_READABLE = """
    WITH marked AS (
        SELECT *, coalesce(
            lead(test) OVER (PARTITION BY "user" ORDER BY position), false) AS is_cut
        FROM raw.enrolments
    ), digit AS (
        SELECT max(course) FILTER (is_cut) <= max(course) // 10 AS is_lost FROM marked
    )
    SELECT * EXCLUDE (is_cut, is_lost) FROM marked, digit WHERE NOT (is_cut AND is_lost)
"""
_COURSES = f"""
    WITH readable AS ({_READABLE})
    SELECT DISTINCT course::VARCHAR AS course_id, 'Course ' || course AS title,
           'online' AS delivery
    FROM readable ORDER BY course_id
"""
_PLACED = """
    SELECT "user", position, course, test,
           count(*) FILTER (NOT test) OVER (PARTITION BY "user") AS known,
           count(*) FILTER (NOT test) OVER (PARTITION BY "user" ORDER BY position) AS place
    FROM readable
"""
_ENROLMENTS = f"""
    WITH readable AS ({_READABLE}), placed AS ({_PLACED})
    SELECT "user" || '-' || position AS enrolment_id, "user"::VARCHAR AS employee_id,
           course::VARCHAR AS course_id, 'self' AS assigned_by,
           CASE WHEN test THEN DATE '{HELD_OUT_FROM}'
                WHEN place = known THEN DATE '{HELD_OUT_FROM}' - {LAST_KNOWN_DAYS}
                ELSE DATE '{FIRST_DAY}' + ((place - 1) * {_SPREAD_DAYS} // (known - 1))::INTEGER
           END AS enrolled_on
    FROM placed ORDER BY "user", position
"""


def import_mooccubex(source: Path, out: Path) -> ImportSummary:
    """Write MOOCCubeX as contract tables.

    Parameters
    ----------
    source : Path
        Folder with ``enrolments.parquet`` and ``users.parquet``.
    out : Path
        New folder for the tables.

    Raises
    ------
    UsageError, DataError
        As `ptml.sources.importers.writing.convert`.
    """
    tables = {"employees": _EMPLOYEES, "courses": _COURSES, "enrolments": _ENROLMENTS}
    rows = convert("mooccubex", source, out, ("enrolments", "users"), tables)
    return ImportSummary(rows, _sentences(rows))


def _sentences(rows: dict[str, int]) -> tuple[str, ...]:
    return (
        f"{rows['employees']:,} learners as employees, {rows['courses']:,} courses, "
        f"{rows['enrolments']:,} enrolments, each chosen by the learner.",
        "Left out: the row before each learner's held-out one, if all those rows name courses "
        "within a tenth of the greatest number: the prepared set has lost the last digit there.",
        "Dates are made up: the source knows only each learner's order, which they keep.",
        f"Each learner's held-out enrolment lies on {HELD_OUT_FROM}, every other before it: "
        f"use --as-of {HELD_OUT_FROM}.",
        "The source has no starts, completions, scores, roles, competencies or performance, and no "
        "course names: recommendations by preference only.",
        "Its knowledge graph is coded without names or levels and is not imported.",
        "Gender is the source's code (1, 2), empty where it is not given; for audits only.",
    )
