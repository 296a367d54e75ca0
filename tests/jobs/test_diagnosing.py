import json
from pathlib import Path

import pandas as pd
import pytest

import ptml
from ptml.publish import read_run
from tests.conftest import SETTINGS


@pytest.fixture(scope="module")
def tables(published: Path) -> dict[str, pd.DataFrame]:
    return dict(read_run(str(published)).tables)


def test_who_is_below_target_has_a_diagnosis_and_the_segment_says_the_same(
    tables: dict[str, pd.DataFrame],
) -> None:
    segments, found = tables["segments"], tables["diagnoses"]
    below = segments[segments["performance_state"] == "below"]
    assert below["employee_id"].tolist() == found["employee_id"].tolist() != []
    assert below["main_cause"].tolist() == found["cause"].tolist()
    assert below["first_question"].tolist() == found["first_question"].tolist()
    named = found[found["cause"] != "unclear"]
    assert (named["strength"] >= SETTINGS.diagnosis.least_strength).all()
    assert (found.loc[found["cause"] == "unclear", "strength"] < 0.5).all()


def test_every_diagnosis_has_four_sources_with_what_they_rest_on(
    tables: dict[str, pd.DataFrame],
) -> None:
    for text in tables["diagnoses"]["evidence"]:
        told = json.loads(text)
        names = [source["source"] for source in told["sources"]]
        assert names == ["performance", "capability", "incidents", "asked"]
        assert set(told["points_lost"]) == {"capability", "motivation", "environment"}
        for source in told["sources"]:
            assert {"says", "figure", "n", "direction", "strength"} <= set(source)
            assert source["strength"] is None or 0.5 <= source["strength"] <= 1


def test_everybody_has_a_segment_by_a_rule_and_a_course_level_unless_it_is_the_surroundings(
    tables: dict[str, pd.DataFrame],
) -> None:
    segments = tables["segments"]
    assert segments["rule"].notna().all()
    around = segments["main_cause"] == "environment"
    known = segments["performance_state"].notna()
    assert segments.loc[around, "course_level"].isna().all()
    assert segments.loc[~around & known, "course_level"].notna().all()


def test_the_rules_are_published_with_the_run(tables: dict[str, pd.DataFrame]) -> None:
    evidence = tables["evidence"]
    [payload] = evidence.loc[evidence["name"] == "segment_rules", "payload"]
    told = json.loads(payload)
    assert "\n".join(told["rules"]) == ptml.segment_rules()
    assert len(told["sha256"]) == 64


def test_the_frames_of_a_notebook_are_those_of_the_run(
    organisation: Path, tables: dict[str, pd.DataFrame]
) -> None:
    with ptml.load(organisation) as company:
        found = ptml.diagnose(company)
    published = tables["diagnoses"].sort_values("employee_id")
    mine = found.people.sort_values("employee_id")
    for column in ("employee_id", "cause", "strength", "evidence"):
        assert mine[column].tolist() == published[column].tolist(), column
    units = tables["needs"].set_index(["org_unit_id", "competency_id"])["cause"]
    assert found.units.set_index(["org_unit_id", "competency_id"])["cause"].tolist() == list(units)
