import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ptml.decide.path.config import PathConfig
from ptml.jobs.paths.replan import replan
from ptml.jobs.progress import Silent
from ptml.publish import read_run
from tests.conftest import SETTINGS

CONFIG = PathConfig()


@pytest.fixture(scope="module")
def tables(published: Path) -> dict[str, pd.DataFrame]:
    return dict(read_run(str(published)).tables)


@pytest.fixture(scope="module")
def paths(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["paths"]


def test_a_plan_holds_what_its_steps_come_to(
    tables: dict[str, pd.DataFrame], paths: pd.DataFrame
) -> None:
    plans = tables["path_plans"].set_index("employee_id")
    assert set(plans.index) == set(tables["people"]["employee_id"])
    counted = paths[paths["part"] != "practice"].groupby("employee_id")["step"].count()
    assert (plans["steps"] == counted.reindex(plans.index).fillna(0)).all()
    whole = paths.groupby("employee_id")["lift"].sum(min_count=1).reindex(plans.index)
    pd.testing.assert_series_equal(plans["lift"], whole, check_names=False)
    assert (plans["optimality_gap"] == 0).all()


def test_steps_of_a_path_follow_one_another_within_its_weeks(paths: pd.DataFrame) -> None:
    ordered = paths[paths["part"] != "practice"].sort_values(["employee_id", "step"])
    before = ordered.groupby("employee_id")["ends_in_week"].shift()
    later = before.notna()
    assert (ordered.loc[later, "starts_in_week"] >= before[later]).all()
    whole = paths[(paths["part"] == "elective") & (paths["weeks"] % 1 == 0)]
    last = whole["starts_in_week"] + whole["weeks"] - 1
    begins_with_a_week = whole["ends_in_week"] == last
    assert begins_with_a_week.any()
    assert (begins_with_a_week | (whole["ends_in_week"] == last + 1)).all()
    chosen = paths[paths["lift_alone"].notna()]
    assert (chosen["ends_in_week"] < CONFIG.horizon_weeks).all()


def test_a_step_in_its_turn_adds_no_more_than_by_itself(paths: pd.DataFrame) -> None:
    known = paths[paths["lift"].notna() & (paths["lift_alone"] > 0)]
    assert (known["lift"] <= known["lift_alone"] + 1e-6).all()
    assert (known["lift"] < known["lift_alone"] - 0.01).any()


def test_what_a_course_requires_is_done_or_comes_before_it(
    organisation: Path, paths: pd.DataFrame
) -> None:
    needs = pd.read_parquet(organisation / "prerequisites.parquet")
    enrolments = pd.read_parquet(organisation / "enrolments.parquet")
    done = enrolments[enrolments["completed_on"].notna()]
    had = set(zip(done["employee_id"], done["course_id"], strict=True))
    keys = zip(paths["employee_id"], paths["course_id"], strict=True)
    place = dict(zip(keys, paths["step"].tolist(), strict=True))
    asked = paths.merge(needs, on="course_id")
    columns = (asked[name] for name in ("employee_id", "requires_course_id", "step"))
    for person, first, step in zip(*columns, strict=True):
        assert (person, first) in had or place[person, first] < step


def test_every_step_says_why(paths: pd.DataFrame) -> None:
    reasons = [json.loads(cell) for cell in paths["reasons"]]
    assert all(item["text"] and item["text_key"] for cell in reasons for item in cell)
    assert all(reasons)


def test_a_path_laid_for_one_person_is_that_of_the_run(
    organisation: Path, models: Path, published: Path, paths: pd.DataFrame
) -> None:
    person = str(paths["employee_id"].iloc[-1])
    args = (str(organisation), models, person, str(published), None, SETTINGS, Silent())
    found: dict[str, Any] = replan(*args)
    own = paths[paths["employee_id"] == person]
    assert [step["course_id"] for step in found["steps"]] == own["course_id"].tolist()
    assert {change["change"] for change in found["changes"]} == {"kept"}
    assert found["plan"]["lift"] == pytest.approx(own["lift"].sum())


def test_the_run_says_how_well_paths_are_solved(tables: dict[str, pd.DataFrame]) -> None:
    evidence = tables["evidence"].set_index(["model", "name"])
    assert evidence.loc[("paths", "proven_best_share"), "value"] == 1
    assert evidence.loc[("paths", "library_finds_no_other_path"), "verdict"] == "pass"
    told = tables["path_plans"]["library_value"].dropna()
    assert 0 < len(told) < 40
