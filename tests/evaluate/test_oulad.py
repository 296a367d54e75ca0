"""OULAD as a warning: who is asked about, what is known, and what is never a feature."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.evaluate.oulad import OuladCases, oulad_cases

KEYS = {"code_module": "AAA"}


def write(folder: Path, late_score: float = 50.0) -> Path:
    """Two presentations of three students each; one leaves early, one hands in after day 28."""
    students, registered, handed_in, work = [], [], [], []
    for p, presentation in enumerate(("2013B", "2014B")):
        work.append((presentation, 10 + p, "TMA", 20.0, 50.0))
        work.append((presentation, 20 + p, "TMA", 60.0, 50.0))
        for k, result in enumerate(("Pass", "Fail", "Withdrawn")):
            student = 100 * p + k
            students.append((presentation, student, "F", "Wales", "HE Qualification", result))
            left = 14.0 if k == 2 else np.nan
            registered.append((presentation, student, -30.0, left))
            handed_in.append(
                (10 + p, student, 19 if k == 0 else 40, 80.0 if k == 0 else late_score)
            )
    frames = {
        "student": pd.DataFrame(
            students,
            columns=[
                "code_presentation",
                "id_student",
                "gender",
                "region",
                "highest_education",
                "final_result",
            ],
        ).assign(
            **KEYS,
            imd_band=None,
            age_band="0-35",
            num_of_prev_attempts=0,
            studied_credits=60,
            disability=False,
        ),
        "student_registration": pd.DataFrame(
            registered,
            columns=["code_presentation", "id_student", "date_registration", "date_unregistration"],
        ).assign(**KEYS),
        "student_assessment": pd.DataFrame(
            handed_in, columns=["id_assessment", "id_student", "date_submitted", "score"]
        ).assign(is_banked=False),
        "assessment": pd.DataFrame(
            work,
            columns=["code_presentation", "id_assessment", "assessment_type", "date", "weight"],
        ).assign(**KEYS),
    }
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet")
    return folder


def column(cases: OuladCases, name: str) -> list[float]:
    return [float(v) for v in cases.test.x[:, cases.names.index(name)]]


def test_those_still_registered_are_asked_about_by_year(tmp_path: Path) -> None:
    cases = oulad_cases(write(tmp_path), 28)
    assert cases.train_student.tolist() == [0, 1]
    assert cases.test_student.tolist() == [100, 101]
    assert cases.test.weak.tolist() == [False, True]
    assert cases.train_presentation.tolist() == ["AAA2013B", "AAA2013B"]


def test_work_is_held_against_that_of_the_others(tmp_path: Path) -> None:
    cases = oulad_cases(write(tmp_path), 40)
    assert column(cases, "above_mean") == [15, -15]
    assert column(cases, "late_days_mean") == [-1, 20]
    cases = oulad_cases(tmp_path, 28)
    assert column(cases, "missed") == [0, 1]
    assert column(cases, "got_above_others") == [0.5, -0.5]


def test_what_is_handed_in_later_is_not_known_yet(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (
        oulad_cases(write(tmp_path / name, score), 28) for name, score in (("a", 50), ("b", 99))
    )
    np.testing.assert_array_equal(one.test.x, other.test.x)


def test_nothing_protected_is_a_feature(tmp_path: Path) -> None:
    cases = oulad_cases(write(tmp_path), 28)
    assert not {"gender", "age_band", "disability", "imd_band", "region"} & set(cases.names)
    assert cases.groups["imd_band"].tolist() == ["", ""]
    assert cases.groups["gender"].tolist() == ["F", "F"]


def test_folder_without_a_table_is_named(tmp_path: Path) -> None:
    (write(tmp_path) / "assessment.parquet").unlink()
    with pytest.raises(UsageError, match="assessment"):
        oulad_cases(tmp_path, 28)
