"""OULAD as a warning: who of those still registered at day d will fail or withdraw.

A module up to day d is the course, those registered at day d have completed it, and the final
result is the behaviour check. The 2013 presentations are learnt from, and those of 2014 are asked
about.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.evaluate.oulad_features import oulad_features
from ptml.evaluate.oulad_records import PROTECTED, OuladRecords
from ptml.transfer.classifier import Cases

OULAD_DAYS = (28, 70, 120)
"""Days of the presentation at which a warning is asked for."""
TRAIN_YEAR = "2013"


@dataclass(frozen=True, eq=False)
class OuladCases:
    """Cases of both years at a day.

    Attributes
    ----------
    train, test : Cases
        ``x`` (n, p) float32 with NaN = unknown, ``weak`` = failed or withdrew; all at stage 0.
    names : tuple of str, length p
    train_student, test_student : (n,) int64
        Whose case it is: a student may be in several modules.
    train_presentation : (n,) str
        Module and presentation, such as ``AAA2013J``.
    groups : DataFrame
        Of the test rows: `PROTECTED` as text, empty = unknown. Never a feature.
    """

    train: Cases
    test: Cases
    names: tuple[str, ...]
    train_student: NDArray[np.int64]
    test_student: NDArray[np.int64]
    train_presentation: NDArray[np.str_]
    groups: pd.DataFrame


def oulad_cases(folder: Path, day: int) -> OuladCases:
    """Read the cases of both years as they were known on a day of the presentation.

    Parameters
    ----------
    folder : Path
        ``student``, ``student_registration``, ``student_assessment`` and ``assessment`` as Parquet.
    day : int
        Counted from the presentation's start; what happened on the day itself is known.

    Raises
    ------
    UsageError
        A table is not there.
    """
    records = OuladRecords.read(folder, day)
    features, students = oulad_features(records), records.students
    is_train = students["code_presentation"].str.startswith(TRAIN_YEAR).to_numpy(dtype=np.bool_)
    student = students["id_student"].to_numpy(dtype=np.int64)
    presentation = students["code_module"] + students["code_presentation"]
    cases = Cases(
        features.to_numpy(dtype=np.float32),
        students["is_weak"].to_numpy(dtype=np.bool_),
        np.zeros(len(students), dtype=np.uint8),
    )
    groups = students.loc[~is_train, list(PROTECTED)].reset_index(drop=True)
    return OuladCases(
        train=cases.take(is_train),
        test=cases.take(~is_train),
        names=tuple(features.columns),
        train_student=student[is_train],
        test_student=student[~is_train],
        train_presentation=presentation[is_train].to_numpy(dtype=np.str_),
        groups=groups.astype("str").where(groups.notna(), ""),
    )
