"""Several imports become one folder: gaps are filled, what differs is named."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.sources import read_dataset
from ptml.sources.importers.merging import merge_imports
from tests.sources.importers.places import report, table


def _part(folder: Path, **tables: str) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        lines = [line.strip() for line in rows.strip().splitlines()]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    """A personnel system, a learning system, and results of packages in the same courses."""
    hr = _part(
        tmp_path / "hr",
        employees="employee_id,hired_on,protected_gender\nE7,2020-01-01,f\nE8,,m",
        courses="course_id,title,hours\nC1,Gauges,8",
    )
    lms = _part(
        tmp_path / "lms",
        employees="employee_id,hired_on\nE7,2021-01-01\nE8,2022-02-02\nE9,",
        courses="course_id,title\nC1,Measuring\nC2,Ladders",
        enrolments="""enrolment_id,employee_id,course_id,enrolled_on,completed_on
            m1,E7,C1,2026-03-02,2026-03-07
            m2,E9,C2,2026-03-02,""",
    )
    scorm = _part(
        tmp_path / "scorm",
        enrolments="""enrolment_id,employee_id,course_id,enrolled_on,started_on,exam_score
            s1,E7,C1,2026-03-01,2026-03-03,88
            s2,E7,C1,2025-03-01,2025-03-01,70
            s3,E9,C2,2026-03-02,2026-03-01,70""",
        transfer_evidence="enrolment_id,kind,done_on\ns1,practice_task,2026-03-20",
    )
    return [hr, lms, scorm]


def test_gaps_are_filled_and_the_first_part_counts(parts: list[Path], tmp_path: Path) -> None:
    merge_imports(parts, tmp_path / "out")
    people = table(tmp_path / "out", "employees")
    assert people["hired_on"].dropna().astype(str).to_dict() == {
        "E7": "2020-01-01", "E8": "2022-02-02"
    }  # fmt: skip
    assert people["protected_gender"].dropna().to_dict() == {"E7": "f", "E8": "m"}
    assert table(tmp_path / "out", "courses")["title"].to_dict() == {
        "C1": "Gauges",
        "C2": "Ladders",
    }


def test_what_differs_is_named_with_key_column_and_parts(parts: list[Path], tmp_path: Path) -> None:
    told = merge_imports(parts, tmp_path / "out")
    conflicts = pd.read_csv(tmp_path / "out" / "conflicts.csv")
    assert conflicts.values.tolist() == [
        ["employees", "E7", "hired_on", "2020-01-01", "hr", "2021-01-01", "lms"],
        ["courses", "C1", "title", "Gauges", "hr", "Measuring", "lms"],
    ]
    said = " ".join(told.sentences)
    assert "employees E7: hired_on is 2020-01-01 in hr, 2021-01-01 in lms" in said
    assert "1 employee is in lms and not in the first part that has employees" in said
    assert "1 enrolment has one of the same person and course within 30 days" in said


def test_enrolments_of_two_systems_close_together_are_one_where_asked(
    parts: list[Path], tmp_path: Path
) -> None:
    merge_imports(parts, tmp_path / "out", same_days=30)
    found = table(tmp_path / "out", "enrolments")
    assert sorted(found.index) == ["m1", "m2", "s2"]
    one = found.loc["m1"]
    days = [str(one[name]) for name in ("enrolled_on", "started_on", "completed_on")]
    assert days == ["2026-03-02", "2026-03-03", "2026-03-07"]
    assert one["exam_score"] == 88
    assert table(tmp_path / "out", "transfer_evidence").index.tolist() == ["m1"]
    with read_dataset(tmp_path / "out") as dataset:
        assert sum(dataset.rows_rejected.values()) == 0


def test_rows_that_break_the_contract_are_kept_beside(parts: list[Path], tmp_path: Path) -> None:
    told = merge_imports(parts, tmp_path / "out")
    assert sorted(table(tmp_path / "out", "enrolments").index) == ["m1", "m2", "s1", "s2"]
    kept = pd.read_csv(tmp_path / "out" / "not_placed.csv")
    assert kept[["file", "reason"]].values.tolist() == [
        ["scorm/enrolments.csv", "started_on before enrolled_on"]
    ]
    assert report(tmp_path / "out")["rows"].sum() == 14
    assert told.sentences[:2] == ("14 rows read.", "13 placed.")


def test_rows_without_a_key_come_as_often_as_in_the_part_that_has_most(tmp_path: Path) -> None:
    header = "employee_id,competency_id,level,source,assessed_on"
    row, other = "E7,K1,3,peer,2026-03-05", "E7,K1,4,peer,2026-03-05"
    one = _part(tmp_path / "one", assessments="\n".join([header, row, row]))
    two = _part(tmp_path / "two", assessments="\n".join([header, row, other]))
    merge_imports([one, two], tmp_path / "out")
    assert pd.read_parquet(tmp_path / "out" / "assessments.parquet")["level"].tolist() == [3, 3, 4]


def test_the_same_parts_give_the_same_bytes(parts: list[Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        merge_imports(parts, tmp_path / name, same_days=30)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_mistakes_are_said_in_words(parts: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least two"):
        merge_imports(parts[:1], tmp_path / "out")
    with pytest.raises(UsageError, match="there is no folder"):
        merge_imports([parts[0], tmp_path / "nowhere"], tmp_path / "out")
    (parts[1] / "courses.csv").write_text("title\nGauges\n")
    with pytest.raises(UsageError, match=r"lms: courses\.csv has no column course_id"):
        merge_imports(parts, tmp_path / "out")
    assert not (tmp_path / "out").exists()
