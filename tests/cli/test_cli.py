"""The command line: one line and the right exit code for a user's mistake."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

Call = Callable[..., tuple[int, str, str]]


def test_help_names_every_verb(call: Call) -> None:
    code, out, _ = call("--help")
    assert code == 0
    for verb in ("simulate", "validate", "train", "score", "report", "run", "demo", "import"):
        assert verb in out


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (["nonsense"], 2, "No such command"),
        (["train"], 2, "Missing argument"),
        (["validate", "nowhere"], 65, "there is nothing at nowhere"),
        (["simulate", "x", "--employees", "0"], 2, "greater than or equal to 1"),
        (["simulate", "x", "--dial", "keeness=1"], 2, "did you mean `keenness`"),
        (["simulate", "x", "--dial", "keenness"], 2, "NAME=VALUE"),
        (["report", "nowhere"], 2, "no run was published"),
        (["run", "nowhere.toml"], 2, "is not there"),
        (["import", "oulad", "nowhere", "x"], 2, "nowhere"),
    ],
)
def test_mistakes_end_in_one_line(
    call: Call,
    words: list[str],
    exit_code: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, error = call(*words)
    assert code == exit_code
    assert told in error
    assert "Traceback" not in error
    assert len(error.strip().splitlines()) == 1


def test_json_is_one_object(call: Call, organisation: Path) -> None:
    code, out, _ = call("validate", organisation, "--json")
    assert code == 0
    assert json.loads(out)["set_aside"]["enrolments"] == 0


def test_as_of_outside_the_data_is_refused(call: Call, organisation: Path, tmp_path: Path) -> None:
    code, _, error = call("train", organisation, "--as-of", "2031-01-01", "--out", tmp_path / "m")
    assert code == 2
    assert "--as-of must lie inside the data" in error
    assert not (tmp_path / "m").exists()


def test_only_lift_without_performance_ends_before_any_model(
    call: Call, organisation: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("employees", "courses", "enrolments"):
        (data / f"{name}.parquet").write_bytes((organisation / f"{name}.parquet").read_bytes())
    code, _, error = call("train", data, "--only", "lift", "--out", tmp_path / "m", "--no-track")
    assert code == 65
    assert "performance" in error
    assert not (tmp_path / "m").exists()


def test_rows_that_break_a_rule_are_named(call: Call, organisation: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for file in organisation.glob("*.parquet"):
        frame = pd.read_parquet(file)
        if file.stem == "courses":
            frame = pd.concat([frame] * 1, ignore_index=True)
        if file.stem == "enrolments":
            frame.loc[0, "completed_on"] = pd.Timestamp("2001-01-01").date()
        frame.to_parquet(data / file.name)
    code, out, _ = call("validate", data)
    assert code == 0
    assert "1 rows of enrolments set aside: completed_on before" in out


def test_models_that_were_changed_are_not_used(
    call: Call, organisation: Path, models: Path, tmp_path: Path
) -> None:
    import shutil

    broken = tmp_path / "models"
    shutil.copytree(models, broken)
    with (broken / "lift" / "fitted.json").open("a") as file:
        file.write(" ")
    code, _, error = call("score", organisation, "--models", broken, "--out", tmp_path / "out")
    assert code == 65
    assert "changed after writing" in error
    assert not (tmp_path / "out").exists()


def test_an_out_that_cannot_be_written_is_told(
    call: Call, organisation: Path, models: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, error = call(
        "score", organisation, "--models", models, "--out", tmp_path / "file" / "out"
    )
    assert code == 2
    assert "cannot be written" in error


def test_a_run_file_with_a_typo_names_the_nearest_key(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('job = "train"\n[settings.lift]\nn_fold = 3\n')
    code, _, error = call("run", path)
    assert code == 2
    assert "did you mean `settings.lift.n_folds`" in error


def test_a_pipeline_runs_the_job_that_it_describes(
    call: Call, organisation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "check.toml"
    path.write_text(f'job = "validate"\ndata = "{organisation}"\n')
    code, out, _ = call("run", path)
    assert code == 0
    assert "No row set aside." in out
    # It names no place of its own: its record lies where we stand.
    code, out, _ = call("runs")
    assert code == 0
    assert "validate" in out
    code, out, _ = call("runs", "diff", "latest", "latest", "--json")
    assert json.loads(out)["decides"]["data"] == "same"


def test_a_run_file_can_be_looked_at_and_changed(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('job = "train"\ndata = "nowhere"\nmodels = "m"\n')
    code, out, _ = call("run", path, "--show", "--json", "--set", "lift.n_folds=7")
    assert code == 0
    said = {row["key"]: (row["value"], row["origin"]) for row in json.loads(out)}
    assert said["lift.n_folds"] == (7, "--set lift.n_folds=7")
    assert [p.name for p in tmp_path.iterdir()] == ["run.toml"]
    code, _, error = call("run", path, "--runs", tmp_path / "kept")
    assert code == 65
    code, out, _ = call("runs", "--runs", tmp_path / "kept", "--json")
    [record] = json.loads(out)
    assert (record["status"], record["exit_code"]) == ("failed", 65)
    assert record["error"] in error


def test_settings_are_listed(call: Call) -> None:
    code, out, _ = call("settings", "lift.n_folds")
    assert code == 0
    assert "Folds of employees" in out
