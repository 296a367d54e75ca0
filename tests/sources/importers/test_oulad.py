"""OULAD: days from the presentation's start, a module as the course, results as dates."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.sources import read_dataset
from ptml.sources.importers import import_oulad


@pytest.fixture
def enrolments(oulad_source: Path, tmp_path: Path) -> pd.DataFrame:
    import_oulad(oulad_source, tmp_path / "out")
    return pd.read_parquet(tmp_path / "out" / "enrolments.parquet").set_index("enrolment_id")


def test_coming_back_to_a_module_is_a_second_enrolment_in_the_same_course(
    enrolments: pd.DataFrame,
) -> None:
    of_one = enrolments[enrolments["employee_id"] == "1"]
    assert of_one.index.tolist() == ["1-AAA-2013B", "1-AAA-2014J"]
    assert of_one["course_id"].tolist() == ["AAA", "AAA"]


def test_days_count_from_the_start_of_the_presentation(enrolments: pd.DataFrame) -> None:
    left = enrolments.loc["1-AAA-2013B"]
    assert str(left["enrolled_on"]) == "2013-01-22"
    assert str(left["dropped_on"]) == "2013-02-21"
    assert bool(left.isna()["completed_on"])


def test_a_pass_is_completed_on_the_last_day_and_a_fail_never(enrolments: pd.DataFrame) -> None:
    assert str(enrolments.loc["1-AAA-2014J", "completed_on"]) == "2015-06-27"
    failed = enrolments.index == "2-AAA-2014J"
    assert enrolments.loc[failed, ["completed_on", "dropped_on"]].isna().all(axis=None)


def test_the_score_is_weighted_with_0_for_what_was_not_handed_in_and_without_the_exam(
    enrolments: pd.DataFrame,
) -> None:
    score = enrolments["exam_score"]
    assert score["1-AAA-2014J"] == pytest.approx(0.75 * 80)
    assert score["3-AAA-2014J"] == pytest.approx(0.25 * 100)
    assert pd.isna(score["1-AAA-2013B"])


def test_an_enrolment_without_a_day_is_set_aside_with_its_reason(
    oulad_source: Path, tmp_path: Path
) -> None:
    registration = oulad_source / "student_registration.parquet"
    many = [pd.read_parquet(registration)]
    student = pd.read_parquet(oulad_source / "student.parquet")
    for person in range(4, 40):
        of_two = many[0]["id_student"] == 2
        many.append(many[0][of_two].assign(id_student=person))
        student = pd.concat(
            [student, student[student["id_student"] == 2].assign(id_student=person)]
        )
    pd.concat(many).to_parquet(registration)
    student.to_parquet(oulad_source / "student.parquet")
    import_oulad(oulad_source, tmp_path / "many")
    with read_dataset(str(tmp_path / "many")) as dataset:
        assert dataset.rejected.column("rule").to_pylist() == ["enrolled_on is missing"]


def test_a_person_is_described_as_in_the_first_presentation(
    oulad_source: Path, tmp_path: Path
) -> None:
    import_oulad(oulad_source, tmp_path / "out")
    people = pd.read_parquet(tmp_path / "out" / "employees.parquet").set_index("employee_id")
    assert people.loc["1", "protected_deprivation"] == "0-10%"
    assert len(people) == 3
