"""Policies compared from published runs and from the input table."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.jobs.off_policy import run_policy_comparison
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from tests.conftest import SETTINGS, at_noon

DAY = date(2026, 4, 2)


def settings(**parts: dict[str, Any]) -> Settings:
    return Settings.model_validate({"rank": {"top_k": 3}, **parts})


@pytest.fixture(scope="module")
def runs(organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of preferences as of the same day: half of the lists explored, and none."""
    place = tmp_path_factory.mktemp("runs")
    models, only = place / "models", ["recommend"]
    run_training(str(organisation), models, DAY, SETTINGS, only, False, Silent())
    for name, share in (("old", 0.5), ("new", 0.0)):
        chosen = settings(explore={"share": share})
        out = str(place / name)
        run_scoring(str(organisation), models, out, DAY, chosen, only, at_noon, Silent())
    return place


def test_a_new_run_is_judged_by_the_log_of_the_old(organisation: Path, runs: Path) -> None:
    found = run_policy_comparison(
        str(organisation), str(runs / "new"), str(runs / "old"), settings(), Silent()
    )
    assert found["judged"]
    figures = found["figures"]
    assert figures["n_people"] > 400
    assert figures["old"]["value"] > 0
    assert figures["doubly_robust"]["low"] < figures["ips"]["value"] < figures["ips"]["high"]
    assert any("doubly robust" in sentence for sentence in found["sentences"])


def test_only_what_people_chose_within_the_days_is_an_answer(
    organisation: Path, runs: Path
) -> None:
    old = pd.read_parquet(runs / "old" / "exposures.parquet")
    enrolments = pd.read_parquet(organisation / "enrolments.parquet")
    day = pd.to_datetime(enrolments["enrolled_on"])
    within = (day >= pd.Timestamp(DAY)) & (day < pd.Timestamp(DAY) + pd.Timedelta(days=60))
    chosen = enrolments[within & enrolments["assigned_by"].isin(["self", "engine"])]
    answers = old.merge(
        chosen[["employee_id", "course_id"]].drop_duplicates(), on=["employee_id", "course_id"]
    )
    found = run_policy_comparison(
        str(organisation),
        str(runs / "old"),
        str(runs / "old"),
        settings(off_policy={"days": 60}),
        Silent(),
    )
    per_list = len(answers) / old["employee_id"].nunique()
    assert found["figures"]["old"]["value"] == pytest.approx(per_list)


def test_the_log_may_be_a_table_of_the_data(organisation: Path, runs: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(organisation, data)
    log = pd.read_parquet(runs / "old" / "exposures.parquet")
    log.rename(columns={"as_of": "shown_on"}).to_parquet(data / "exposures.parquet")
    new = str(runs / "new")
    by_table = run_policy_comparison(str(data), new, None, settings(), Silent())
    by_run = run_policy_comparison(str(organisation), new, str(runs / "old"), settings(), Silent())
    assert by_table["figures"] == by_run["figures"]


def test_a_log_without_exploration_cannot_judge_another_policy(
    organisation: Path, runs: Path
) -> None:
    found = run_policy_comparison(
        str(organisation), str(runs / "old"), str(runs / "new"), settings(), Silent()
    )
    assert not found["judged"]
    assert found["figures"]["code"] == "no_overlap"
    assert "cannot be judged" in found["sentences"][0]


def test_what_does_not_fit_together_is_said(
    organisation: Path, runs: Path, published: Path
) -> None:
    new = str(runs / "new")
    with pytest.raises(UsageError, match="same day"):
        run_policy_comparison(str(organisation), new, str(published), settings(), Silent())
    late = settings(off_policy={"days": 900})
    with pytest.raises(UsageError, match="may be answered until"):
        run_policy_comparison(str(organisation), new, str(runs / "old"), late, Silent())
    with pytest.raises(UsageError, match="nothing with a propensity"):
        run_policy_comparison(str(organisation), new, None, settings(), Silent())
