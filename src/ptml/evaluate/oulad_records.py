"""What is known of the students of OULAD by a day of their presentation.

OULAD (Kuzilek, Hlosta & Zdrahal 2017, CC BY 4.0) has no day on which a score was given back: a
score is taken to be known on the day on which the work was handed in.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from ptml.errors import UsageError

PRESENTATION = ["code_module", "code_presentation"]
STUDENT = [*PRESENTATION, "id_student"]
PROTECTED = ("gender", "age_band", "disability", "imd_band")
"""Columns that the outcome is audited by and that no feature is made of; nor is the region."""
WEAK_RESULTS = ("Fail", "Withdrawn")

_TABLES = ("student", "student_registration", "student_assessment", "assessment")


@dataclass(frozen=True, eq=False)
class OuladRecords:
    """What was known by a day, days counting from each presentation's start.

    Attributes
    ----------
    students : DataFrame
        Those registered on the day, with ``is_weak``: one row a student and presentation.
    leavers : DataFrame
        Keys of the presentations of all who had begun, with ``has_left`` by the day.
    assessments : DataFrame
        All of each presentation, with their day due (``date``) and ``weight``.
    submissions : DataFrame
        Handed in by the day, of the students above: their keys, the assessment, ``score``.
    """

    day: int
    students: pd.DataFrame
    leavers: pd.DataFrame
    assessments: pd.DataFrame
    submissions: pd.DataFrame

    @classmethod
    def read(cls, folder: Path, day: int) -> Self:
        """Read the Parquet tables of a folder, and keep what was known by the day.

        Raises
        ------
        UsageError
            A table is not there.
        """
        tables = {name: _read(folder, name) for name in _TABLES}
        everybody = tables["student"].merge(tables["student_registration"], on=STUDENT)
        everybody["is_weak"] = everybody["final_result"].isin(WEAK_RESULTS)
        # A later registration or leaving is the future's; an unknown one is taken as not yet.
        everybody = everybody[~(everybody["date_registration"] > day)]
        has_left = everybody["date_unregistration"] <= day
        students = everybody[~has_left].reset_index(drop=True)
        began = ~(everybody["date_unregistration"] <= 0)
        leavers = everybody.loc[began, PRESENTATION].assign(has_left=has_left[began])
        # The exam decides the outcome itself, and lies after every day that is asked about.
        is_work = tables["assessment"]["assessment_type"] != "Exam"
        assessments = tables["assessment"][is_work].reset_index(drop=True)
        handed_in = tables["student_assessment"]
        submissions = (
            handed_in[handed_in["date_submitted"] <= day]
            .merge(assessments, on="id_assessment")
            .merge(students[STUDENT], on=STUDENT)
        )
        return cls(day, students, leavers, assessments, submissions)


def _read(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise UsageError(f"OULAD: {path} is not there; the folder must hold {', '.join(_TABLES)}")
    return pd.read_parquet(path)
