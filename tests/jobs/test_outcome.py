"""Every job that a run file can name leaves a record with what it found."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ptml.jobs import pipeline
from ptml.jobs.ledger import Ledger
from ptml.jobs.outcome import outcome_of
from ptml.jobs.pipeline import JOBS, Clocks, run_file
from ptml.jobs.progress import Silent

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)
SPREAD = {"value": 0.7, "low": 0.6, "high": 0.8}
GAIN = {"value": 0.1, "low": 0.0, "high": 0.2}
EVIDENCE = {
    **{"model": "lift", "kind": "metric", "name": "mean_lift", "bound": None, "verdict": None},
    **{"value": 0.7, "low": 0.6, "high": 0.8, "payload": {}},
}
FIGURE = {
    **{"model": "warnings", "name": "auc/day_30", "people": 90, "n_outcomes": 120},
    **{"margin": 0.02, "is_loss": False, "verdict": "better"},
    **{"champion": SPREAD, "challenger": SPREAD, "gain": GAIN},
}
# Name of the function behind a row, and what it gives.
FAKED: dict[str, tuple[str, dict[str, Any]]] = {
    "validate": ("run_validation", {}),
    "train": ("run_training", {"evidence": [EVIDENCE], "models": {}}),
    "score": ("run_scoring", {"run_id": "20261002-0", "rows": {"lift": 3}}),
    "evaluate": ("run_evaluation", {"figures": [FIGURE], "is_twin": True}),
    "promote": (
        "run_promotion",
        {
            **{"promoted": False, "refused": ["worse"], "version": "v2", "champion_before": "v1"},
            **{"figures": [FIGURE], "evidence": "a" * 64},
        },
    ),
    "tune": (
        "run_tuning",
        {
            **{"model": "warnings", "measure": "log loss", "is_adopted": True},
            **{"search_gain": [0.7, 0.6, 0.8], "rejudged_gain": [0.1, 0.0, 0.2]},
        },
    ),
    "monitor": (
        "run_monitoring",
        {
            **{"alarms": [{"subject": "scores"}], "action_needed": True},
            **{"advice": "look", "reason": "scores moved", "n_tests": 40},
        },
    ),
    "report": ("run_report", {"report": "report.html"}),
}
PROMOTED = {"promoted": True, "refused": [], "sentences": []}
EVERY_KEY = """
data = "data"
models = "models"
out = "out"
registry = "registry"
model = "warnings"
study = "study"
who = "Ann"
why = "monthly"
"""


def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str) -> dict[str, Any]:
    """The record of a job whose work is faked."""
    function, summary = FAKED[job]
    given = {**summary, "sentences": ["Done."]}
    monkeypatch.setattr(pipeline, function, lambda *_words, **_named: given)
    file = tmp_path / "run.toml"
    runs = json.dumps(str(tmp_path / "runs"))
    file.write_text(f'job = "{job}"\nruns = {runs}\n{EVERY_KEY}')
    run_file(file, Clocks(lambda: NOON, lambda: 0.0), Silent())
    return Ledger(tmp_path / "runs").find("latest")


def test_no_job_is_forgotten_here() -> None:
    assert FAKED.keys() == JOBS.keys()


@pytest.mark.parametrize("job", JOBS)
def test_every_job_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str) -> None:
    record = recorded(tmp_path, monkeypatch, job)
    assert (record["status"], record["job"]) == ("done", job)
    assert record["outcome"]["sentences"] == ["Done."]


@pytest.mark.parametrize("job", ["train", "evaluate", "promote", "tune"])
def test_figures_are_kept_with_their_intervals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str
) -> None:
    first = recorded(tmp_path, monkeypatch, job)["outcome"]["figures"][0]
    assert [first[end] for end in ("value", "low", "high")] == [0.7, 0.6, 0.8]


def test_a_comparison_keeps_gains_and_one_training_alone_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = recorded(tmp_path, monkeypatch, "promote")["outcome"]
    assert [row["name"] for row in outcome["figures"]] == ["auc/day_30", "auc/day_30/gain"]
    assert (outcome["promoted"], outcome["refused"], outcome["version"]) == (False, ["worse"], "v2")
    alone = outcome_of("evaluate", FAKED["evaluate"][1])
    assert [row["name"] for row in alone["figures"]] == ["auc/day_30"]


def test_a_look_keeps_its_alarms_and_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = recorded(tmp_path, monkeypatch, "monitor")
    assert record["exit_code"] == 3
    assert record["outcome"]["alarms"] == [{"subject": "scores"}]
    assert (record["outcome"]["advice"], record["outcome"]["reason"]) == ("look", "scores moved")


def test_a_figure_that_could_not_be_told_stays_unknown() -> None:
    unknown = {**FIGURE, "challenger": None, "gain": None, "verdict": "too_few"}
    [row] = outcome_of("evaluate", {"figures": [unknown]})["figures"]
    assert (row["value"], row["verdict"]) == (None, "too_few")


@pytest.mark.parametrize(
    ("said", "expected"), [("", "mlruns"), ('store = "other"', "other"), ("track = false", None)]
)
def test_mlflow_follows_a_promotion_unless_a_run_file_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, expected: str | None
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "mlflow.db").touch()
    heard: list[tuple[Any, ...]] = []

    def faked(*words: Any) -> dict[str, Any]:
        heard.append(words)
        return PROMOTED

    monkeypatch.setattr(pipeline, "run_promotion", faked)
    file = tmp_path / "run.toml"
    file.write_text(f'job = "promote"\nalarms = ["half as many"]\n{said}\n{EVERY_KEY}')
    _, exit_code = run_file(file, Clocks(lambda: NOON, lambda: 0.0), Silent())
    *_, alarms, dry_run, store = heard[0]
    assert (exit_code, alarms, dry_run) == (0, ("half as many",), False)
    assert (store and store.name) == expected
