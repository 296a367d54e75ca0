"""The one pass over everybody: sums that cross employees, by the renewal from which they show.

A row as of a day reads what the last renewal up to that day shows (`ptml.features.renewal`), so it
sees nothing known later. All sums are whole numbers: no order of rows and no number of threads
changes them.
"""

from dataclasses import dataclass

from ptml.contracts.dataset import Dataset
from ptml.features.adding import add_up
from ptml.features.organisation import IdMaps
from ptml.features.tables import CodedTables
from ptml.features.windows import SumLog


@dataclass(frozen=True, eq=False)
class Shared:
    """Sums over everybody, ready for as-of windows; the same for every bucket of employees.

    Scores, answers, exams, satisfaction and levels are counted in 2**-10.

    Attributes
    ----------
    people : SumLog
        All employed, owner 0; ``people``.
    unit_people, role_people, manager_people : SumLog
        By unit, role, manager; ``people``.
    unit_role_people : SumLog
        By unit x n_roles + role; ``people``.
    unit_scores : SumLog
        By unit at the period's end; ``n``, ``score``.
    unit_answers : SumLog
        By unit and kind of feedback (`feedback_owner`); ``n``, ``value``.
    manager_answers : SumLog
        The same by manager.
    unit_ends : SumLog
        By unit; enrolments that ``ended``, and those ``completed``.
    unit_starts : SumLog
        By unit; chosen courses ``started``.
    unit_course, role_course : SumLog
        By unit (role) x n_courses + course; ``started``.
    role_course_ends : SumLog
        By role x n_courses + course; ``ended``, ``completed``.
    course_enrolled : SumLog
        By course; ``enrolled``, of these with a known assigner ``known``, chosen by the person
        ``self``.
    course_seats : SumLog
        By course and the very day; ``seats`` taken by an enrolment and given back by a drop in the
        same quarter.
    course_started : SumLog
        By course; ``started``.
    course_ends : SumLog
        By course; ``ended``, ``completed``, ``exams``, ``exam``, ``rated``, ``satisfaction``,
        ``timed``, ``minutes``.
    cell_levels : SumLog
        By (role x n_grades + grade position) x n_competencies + competency; ``weight`` (percent of
        a test's), ``level`` and ``square`` with this weight, ``n``.
    role_levels, all_levels : SumLog
        The same by role x n_competencies + competency and by competency.
    grades : tuple of int
        Grades that occur, sorted; -1 = unknown. Their positions number the cells.
    n_courses, n_competencies : int
    fingerprint : str
    """

    people: SumLog
    unit_people: SumLog
    role_people: SumLog
    manager_people: SumLog
    unit_role_people: SumLog
    unit_scores: SumLog
    unit_answers: SumLog
    manager_answers: SumLog
    unit_ends: SumLog
    unit_starts: SumLog
    unit_course: SumLog
    role_course: SumLog
    role_course_ends: SumLog
    course_enrolled: SumLog
    course_seats: SumLog
    course_started: SumLog
    course_ends: SumLog
    cell_levels: SumLog
    role_levels: SumLog
    all_levels: SumLog
    grades: tuple[int, ...]
    n_courses: int
    n_competencies: int
    fingerprint: str


def shared_averages(dataset: Dataset) -> Shared:
    """Add up everything that crosses employees, in DuckDB and in its memory limit.

    Parameters
    ----------
    dataset : Dataset
    """
    maps = IdMaps.of_company(dataset)
    by_name = maps.by_name()
    del by_name["employee"]
    with CodedTables.of(dataset, by_name) as tables:
        return Shared(
            **add_up(tables, dataset.has("enrolments", "started_on")),
            n_courses=len(maps.courses),
            n_competencies=len(maps.competencies),
            fingerprint=dataset.fingerprint,
        )
