"""A company's data as typed frames."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ptml
from ptml.api.frames import FRAMES
from ptml.errors import DataError, UsageError


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ptml.make_company(tmp_path_factory.mktemp("company") / "data", n_employees=150, seed=4)


@pytest.fixture(scope="module")
def company(place: Path) -> Iterator[ptml.Company]:
    with ptml.load(place) as opened:
        yield opened


def test_tables_are_those_of_the_source_without_protected_attributes(company: ptml.Company) -> None:
    assert "employees" in company.tables
    assert "protected_attributes" not in company.tables
    assert not any(str(name).startswith("protected_") for name in company.tables["employees"])
    assert company.tables["enrolments"]["enrolled_on"].dtype.kind == "M"


def test_unknown_table_is_told_with_those_that_are_there(company: ptml.Company) -> None:
    with pytest.raises(KeyError, match="there is no table 'staff'; there are employees"):
        company.tables["staff"]


def test_features_are_float32_by_employee_with_categories_by_name(company: ptml.Company) -> None:
    features = company.features("2026-07-01")
    assert features.index.name == "employee_id"
    assert set(features["role"].cat.categories) <= set(company.tables["roles"]["role_id"])
    meanings = company.feature_meanings()
    person = meanings[meanings["of"] == "person"]
    assert person.index.tolist() == features.columns.tolist()
    kinds = features.dtypes.astype(str).str.replace(r"^category.*", "category", regex=True)
    assert (kinds == person["dtype"]).all()


def test_what_comes_later_changes_no_feature(place: Path) -> None:
    tables = {path.stem: pd.read_parquet(path) for path in place.glob("*.parquet")}
    log = tables["enrolments"]
    earlier = log[pd.to_datetime(log["enrolled_on"]) < pd.Timestamp("2026-07-01")]
    evidence = tables["transfer_evidence"]
    known = evidence[evidence["enrolment_id"].isin(earlier["enrolment_id"])]
    cut = {**tables, "enrolments": earlier, "transfer_evidence": known}
    with ptml.load(place) as whole, ptml.load(cut) as short:
        pd.testing.assert_frame_equal(whole.features("2026-07-01"), short.features("2026-07-01"))


def test_portraits_are_typed_as_they_are_documented(company: ptml.Company) -> None:
    portraits = company.portraits("2026-07-01")
    told = ptml.columns("portraits").set_index("column")["dtype"]
    assert portraits.dtypes.astype(str).to_dict() == told.to_dict()
    assert portraits["level"].between(0, 5).all()


def test_pair_features_stand_in_the_order_of_the_pairs(company: ptml.Company) -> None:
    people, courses = company.tables["employees"], company.tables["courses"]
    pairs = pd.DataFrame(
        {
            "employee_id": people["employee_id"].iloc[[5, 2, 5]].to_numpy(),
            "course_id": courses["course_id"].iloc[[1, 0, 3]].to_numpy(),
        }
    )
    there = company.pair_features(pairs, "2026-07-01")
    back = company.pair_features(pairs.iloc[::-1], "2026-07-01")
    assert there.index.to_frame(index=False).equals(pairs)
    np.testing.assert_array_equal(there.to_numpy(), back.to_numpy()[::-1])


def test_unknown_person_of_a_pair_is_named(company: ptml.Company) -> None:
    pairs = pd.DataFrame({"employee_id": ["nobody"], "course_id": ["C00"]})
    with pytest.raises(UsageError, match="1 values of employee_id are not in the data: nobody"):
        company.pair_features(pairs)


def test_date_outside_the_data_is_refused_with_the_range(company: ptml.Company) -> None:
    first, last = company.dates
    assert company.day() == last
    assert company.day(str(first)) == first
    with pytest.raises(UsageError, match=f"{first} to {last}"):
        company.day(date(2031, 1, 1))
    with pytest.raises(UsageError, match="as_of must be a date like 2026-10-02, got 'today'"):
        company.day("today")


def test_rows_that_break_a_rule_are_set_aside(place: Path) -> None:
    tables = {path.stem: pd.read_parquet(path) for path in place.glob("*.parquet")}
    exams = tables["enrolments"].copy()
    exams.loc[3, "exam_score"] = 140.0
    # What points at the row would be set aside with it.
    del tables["transfer_evidence"]
    with ptml.load({**tables, "enrolments": exams}) as company:
        aside = company.set_aside
    assert aside["table"].tolist() == ["enrolments"]
    assert aside["row"].tolist() == [4]
    assert aside.columns.tolist() == FRAMES["set_aside"].names


def test_what_is_missing_says_what_cannot_be_done(place: Path) -> None:
    tables = {path.stem: pd.read_parquet(path) for path in place.glob("*.parquet")}
    del tables["performance"]
    with ptml.load(tables) as company:
        assert "lift" not in company.possible
        assert any("table performance is missing" in sentence for sentence in company.missing)


def test_nothing_there_is_one_line_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is nothing at"):
        ptml.load(tmp_path / "nowhere")


def test_unknown_frame_is_told_with_those_that_are_there() -> None:
    with pytest.raises(UsageError, match="there is no frame 'lifts'; there are recommendations"):
        ptml.columns("lifts")


def test_a_closed_company_says_so(place: Path) -> None:
    with ptml.load(place) as company:
        pass
    with pytest.raises(UsageError, match="was closed; load it again"):
        company.features()


def test_a_misspelt_table_and_pairs_that_are_none_are_told(place: Path) -> None:
    frame = pd.DataFrame({"employee_id": ["a"]})
    with pytest.raises(UsageError, match="`employes` \\(did you mean `employees`"):
        ptml.load({"employes": frame})
    with ptml.load(place) as company, pytest.raises(UsageError, match="needs a frame with"):
        company.pair_features(frame)
