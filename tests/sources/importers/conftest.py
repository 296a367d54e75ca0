"""Small copies of the public data sets, in their own format."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest


@pytest.fixture
def mooccubex_source(tmp_path: Path) -> Path:
    """7 takes 50, 60, 10 and then 80, 9 takes 60, 10 and then 50; a cut 3 in between."""
    folder = tmp_path / "mooccubex"
    folder.mkdir()
    enrolments = pd.DataFrame(
        {
            "user": [7, 7, 7, 7, 7, 9, 9, 9, 9],
            "position": [0, 1, 2, 3, 4, 0, 1, 2, 3],
            "course": [50, 60, 10, 3, 80, 60, 10, 3, 50],
            "test": [False, False, False, False, True, False, False, False, True],
        }
    )
    enrolments.to_parquet(folder / "enrolments.parquet")
    users = pd.DataFrame({"user": [7, 9], "gender_code": [2, 0]})
    users.to_parquet(folder / "users.parquet")
    return folder


@pytest.fixture
def oulad_source(tmp_path: Path) -> Path:
    """Student 1 leaves AAA and passes it the next time; 2 fails, 3 has no day of registration."""
    folder = tmp_path / "oulad"
    folder.mkdir()
    presentation = {"code_module": "AAA", "code_presentation": ["2013B", "2014J"]}
    runs = {"code_module": "AAA", "code_presentation": ["2013B", "2014J", "2014J", "2014J"]}
    people = {**runs, "id_student": [1, 1, 2, 3]}
    tables: dict[str, dict[str, Any]] = {
        "course": {**presentation, "module_presentation_length": [240, 269]},
        "student": {
            **people,
            "gender": ["F", "F", "M", "M"],
            "region": "Wales",
            "imd_band": ["0-10%", "20-30%", None, "10-20"],
            "age_band": "0-35",
            "disability": [False, False, True, False],
            "final_result": ["Withdrawn", "Pass", "Fail", "Distinction"],
        },
        "student_registration": {
            **people,
            "date_registration": [-10.0, 5.0, -1.0, None],
            "date_unregistration": [20.0, None, None, None],
        },
        "assessment": {
            "code_module": "AAA",
            "code_presentation": "2014J",
            "id_assessment": [11, 12, 13],
            "assessment_type": ["TMA", "CMA", "Exam"],
            "weight": [75.0, 25.0, 100.0],
        },
        "student_assessment": {
            "id_student": [1, 1, 2, 3],
            "id_assessment": [11, 13, 11, 12],
            "score": [80.0, 10.0, 40.0, 100.0],
        },
    }
    for name, columns in tables.items():
        pd.DataFrame(columns).to_parquet(folder / f"{name}.parquet")
    return folder
