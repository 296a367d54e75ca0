"""Models come back from MLflow without a pickle and answer."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.artefacts import verified
from ptml.contracts.durable import sha256_of
from ptml.contracts.evidence import Evidence
from ptml.errors import UsageError
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.jobs.fitting import Learning
from ptml.jobs.input_examples import input_examples, mixed
from ptml.jobs.logged_evidence import files, model_metrics, trials
from ptml.jobs.models import load_models
from ptml.jobs.settings import Settings
from ptml.jobs.tracked import OUTPUTS, track
from ptml.sources import read_dataset
from ptml.tracking import CHAMPION, default_store, flat, load_tracked, move_alias, opened

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("recommend", "lift", "warnings")

# Loads the three champions while every way into pickle raises, and asks each its own example.
ASK = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
from ptml.tracking import load_tracked

def refuse(*_, **__):
    raise AssertionError("something was unpickled")

import cloudpickle
for module in (pickle, cloudpickle):
    module.load = module.loads = refuse
pickle.Unpickler = refuse
for name in ("recommend", "lift", "warnings"):
    model = load_tracked(name, Path(sys.argv[1]), "champion")
    answer = model.predict(model.input_example)
    print(name, len(answer), *answer.columns)
needless = {"shap", "optuna", "matplotlib", "jinja2", "typer", "pytest", "hypothesis"}
print("needless", *sorted(needless & set(sys.modules)))
import importlib.util
print("dev", *[each for each in ("pytest", "mypy") if importlib.util.find_spec(each)])
"""


@pytest.fixture(scope="module")
def tracked(models: Path, organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models that was logged with examples and a card, each the champion."""
    place = tmp_path_factory.mktemp("tracked") / "models"
    shutil.copytree(models, place)
    about = verified(place)
    loaded = load_models(place, NAMES, [])
    with read_dataset(str(organisation)) as dataset:
        learning = Learning(
            load_history(dataset),
            shared_averages(dataset),
            int(np.datetime64(about["as_of"]).astype("datetime64[D]").astype(int)),
            Settings.model_validate(about["settings"]),
            pd.DataFrame(),
        )
    (place / "lift" / "CARD.md").write_text("# Lift", encoding="utf-8")
    told = track(place, about, loaded.evidence, input_examples(loaded, learning))
    assert len(told) == 32
    for name in NAMES:
        move_alias(name, CHAMPION, sha256_of(place / "manifest.json"), place.parent / "mlruns")
    return place


def test_settings_are_logged_flat() -> None:
    assert flat({"a": {"b": {"c": 1}}, "d": None}) == {"a.b.c": "1", "d": "None"}


def test_champions_load_where_only_run_time_dependencies_are_and_answer(
    tracked: Path, tmp_path: Path
) -> None:
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("uv is not in this environment: no environment without developers' tools")
    place = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(tmp_path / "venv")}
    place.pop("VIRTUAL_ENV", None)
    words = ["sync", "--frozen", "--no-dev", "--offline", "--quiet", "--python", sys.executable]
    made = subprocess.run(
        [uv, *words], cwd=ROOT, env=place, capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("packages are not cached here: no environment without developers' tools")
    # numba keeps the machine code that it made here by pickle: no part of what was logged.
    kernels = {"NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    environment = {**os.environ, **kernels, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
    found = subprocess.run(
        [tmp_path / "venv" / "bin" / "python", "-c", ASK, str(tracked.parent / "mlruns")],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-2000:]
    *answers, needless, dev = [line.split() for line in found.stdout.strip().splitlines()]
    assert {answer[0]: answer[2:] for answer in answers} == {
        name: list(OUTPUTS[name]) for name in NAMES
    }
    assert all(int(answer[1]) > 0 for answer in answers)
    assert (needless, dev) == (["needless"], ["dev"])


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_as_the_signature_says(tracked: Path, name: str) -> None:
    model = load_tracked(name, tracked.parent / "mlruns", CHAMPION)
    answer = model.predict(model.input_example)
    kinds = {"string": "O", "double": "f", "long": "i"}
    for column in model.metadata.signature.outputs:
        series = answer[column.name]
        found = "O" if pd.api.types.is_string_dtype(series) else series.dtype.kind
        assert found == kinds[column.type.name], column.name


def test_no_example_has_a_person_in_it(tracked: Path, organisation: Path) -> None:
    people = set(pd.read_parquet(organisation / "employees.parquet")["employee_id"])
    for name in NAMES:
        example = load_tracked(name, tracked.parent / "mlruns").input_example
        assert len(example) > 2
        assert not people & set(example.astype(str).to_numpy().ravel())


def test_a_row_of_an_example_is_nobody() -> None:
    pool = pd.DataFrame({name: range(50) for name in "abcdef"})
    rows = mixed(pool, np.random.default_rng(0))
    assert all(len(set(row)) == len(row) for row in rows.to_numpy().tolist())
    assert set(rows.to_numpy().ravel()) <= set(range(50))


def test_a_version_says_what_it_was_made_of(tracked: Path) -> None:
    about = verified_before_card(tracked)
    with opened(default_store(tracked.parent / "mlruns")) as mlflow:
        version = mlflow.MlflowClient().get_model_version_by_alias("ptml-lift", CHAMPION)
    for name in ("as_of", "fingerprint"):
        assert version.tags[name] == about[name]
    assert version.tags["seed"] == str(about["settings"]["seed"])
    assert {"settings_sha256", "code_sha256", "ptml_version", "data"} <= set(version.tags)
    assert version.description == "# Lift"


def verified_before_card(place: Path) -> dict[str, Any]:
    """The manifest; the card was added to the folder afterwards, for this test alone."""
    found: dict[str, Any] = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_groups_and_peers_are_kept_in_files_and_metrics_are_few(models: Path) -> None:
    evidence = load_models(models, NAMES, []).evidence
    for model in ("recommend", "lift", "transfer"):
        own = [row for row in evidence if row.model == model]
        metrics = model_metrics(own)
        assert 10 < len(metrics) < 160
        assert not [name for name in metrics if name.startswith(("group", "proxy", "flag_ratio"))]
        checks = json.loads(files(own)["checks.json"])
        assert {"name", "value", "low", "high", "bound", "verdict"} <= set(checks[0])
    fairness = json.loads(files(own)["fairness.json"])
    assert [row for row in fairness if row["name"].startswith("group/")]


def test_what_was_tried_becomes_trials() -> None:
    tried = [{"value": 0.5, "leaves": 4}, {"value": 0.4, "leaves": 8}]
    rows = [
        Evidence("lift", "setting", "tuning", payload={"tried": tried}),
        Evidence("recommend", "setting", "tuned/bm25", payload={"tried": tried[:1]}),
    ]
    assert [(t.name, dict(t.settings), t.value) for t in trials(rows)] == [
        ("0", {"leaves": 4}, 0.5),
        ("1", {"leaves": 8}, 0.4),
        ("bm25/0", {"leaves": 4}, 0.5),
    ]


@pytest.mark.parametrize("name", ["lift", "warning"])
def test_a_saved_model_loads_as_it_was(models: Path, name: str) -> None:
    about = verified(models)
    once = load_models(models, tuple(about["models"]), [])
    again = load_models(models, tuple(about["models"]), [])
    one, other = getattr(once, name), getattr(again, name)
    assert one.as_of_day == other.as_of_day
    assert one.evidence == other.evidence


def test_a_model_that_fails_a_check_it_must_pass_is_not_registered(
    models: Path, tmp_path: Path
) -> None:
    place = tmp_path / "work" / "models"
    shutil.copytree(models, place)
    about = {**verified(place), "models": ["lift"]}
    note = {"note": "planted", "must_pass": True}
    failed = Evidence("lift", "check", "overlap", 0.1, bound=0.95, verdict="fail", payload=note)
    track(place, about, [failed])
    with pytest.raises(UsageError, match="no model ptml-lift"):
        load_tracked("lift", place.parent / "mlruns")
