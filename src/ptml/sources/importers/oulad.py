"""OULAD (Kuzilek, Hlosta and Zdrahal 2017, CC BY 4.0): students of seven Open University modules.

A module is the course; a presentation is one run of it, so that a student who comes back to a
module enrols in the same course again. Days in the source count from the presentation's start.
"""

from datetime import date
from pathlib import Path

from ptml.sources.importers.writing import ImportSummary, convert

PRESENTATION_STARTS = {
    "2013B": date(2013, 2, 1),
    "2013J": date(2013, 10, 1),
    "2014B": date(2014, 2, 1),
    "2014J": date(2014, 10, 1),
}
"""B starts in February, J in October; the source names the month only, the first is assumed."""

_STARTS = ", ".join(f"('{name}', DATE '{day}')" for name, day in PRESENTATION_STARTS.items())
_FILES = ("student", "student_registration", "student_assessment", "assessment", "course")

# Some describe themselves anew with each presentation: the first description counts.
_EMPLOYEES = """
    SELECT id_student::VARCHAR AS employee_id,
           first(gender ORDER BY code_presentation, code_module) AS protected_gender,
           first(age_band ORDER BY code_presentation, code_module) AS protected_age_band,
           first(disability ORDER BY code_presentation, code_module) AS protected_disability,
           first(imd_band ORDER BY code_presentation, code_module) AS protected_deprivation,
           first(region ORDER BY code_presentation, code_module) AS protected_region
    FROM raw.student GROUP BY id_student ORDER BY id_student
"""
_COURSES = """
    SELECT DISTINCT code_module AS course_id, 'Module ' || code_module AS title
    FROM raw.course ORDER BY course_id
"""
# Each student x assessment that counts, handed in or not.
_SCORES = """
    SELECT id_student, code_module, code_presentation,
           sum(weight * coalesce(score, 0)) / sum(weight) AS exam_score,
           count(score) AS handed_in
    FROM raw.student
    JOIN raw.assessment USING (code_module, code_presentation)
    LEFT JOIN raw.student_assessment USING (id_student, id_assessment)
    WHERE assessment_type <> 'Exam' AND weight > 0
    GROUP BY ALL
"""
_ENROLMENTS = f"""
    WITH presentation(code_presentation, starts_on) AS (VALUES {_STARTS}), scores AS ({_SCORES})
    SELECT id_student || '-' || code_module || '-' || code_presentation AS enrolment_id,
           id_student::VARCHAR AS employee_id, code_module AS course_id, 'self' AS assigned_by,
           starts_on + date_registration::INTEGER AS enrolled_on,
           CASE WHEN final_result IN ('Pass', 'Distinction')
                THEN starts_on + module_presentation_length::INTEGER END AS completed_on,
           CASE WHEN final_result = 'Withdrawn'
                THEN starts_on + date_unregistration::INTEGER END AS dropped_on,
           CASE WHEN final_result <> 'Withdrawn' AND handed_in > 0 THEN exam_score END AS exam_score
    FROM raw.student
    JOIN raw.student_registration USING (id_student, code_module, code_presentation)
    JOIN raw.course USING (code_module, code_presentation)
    JOIN presentation USING (code_presentation)
    LEFT JOIN scores USING (id_student, code_module, code_presentation)
    ORDER BY starts_on, code_module, id_student
"""


def import_oulad(source: Path, out: Path) -> ImportSummary:
    """Write the Open University Learning Analytics Dataset as contract tables.

    Parameters
    ----------
    source : Path
        Folder with ``student``, ``student_registration``, ``student_assessment``, ``assessment``
        and ``course`` as Parquet.
    out : Path
        New folder for the tables.

    Raises
    ------
    UsageError, DataError
        As `ptml.sources.importers.writing.convert`.
    """
    tables = {"employees": _EMPLOYEES, "courses": _COURSES, "enrolments": _ENROLMENTS}
    rows = convert("oulad", source, out, _FILES, tables)
    return ImportSummary(rows, _sentences(rows))


def _sentences(rows: dict[str, int]) -> tuple[str, ...]:
    first, last = PRESENTATION_STARTS["2013B"], PRESENTATION_STARTS["2014J"]
    return (
        f"{rows['employees']:,} students as employees, {rows['courses']} modules as courses, "
        f"{rows['enrolments']:,} enrolments, one a student and presentation.",
        "Presentations are taken to start on the first of their month (February or October), from "
        f"{first} to {last}; days of the source count from there.",
        "completed_on is the presentation's last day for a pass or distinction, dropped_on the day "
        "of leaving; a fail has neither, so nothing of it is ever known as of a date.",
        "exam_score is the weighted mean of the assignments without the final exam, one not handed "
        "in counting 0; empty for those who left and where no assignment has a weight.",
        "The source has no click log here, no starts, roles, competencies, performance or evidence "
        "of transfer: no lift, no warnings.",
        "Enrolments without a day of registration are written as they are and set aside when read.",
    )
