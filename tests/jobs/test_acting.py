"""A hold-out from a run to the answer: flags published, read back, held against what came of it."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ptml.jobs.acting import run_acting
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from tests.conftest import SETTINGS, at_noon

TRAINED = date(2025, 10, 2)
DAYS = (date(2026, 1, 2), date(2026, 4, 2))
SHARE = 0.4


def settings(share: float, bucket_employees: int = 250) -> Settings:
    return Settings.model_validate(
        {
            "warning": {"holdout_share": share},
            "scoring": {"bucket_employees": bucket_employees},
            "acting": {"least_an_arm": 10, "least_of_each": 2},
        }
    )


@pytest.fixture(scope="module")
def runs(organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs that hold out, one that does not, one that was cut into other buckets."""
    place = tmp_path_factory.mktemp("runs")
    models, only = place / "models", ["warnings"]
    wide = SETTINGS.model_copy(
        update={"warning": SETTINGS.warning.model_copy(update={"review_share": 0.6})}
    )
    run_training(str(organisation), models, TRAINED, wide, only, False, Silent())
    made = {
        "first": (DAYS[0], settings(SHARE)),
        "second": (DAYS[1], settings(SHARE)),
        "soon": (date(2026, 1, 23), settings(SHARE)),
        "whole": (DAYS[0], settings(SHARE, 5000)),
        "none": (DAYS[0], settings(0)),
    }
    for name, (day, chosen) in made.items():
        out = str(place / name)
        run_scoring(str(organisation), models, out, day, chosen, only, at_noon, Silent())
    return place


def table(runs: Path, name: str, of: str) -> pd.DataFrame:
    return pd.read_parquet(runs / name / f"{of}.parquet").drop(columns="run_id")


def acting(data: Path, *published: Path, share: float = SHARE) -> dict[str, Any]:
    return run_acting(str(data), [str(out) for out in published], None, settings(share), Silent())


def test_a_share_of_what_would_be_flagged_is_held_out(runs: Path) -> None:
    drawn, all_flagged = table(runs, "first", "warnings"), table(runs, "none", "warnings")
    would_be = all_flagged["flagged"]
    assert (drawn["p_weak"] == all_flagged["p_weak"]).all()
    assert set(drawn.loc[~would_be, "arm"]) == {"none"}
    assert set(drawn.loc[would_be, "arm"]) == {"flag", "hold_out"}
    assert (drawn["flagged"] == (drawn["arm"] == "flag")).all()
    held = (drawn.loc[would_be, "arm"] == "hold_out").mean()
    assert held == pytest.approx(SHARE, abs=0.15)


def test_the_log_has_what_reached_the_threshold_with_its_chance(runs: Path) -> None:
    log, warnings = table(runs, "first", "flags"), table(runs, "first", "warnings")
    reached = warnings[warnings["arm"] != "none"]
    both = log.merge(reached, on=["enrolment_id", "stage", "arm", "p_weak"])
    assert len(both) == len(log) == len(reached)
    chance = np.where(log["arm"] == "hold_out", SHARE, 1 - SHARE)
    np.testing.assert_allclose(log["propensity"], chance)
    alone = table(runs, "none", "flags")
    assert set(alone["arm"]) == {"flag"}
    assert set(alone["propensity"]) == {1.0}
    assert alone["policy"].nunique() == log["policy"].nunique() == 1
    assert alone["policy"].iloc[0] != log["policy"].iloc[0]


def test_a_completion_keeps_its_arm_in_later_runs_stages_and_other_buckets(runs: Path) -> None:
    first, soon, whole = (table(runs, name, "flags") for name in ("first", "soon", "whole"))
    order = ["enrolment_id", "stage"]
    one, other = (log.sort_values(order, ignore_index=True) for log in (first, whole))
    pd.testing.assert_frame_equal(one, other)
    seen = pd.concat([first, soon])
    assert seen.duplicated("enrolment_id").any()
    assert (seen.groupby("enrolment_id")["arm"].nunique() == 1).all()


def test_the_hold_out_is_judged_by_what_became_of_it(organisation: Path, runs: Path) -> None:
    found = acting(organisation, runs / "first", runs / "second")
    assert found["judged"], found["sentences"]
    figures = found["figures"]
    # Nobody acts in a simulated organisation: there is nothing to find.
    assert figures["any_time"]["low"] <= 0 <= figures["any_time"]["high"]
    assert figures["answer"] == "open"
    assert [one["quarter"] for one in figures["quarters"]] == ["2026Q1", "2026Q2"]
    assert any("No action is logged" in sentence for sentence in found["sentences"])


def test_the_log_and_what_was_done_may_be_tables_of_the_data(
    organisation: Path, runs: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(organisation, data)
    log = pd.concat([table(runs, name, "flags") for name in ("first", "second")])
    log.rename(columns={"as_of": "flagged_on"}).to_parquet(data / "flags.parquet")
    flagged = log[log["arm"] == "flag"].drop_duplicates("enrolment_id")
    helped = flagged[np.arange(len(flagged)) % 3 > 0]
    actions = pd.DataFrame(
        {
            "enrolment_id": helped["enrolment_id"],
            "code": "mentor",
            "decided_on": helped["as_of"],
            "decision": "accept",
            "done_on": helped["as_of"],
        }
    )
    refused = actions.head(1).assign(enrolment_id="nobody")
    pd.concat([actions, refused]).to_parquet(data / "warning_actions.parquet")
    by_table = acting(data)
    by_run = acting(organisation, runs / "first", runs / "second")
    assert by_table["figures"]["effect"] == by_run["figures"]["effect"]
    assert by_table["counts"] == by_run["counts"]
    uptake = by_table["figures"]["uptake"]
    assert 0.4 < uptake["acted_flagged"] < 0.8
    assert uptake["acted_held_out"] == 0
    assert uptake["complier"]["low"] < uptake["complier"]["value"] < uptake["complier"]["high"]
    assert any("NOT an effect" in sentence for sentence in by_table["sentences"])


def test_without_a_hold_out_there_is_one_sentence_with_the_way_out(
    organisation: Path, runs: Path
) -> None:
    found = acting(organisation, runs / "none")
    assert not found["judged"]
    assert found["figures"]["code"] == "no_hold_out"
    [sentence] = found["sentences"]
    assert "Set warning.holdout_share" in sentence
    assert "at most 2,181 flags" in sentence


def test_what_is_not_over_or_not_there_is_said(organisation: Path, runs: Path) -> None:
    nothing = acting(organisation)
    assert nothing["figures"]["code"] == "nothing_logged"
    early = run_acting(
        str(organisation), [str(runs / "first")], date(2026, 1, 3), settings(SHARE), Silent()
    )
    assert early["figures"]["code"] in ("still_open", "too_few")


def test_the_command_answers_in_json(
    organisation: Path, runs: Path, call: Callable[..., tuple[int, str, str]]
) -> None:
    words = ("evaluate", "acting", organisation, "--flags", runs / "first")
    code, told, _ = call(*words, "--flags", runs / "second", "--json")
    assert code == 0
    assert json.loads(told)["figures"]["draw"]["expected"] == pytest.approx(SHARE)
    code, told, _ = call(*words)
    assert code == 0
