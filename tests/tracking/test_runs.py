"""Tracking: what a training was is found again, models load without pickle and only unchanged."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import DataError, TryAgainError, UsageError
from ptml.tracking import (
    HASHES_TAG,
    LoggedTrial,
    default_store,
    flat,
    load_tracked,
    opened,
    requirements,
    track_study,
    track_training,
)
from tests.tracking.stores import a_model, a_training, logged, runs_of

ROOT = Path(__file__).parents[2]
KILLS_ITSELF = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
WITHOUT_PICKLE = """
import pickle, sys
from pathlib import Path
import cloudpickle, mlflow.pyfunc, pandas as pd

def refuse(*_, **__):
    raise AssertionError("a pickle was opened")

for module in (pickle, cloudpickle):
    module.load = module.loads = module.Unpickler = refuse
from ptml.tracking import load_tracked
answer = load_tracked("lift", Path(sys.argv[1])).predict(pd.DataFrame({"x": [3.0]}))
print(answer["y"].tolist())
"""


def trained_once(folder: Path, database: Path) -> Path:
    """A store with one training of two models."""
    figure = folder / "curve.svg"
    figure.write_text("<svg/>", encoding="utf-8")
    models = [
        a_model(folder, 2, settings={"depth": 4}, metrics={"auc": 0.7}),
        a_model(folder, 5, "warnings", failed_checks=["calibration"]),
    ]
    store = folder / "mlruns"
    store.mkdir()
    shutil.copy(database, store)
    track_training(a_training(*models, figures=[figure]), store)
    return store


@pytest.fixture(scope="module")
def made_store(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Path:
    """A store to look at."""
    return trained_once(tmp_path_factory.mktemp("tracking"), database)


@pytest.fixture
def store(tmp_path: Path, database: Path) -> Path:
    """A store to change."""
    return trained_once(tmp_path, database)


def test_settings_figures_and_texts_are_found_again(made_store: Path) -> None:
    run = runs_of(made_store)["training"]
    assert run.info.status == "FINISHED"
    assert run.data.params == {"seed": "7", "lift.n_folds": "3"}
    assert run.data.metrics == {"lift/mean_lift": 0.5, "share _90 __": 0.9}
    assert run.data.tags["as_of"] == "2026-10-01"
    kept = {path.name for path in (made_store / "artifacts" / run.info.run_id).rglob("*.*")}
    assert kept == {"evidence.json", "curve.svg"}


def test_each_model_has_a_run_of_its_own_below_the_trainings(made_store: Path) -> None:
    runs = runs_of(made_store)
    lift = runs["lift"]
    assert lift.data.tags["mlflow.parentRunId"] == runs["training"].info.run_id
    assert lift.data.params == {"depth": "4"}
    assert lift.data.metrics == {"auc": 0.7}
    assert lift.info.status == runs["warnings"].info.status == "FINISHED"


def test_a_model_is_loaded_from_code_and_answers(made_store: Path) -> None:
    model = load_tracked("lift", made_store)
    assert model.predict(pd.DataFrame({"x": [3.0]}))["y"].tolist() == [6.0]
    assert model.metadata.get_input_schema().input_names() == ["x"]


def test_a_model_says_what_it_needs_and_shows_an_example(made_store: Path) -> None:
    model = load_tracked("lift", made_store)
    assert model.input_example.to_dict("list") == {"x": [1.5, 2.5]}
    assert any(line.startswith("lightgbm==") for line in requirements())
    for file in (made_store / "artifacts").rglob("requirements.txt"):
        assert set(requirements()) <= set(file.read_text(encoding="utf-8").split())


def test_a_model_that_failed_a_check_is_logged_and_not_registered(made_store: Path) -> None:
    run = runs_of(made_store)["warnings"]
    assert run.data.tags["ptml.not_registered"] == "failed: calibration"
    with pytest.raises(UsageError, match="no model ptml-warnings@challenger"):
        load_tracked("warnings", made_store)


def test_the_newest_training_is_the_challenger(store: Path, tmp_path: Path) -> None:
    track_training(a_training(a_model(tmp_path, 10)), store)
    model = load_tracked("lift", store)
    assert model.predict(pd.DataFrame({"x": [3.0]}))["y"].tolist() == [30.0]


@pytest.mark.parametrize("name", ["times.py", "factor.txt", "MLmodel"])
def test_a_file_that_was_changed_in_the_store_is_not_used(store: Path, name: str) -> None:
    for path in (store / "artifacts").rglob(name):
        with path.open("a", encoding="utf-8") as file:
            file.write("\nimport os\n")
    with pytest.raises(DataError, match=rf"{name} of ptml-lift version 1 changed after regist"):
        load_tracked("lift", store)


def test_a_file_that_was_added_in_the_store_is_not_used(store: Path) -> None:
    for path in list((store / "artifacts").rglob("times.py")):
        (path.parent / "pandas.py").write_text("raise SystemExit", encoding="utf-8")
    with pytest.raises(DataError, match=r"pandas\.py of ptml-lift"):
        load_tracked("lift", store)


def test_a_model_that_was_registered_without_hashes_is_not_used(store: Path) -> None:
    with opened(default_store(store)) as mlflow:
        mlflow.MlflowClient().delete_model_version_tag("ptml-lift", "1", HASHES_TAG)
    with pytest.raises(DataError, match="registered without the hashes of its files"):
        load_tracked("lift", store)


def test_no_pickle_is_opened(made_store: Path) -> None:
    environment = {**os.environ, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PICKLE, str(made_store)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.stdout == "[6.0]\n", done.stderr


def test_a_training_that_was_killed_is_closed_by_the_next_one(store: Path, tmp_path: Path) -> None:
    model = a_model(tmp_path, 3, "recommend")
    killed = tmp_path / "killed.py"
    killed.write_text(KILLS_ITSELF, encoding="utf-8")
    told = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from tests.tracking.stores import *\n"
        "code, folder, store = map(Path, sys.argv[2:])\n"
        "given = {'x': 'double'}, {'y': 'double'}, pd.DataFrame({'x': [1.5]})\n"
        "model = LoggedModel('recommend', code, folder, *given)\n"
        "track_training(a_training(model), store)\n"
    )
    arguments = [ROOT, killed, model.folder, store]
    died = subprocess.run([sys.executable, "-c", told, *map(str, arguments)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert {run.info.status for run in runs_of(store).values()} == {"FINISHED", "RUNNING"}
    track_training(a_training(model), store)
    with opened(default_store(store)) as mlflow:
        client = mlflow.MlflowClient()
        statuses = sorted(run.info.status for run in client.search_runs(["1"]))
        models = {str(model.status) for model in client.search_logged_models(["1"])}
    assert statuses == ["FINISHED"] * 5 + ["KILLED"] * 2
    assert "PENDING" not in models


@pytest.mark.parametrize(
    ("address", "reason"),
    [("sqlite:////proc/mlflow.db", "FileNotFoundError"), ("http://127.0.0.1:9", "Max retries")],
)
def test_a_store_that_fails_is_told_in_one_line(
    tmp_path: Path, address: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(TryAgainError, match="was not logged to MLflow") as raised:
        track_training(a_training(), tmp_path)
    assert reason in str(raised.value)
    assert "the models are saved" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert os.environ["MLFLOW_TRACKING_URI"] == address


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TryAgainError, match="was not logged to MLflow"):
        track_training(a_training(), tmp_path / "file" / "mlruns")


def test_nothing_of_ours_stays_in_the_process(store: Path) -> None:
    before = dict(os.environ)
    load_tracked("lift", store)
    assert dict(os.environ) == before


def test_nothing_is_left_where_we_stand(store: Path, tmp_path: Path) -> None:
    track_training(a_training(a_model(tmp_path, 4)), store)
    assert list(Path.cwd().iterdir()) == []


def test_the_address_of_the_environment_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_store(tmp_path) == f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://mlflow.example.org")
    assert default_store(tmp_path) == "https://mlflow.example.org"


def test_nested_settings_become_dotted_names() -> None:
    assert flat({"a": {"b": {"c": 1}, "d": None}}) == {"a.b.c": "1", "a.d": "None"}


def test_mlflow_is_imported_only_when_it_is_used() -> None:
    code = "import sys, ptml.tracking; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_settings_folder_cannot_pass_for_the_package() -> None:
    assert not list((ROOT / "mlflow").rglob("*.py"))


def test_inputs_and_outputs_are_signed(made_store: Path) -> None:
    signature = load_tracked("lift", made_store).metadata.signature
    assert [(c.name, c.type.name) for c in signature.inputs] == [("x", "double")]
    assert [(c.name, c.type.name) for c in signature.outputs] == [("y", "double")]


def test_trials_lie_below_their_model_and_the_model_below_the_training(
    store: Path, tmp_path: Path
) -> None:
    trials = [
        LoggedTrial("0", {"leaves": 4}, 0.5, metrics={"error": 0.1}),
        LoggedTrial("1", {"leaves": 8}, None, "failed"),
    ]
    logged(store, a_model(tmp_path, 3, "recommend", trials=trials))
    runs = runs_of(store)
    model = runs["recommend"]
    assert model.data.tags["mlflow.parentRunId"] == runs["training"].info.run_id
    first, second = runs["trial 0"], runs["trial 1"]
    assert {first.data.tags["mlflow.parentRunId"], second.data.tags["mlflow.parentRunId"]} == {
        model.info.run_id
    }
    assert first.data.params == {"leaves": "4"}
    assert first.data.metrics == {"value": 0.5, "error": 0.1}
    assert (first.info.status, second.info.status) == ("FINISHED", "FAILED")


def test_a_study_is_a_run_with_its_trials_below(store: Path, tmp_path: Path) -> None:
    plot = tmp_path / "importance.png"
    plot.write_bytes(b"png")
    trials = [LoggedTrial("0", {"a": 1}, 0.5), LoggedTrial("1", {"a": 2}, 0.4, "pruned")]
    told = {"best": 0.5, "note": "within noise", "resumed": True}
    run_id = track_study("lift", trials, told, [plot], store)
    runs = runs_of(store)
    study = runs["study lift"]
    assert study.info.run_id == run_id
    assert study.data.metrics == {"best": 0.5}
    assert runs["trial 1"].data.tags["ptml.trial"] == "pruned"
    assert runs["trial 1"].data.tags["mlflow.parentRunId"] == run_id
    kept = {path.name for path in (store / "artifacts" / run_id).rglob("*.*")}
    assert kept == {"summary.json", "importance.png"}
