"""MOOCCubeX: the order becomes dates, and what is held out lies on or after one date."""

from datetime import timedelta
from pathlib import Path

import pandas as pd

from ptml.contracts.requirements import Capability, supports
from ptml.sources import read_dataset
from ptml.sources.importers import import_mooccubex
from ptml.sources.importers.mooccubex import FIRST_DAY, HELD_OUT_FROM, LAST_KNOWN_DAYS

AS_OF = pd.Timestamp(HELD_OUT_FROM)


def imported(source: Path, tmp_path: Path) -> pd.DataFrame:
    import_mooccubex(source, tmp_path / "out")
    with read_dataset(str(tmp_path / "out")) as dataset:
        found = dataset.query("SELECT * FROM enrolments ORDER BY employee_id, enrolled_on")
    return found.astype({"enrolled_on": "datetime64[s]"})


def test_only_held_out_enrolments_lie_on_or_after_the_as_of_date(
    mooccubex_source: Path, tmp_path: Path
) -> None:
    late = imported(mooccubex_source, tmp_path).query("enrolled_on >= @AS_OF")
    assert late["enrolment_id"].tolist() == ["7-4", "9-3"]


def test_rows_that_have_lost_a_digit_are_left_out_with_the_courses_that_only_they_name(
    mooccubex_source: Path, tmp_path: Path
) -> None:
    found = set(imported(mooccubex_source, tmp_path)["enrolment_id"])
    assert found == {"7-0", "7-1", "7-2", "7-4", "9-0", "9-1", "9-3"}
    courses = pd.read_parquet(tmp_path / "out" / "courses.parquet")
    assert courses["course_id"].tolist() == ["10", "50", "60", "80"]


def test_rows_that_name_whole_numbers_are_kept(mooccubex_source: Path, tmp_path: Path) -> None:
    path = mooccubex_source / "enrolments.parquet"
    pd.read_parquet(path).replace({"course": {3: 70}}).to_parquet(path)
    assert {"7-3", "9-2"} < set(imported(mooccubex_source, tmp_path)["enrolment_id"])


def test_dates_keep_each_learners_order(mooccubex_source: Path, tmp_path: Path) -> None:
    found = imported(mooccubex_source, tmp_path)
    assert found["course_id"].tolist() == ["50", "60", "10", "80", "60", "10", "50"]
    assert not found.duplicated(["employee_id", "enrolled_on"]).any()


def test_the_first_of_several_lies_on_the_first_day_and_the_last_known_in_the_last_quarter(
    mooccubex_source: Path, tmp_path: Path
) -> None:
    days = imported(mooccubex_source, tmp_path).set_index("enrolment_id")["enrolled_on"]
    assert days["7-0"] == pd.Timestamp(FIRST_DAY)
    last_known = pd.Timestamp(HELD_OUT_FROM - timedelta(days=LAST_KNOWN_DAYS))
    assert days["7-2"] == days["9-1"] == last_known


def test_the_tables_pass_the_contract_and_allow_recommending_alone(
    mooccubex_source: Path, tmp_path: Path
) -> None:
    summary = import_mooccubex(mooccubex_source, tmp_path / "out")
    with read_dataset(str(tmp_path / "out")) as dataset:
        assert dict(dataset.rows_read) | dict(summary.rows) == dict(dataset.rows_read)
        assert sum(dataset.rows_rejected.values()) == 0
        possible = [kind for kind in Capability if supports(dataset, kind)]
    assert possible == [Capability.recommend]


def test_gender_that_is_not_given_is_empty(mooccubex_source: Path, tmp_path: Path) -> None:
    import_mooccubex(mooccubex_source, tmp_path / "out")
    people = pd.read_parquet(tmp_path / "out" / "employees.parquet").set_index("employee_id")
    assert people.loc["7", "protected_gender"] == "2"
    assert people["protected_gender"].isna().to_dict() == {"7": False, "9": True}


def test_the_sentences_name_the_date_and_say_that_dates_are_made_up(
    mooccubex_source: Path, tmp_path: Path
) -> None:
    said = " ".join(import_mooccubex(mooccubex_source, tmp_path / "out").sentences)
    assert f"--as-of {HELD_OUT_FROM}" in said
    assert "Dates are made up" in said


def test_the_same_source_gives_the_same_bytes(mooccubex_source: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        import_mooccubex(mooccubex_source, tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
