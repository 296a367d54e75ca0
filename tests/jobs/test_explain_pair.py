"""One person and one course explained: as published, or why not."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ptml.decide.explore import ExploreConfig
from ptml.decide.rank import RankConfig
from ptml.errors import UsageError
from ptml.features.eligibility import EXCLUSIONS
from ptml.jobs.explain_pair import explain_pair
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from tests.conftest import SETTINGS, at_noon


def told(organisation: Path, models: Path, employee: str, course: str) -> dict[str, Any]:
    found: dict[str, Any] = explain_pair(
        str(organisation), models, employee, course, None, SETTINGS, Silent()
    )
    return found


def added_up(parts: dict[str, Any]) -> float:
    single = ("base", "popularity", "role", "unit", "grade", "gap", "other")
    past = sum(item["contribution"] for item in parts["past"])
    return float(sum(parts[name] for name in single) + past)


def test_a_recommended_course_is_told_as_it_was_published(
    organisation: Path, models: Path, published: Path
) -> None:
    rows = pd.read_parquet(published / "recommendations.parquet")
    drawn = pd.read_parquet(published / "exposures.parquet")["explored"].to_numpy()
    row = rows[~drawn].iloc[7]
    found = told(organisation, models, row["employee_id"], row["course_id"])
    assert found["eligible"]
    assert found["rank"] == row["rank"]
    assert found["score"] == pytest.approx(row["score"], abs=1e-6)
    assert found["lift"] == pytest.approx(row["lift"], abs=1e-6)
    assert found["preference_parts"]["preference"] == pytest.approx(row["preference"], abs=1e-9)
    assert added_up(found["preference_parts"]) == pytest.approx(row["preference"], abs=1e-6)
    assert found["score_from_gain"] + found["score_from_preference"] == pytest.approx(
        found["score"]
    )
    assert any("it is recommended" in line for line in found["sentences"])


def test_a_course_that_stands_too_low_names_what_stands_above(
    organisation: Path, models: Path, published: Path
) -> None:
    rows = pd.read_parquet(published / "recommendations.parquet")
    drawn = pd.read_parquet(published / "exposures.parquet")["explored"].to_numpy()
    third = rows[(rows["rank"] == 3) & ~drawn].iloc[0]
    own = rows[rows["employee_id"] == third["employee_id"]]
    settings = SETTINGS.model_copy(update={"rank": RankConfig(top_k=2)})
    found = explain_pair(
        str(organisation),
        models,
        third["employee_id"],
        third["course_id"],
        None,
        settings,
        Silent(),
    )
    assert found["eligible"]
    assert (found["rank"], found["listed"]) == (3, 2)
    assert [item["course_id"] for item in found["above"]] == own["course_id"].tolist()[:2]
    assert sum(line.startswith("Above it:") for line in found["sentences"]) == 2


def test_a_course_that_was_drawn_to_learn_says_so(
    organisation: Path, models: Path, tmp_path: Path
) -> None:
    settings = SETTINGS.model_copy(
        update={"explore": ExploreConfig(share=1.0), "rank": RankConfig(top_k=2)}
    )
    asked = (str(organisation), models)
    run_scoring(*asked, str(tmp_path / "out"), None, settings, [], at_noon, Silent())
    exposures = pd.read_parquet(tmp_path / "out" / "exposures.parquet")
    row = exposures[exposures["explored"]].iloc[0]
    found = explain_pair(*asked, row["employee_id"], row["course_id"], None, settings, Silent())
    assert found["drawn"]
    assert any("Drawn at random" in line for line in found["sentences"])


def test_every_pair_that_is_not_eligible_has_its_reasons_in_words(
    organisation: Path, models: Path, published: Path
) -> None:
    rows = pd.read_parquet(published / "recommendations.parquet")
    lifts = pd.read_parquet(published / "lift.parquet")
    courses = pd.read_parquet(organisation / "courses.parquet")["course_id"]
    employee = rows["employee_id"].iloc[0]
    candidates = set(lifts[lifts["employee_id"] == employee]["course_id"])
    seen: set[str] = set()
    for course in sorted(set(courses) - candidates):
        found = told(organisation, models, employee, course)
        assert not found["eligible"]
        assert set(found["excluded"]) <= set(EXCLUSIONS)
        told_reasons = [line for line in found["sentences"] if line.startswith("  ")]
        assert len(told_reasons) >= len(found["excluded"])
        assert added_up(found["preference_parts"]) == pytest.approx(
            found["preference_parts"]["preference"], abs=1e-6
        )
        seen |= set(found["excluded"])
        json.dumps({**found, "as_of": str(found["as_of"])})
        if {"taken", "prerequisite_missing", "mandatory"} <= seen:
            break
    assert {"taken", "mandatory"} <= seen


def test_an_unknown_id_names_the_nearest(organisation: Path, models: Path) -> None:
    people = pd.read_parquet(organisation / "employees.parquet")["employee_id"]
    with pytest.raises(UsageError, match="there is no course C999; did you mean C"):
        told(organisation, models, people.iloc[0], "C999")
    with pytest.raises(UsageError, match="there is no employee E99999; did you mean E"):
        told(organisation, models, "E99999", "C01")
