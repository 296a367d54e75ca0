"""Commands that are called directly leave the record that a run file would leave."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ptml.errors import ACTION_NEEDED
from ptml.jobs.ledger import Ledger
from ptml.jobs.progress import note

Call = Callable[..., tuple[int, str, str]]

SAID = ["--who", "Ann", "--why", "monthly"]
MODELS, REGISTRY = ["--models", "models"], ["--registry", "registry"]
# Words, the function behind them, what it gives, exit code, and job of the record.
COMMANDS: list[tuple[list[str], str, dict[str, Any], int, str]] = [
    (
        ["promote", "data", *MODELS, *REGISTRY, *SAID],
        "promote.run_promotion",
        {"promoted": False, "refused": ["worse"]},
        ACTION_NEEDED,
        "promote",
    ),
    (["rollback", *REGISTRY, *SAID], "promote.run_rollback", {"version": "v1"}, 0, "rollback"),
    (
        ["monitor", "data", *MODELS],
        "monitor.run_monitoring",
        {"action_needed": True, "advice": "look"},
        ACTION_NEEDED,
        "monitor",
    ),
    (
        ["evaluate", "window", "data", *MODELS],
        "evaluate.run_evaluation",
        {"figures": []},
        0,
        "evaluate",
    ),
    (["tune", "lift", "data", "--trials", "7", "--seed", "5"], "tune.run_tuning", {}, 0, "tune"),
    (["report", "out"], "report.run_report", {"report": "report.html"}, 0, "report"),
]


@pytest.mark.parametrize(
    ("words", "function", "summary", "exit_code", "job"), COMMANDS, ids=[c[-1] for c in COMMANDS]
)
def test_a_direct_command_is_recorded(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    function: str,
    summary: dict[str, Any],
    exit_code: int,
    job: str,
) -> None:
    def faked(*given: Any) -> dict[str, Any]:
        # Whichever of the words is the progress: it has to be the one that keeps notes.
        for word in given:
            note(word, {"data": {"fingerprint": "f"}})
        return {**summary, "sentences": ["Done."]}

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(f"ptml.jobs.{function}", faked)
    code, out, error = call(*words)
    assert (code, error) == (exit_code, ""), out
    record = Ledger(tmp_path / "runs").find("latest")
    assert (record["job"], record["exit_code"]) == (job, exit_code)
    assert record.get("data") == (None if job == "rollback" else {"fingerprint": "f"})


def test_what_an_option_says_is_in_the_record(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ptml.jobs.tune.run_tuning", lambda *_: {"sentences": ["Done."]})
    assert call("tune", "lift", "data", "--trials", "7", "--seed", "5")[0] == 0
    record = Ledger(tmp_path / "runs").find("latest")
    assert (record["settings"]["tuning"]["trials"], record["seed"]) == (7, 5)


def test_mlflow_follows_where_the_models_were_tracked(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    stores: list[Path | None] = []

    def faked(*given: Any) -> dict[str, Any]:
        stores.append(given[-1])
        return {"version": "v1", "sentences": ["Done."]}

    monkeypatch.setattr("ptml.jobs.promote.run_rollback", faked)
    call("rollback", *REGISTRY, *SAID)
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "mlflow.db").touch()
    call("rollback", *REGISTRY, *SAID)
    call("rollback", *REGISTRY, *SAID, "--no-track")
    assert stores == [None, tmp_path / "mlruns", None]
