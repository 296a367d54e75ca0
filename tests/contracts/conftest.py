"""A small whole organisation, as text, the way a CSV file gives it."""

from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset, dataset_from_frames

Frames = dict[str, pd.DataFrame]

N_ROWS = 40


@pytest.fixture
def organisation() -> Frames:
    """Every input table with 40 rows and every column; row i names employee, course, ... i."""
    ids = [f"{i:02}" for i in range(N_ROWS)]
    day = ["2024-03-01"] * N_ROWS
    empty = [""] * N_ROWS

    def keys(letter: str) -> list[str]:
        return [f"{letter}{i}" for i in ids]

    def same(value: str) -> list[str]:
        return [value] * N_ROWS

    columns: dict[str, dict[str, list[str]]] = {
        "employees": {"employee_id": keys("e"), "hired_on": empty, "left_on": empty},
        "org_units": {"org_unit_id": keys("u"), "name": keys("Unit "), "parent_id": empty},
        "roles": {
            "role_id": keys("r"),
            "title": keys("Role "),
            "job_family": same("sales"),
            "is_people_manager": same("FALSE"),
        },
        "competencies": {
            "competency_id": keys("k"),
            "name": keys("Competency "),
            "parent_id": empty,
        },
        "courses": {
            "course_id": keys("c"),
            "title": keys("Course "),
            "kind": same("basic"),
            "delivery": same("online"),
            "hours": same("2.5"),
            "cost": same("100"),
            "seats": same("20"),
            "opened_on": same("2020-01-01"),
            "retired_on": empty,
            "mandatory": same("False"),
            "language": same("en"),
        },
        "kpis": {
            "kpi_id": keys("m"),
            "name": keys("KPI "),
            "higher_is_better": same("true"),
            "perspective": same("customer"),
        },
        "assignments": {
            "employee_id": keys("e"),
            "valid_from": day,
            "valid_to": empty,
            "org_unit_id": keys("u"),
            "role_id": keys("r"),
            "grade": same("1"),
            "manager_id": same("e00"),
        },
        "role_requirements": {
            "role_id": keys("r"),
            "competency_id": keys("k"),
            "required_level": same("3"),
            "importance": same("0.5"),
        },
        "assessments": {
            "employee_id": keys("e"),
            "competency_id": keys("k"),
            "level": same("2"),
            "source": same("test"),
            "assessed_on": day,
        },
        "course_competencies": {
            "course_id": keys("c"),
            "competency_id": keys("k"),
            "from_level": same("1"),
            "to_level": same("2"),
            "weight": same("1"),
        },
        "prerequisites": {"course_id": keys("c"), "requires_course_id": same("c00")},
        "enrolments": {
            "enrolment_id": keys("n"),
            "employee_id": keys("e"),
            "course_id": keys("c"),
            "assigned_by": same("self"),
            "enrolled_on": day,
            "started_on": same("2024-03-02"),
            "completed_on": same("2024-03-10"),
            "dropped_on": empty,
            "progress": same("1"),
            "exam_score": same("80"),
            "exam_attempts": same("1"),
            "minutes": same("90"),
            "satisfaction": same("4"),
        },
        "exposures": {
            "employee_id": keys("e"),
            "course_id": keys("c"),
            "rank": same("1"),
            "shown_on": day,
            "policy": same("a1"),
            "propensity": same("0.05"),
        },
        "transfer_evidence": {
            "enrolment_id": keys("n"),
            "kind": same("behaviour_check"),
            "due_on": same("2024-05-01"),
            "done_on": same("2024-05-02"),
            "score": same("0.5"),
        },
        "flags": {
            "enrolment_id": keys("n"),
            "stage": same("completion"),
            "arm": same("hold_out"),
            "p_weak": same("0.7"),
            "propensity": same("0.1"),
            "flagged_on": same("2024-03-11"),
            "holdout_share": same("0.1"),
            "policy": same("a1"),
        },
        "warning_actions": {
            "enrolment_id": keys("n"),
            "stage": same("completion"),
            "code": same("practice_assignment"),
            "owner": same("e00"),
            "decided_on": same("2024-03-12"),
            "decision": same("accept"),
            "reason": empty,
            "due_on": same("2024-03-26"),
            "done_on": same("2024-03-20"),
        },
        "performance": {
            "employee_id": keys("e"),
            "kpi_id": keys("m"),
            "period_start": same("2024-01-01"),
            "period_end": same("2024-03-31"),
            "value": same("90"),
            "target": same("100"),
            "weight": empty,
        },
        "goals": {
            "org_unit_id": keys("u"),
            "kpi_id": keys("m"),
            "period_start": same("2024-01-01"),
            "period_end": same("2024-03-31"),
            "weight": same("1"),
        },
        "kpi_competencies": {
            "kpi_id": keys("m"),
            "competency_id": keys("k"),
            "weight": same("1"),
        },
        "feedback": {
            "employee_id": keys("e"),
            "asked_on": day,
            "kind": same("motivation"),
            "subject_id": empty,
            "value": same("4"),
        },
        "personal_goals": {
            "employee_id": keys("e"),
            "competency_id": keys("k"),
            "target_level": same("4"),
            "by_date": empty,
        },
        "absences": {
            "employee_id": keys("e"),
            "from_day": day,
            "to_day": day,
            "kind": same("leave"),
        },
        "incidents": {
            "org_unit_id": keys("u"),
            "occurred_on": day,
            "kind": same("equipment"),
            "hours_lost": same("3"),
        },
    }
    return {name: pd.DataFrame(table, dtype="str") for name, table in columns.items()}


@pytest.fixture
def a_tables(organisation: Frames) -> Frames:
    """Only what everything needs."""
    return {name: organisation[name] for name in ("employees", "courses", "enrolments")}


@pytest.fixture
def rejections() -> Callable[[Dataset], list[tuple[str, int, str, str, str]]]:
    """Give the rejected rows of a data set as tuples."""

    def tuples(dataset: Dataset) -> list[tuple[str, int, str, str, str]]:
        return [tuple(row.values()) for row in dataset.rejected.to_pylist()]

    return tuples


@pytest.fixture
def checked(organisation: Frames) -> Iterator[Callable[..., Dataset]]:
    """Check the organisation after some of its values have been changed."""
    opened: list[Dataset] = []

    def check(*changes: tuple[str, int, str, str], tables: tuple[str, ...] = ()) -> Dataset:
        for table, row, column, value in changes:
            organisation[table].loc[row - 1, column] = value
        kept = tables or tuple(organisation)
        opened.append(dataset_from_frames({name: organisation[name] for name in kept}))
        return opened[-1]

    yield check
    for dataset in opened:
        dataset.close()
