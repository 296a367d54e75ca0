"""Tuning from data to page and pinned settings, taken up again, refused where it does not fit."""

import itertools
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ptml.errors import DataError, UsageError
from ptml.jobs.progress import Silent
from ptml.jobs.settings import Settings, load_settings
from ptml.jobs.tune import run_tuning
from ptml.tracking import default_store, opened


def tuned(
    data: Path, study: Path, n: int = 4, model: str = "recommend", as_of: date | None = None
) -> dict[str, Any]:
    clock = itertools.count()
    return run_tuning(
        model,
        str(data),
        study,
        as_of,
        Settings(),
        None,
        n,
        None,
        5,
        False,
        lambda: float(next(clock)),
        Silent(),
    )


def test_a_search_ends_in_a_page_plots_and_settings_that_load(
    organisation: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    told = tuned(organisation, study)
    assert told["trials"] == 4
    assert told["default"]["recommend.ridge"] == 30.0
    assert len({json.dumps(told["best"]), json.dumps(told["default"])}) == 2 or (
        told["search_gain"][0] == 0
    )
    page = (study / "tuning.html").read_text()
    assert told["verdict"] in page.replace("&#39;", "'")
    assert "http" not in page.replace("http-equiv", "").split("<footer>")[1]
    for name in ("history.png", "history.svg", "slices.png", "slices.svg"):
        assert (study / name).stat().st_size > 1_000
    pinned = load_settings(study / "settings.toml")
    assert pinned.recommend.ridge == told["chosen"]["recommend.ridge"]
    assert pinned.seed == 5
    before = (study / "tuning.html").read_bytes()
    again = tuned(organisation, study)
    assert again["verdict"] == told["verdict"]
    assert (study / "tuning.html").read_bytes() == before
    assert tuned(organisation, study, 5)["trials"] == 5


def test_other_data_or_another_date_begin_a_study_of_their_own(
    organisation: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    tuned(organisation, study, 2)
    with pytest.raises(UsageError, match="another as-of date"):
        tuned(organisation, study, 2, as_of=date(2026, 6, 1))
    with pytest.raises(UsageError, match="another model"):
        tuned(organisation, study, 2, model="warnings")


def test_too_short_a_history_is_told_and_not_searched(organisation: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too little is known to tune lift"):
        tuned(organisation, tmp_path / "study", 2, "lift", date(2025, 1, 1))


def test_a_model_that_does_not_exist_is_one_line(
    call: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, _, errors = call("tune", "ranker", tmp_path)
    assert code == 2
    assert errors == "ptml: ptml tune knows recommend, lift, warnings, got ranker\n"


def test_a_study_is_logged_with_a_run_for_each_trial(
    organisation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    study = tmp_path / "study"
    tuned(organisation, study)
    told = run_tuning(
        "recommend",
        str(organisation),
        study,
        None,
        Settings(),
        None,
        4,
        None,
        5,
        True,
        lambda: 0.0,
        Silent(),
    )
    with opened(default_store(tmp_path / "mlruns")) as mlflow:
        runs = mlflow.search_runs(experiment_names=["ptml"], output_format="list")
        children = [run for run in runs if run.data.tags.get("mlflow.parentRunId")]
        assert len(runs) == 5
        assert {run.data.tags["mlflow.parentRunId"] for run in children} == {told["mlflow_run_id"]}
