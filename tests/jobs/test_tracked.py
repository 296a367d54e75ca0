"""Models come back from MLflow without a pickle and answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ptml.contracts.artefacts import verified
from ptml.contracts.evidence import Evidence
from ptml.jobs.models import load_models
from ptml.jobs.tracked import track
from ptml.tracking import flat

# Loads all three models while every way into pickle raises, and asks each something.
ASK = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
import pandas as pd
import mlflow.pyfunc
from ptml.tracking import load_tracked

def refuse(*_, **__):
    raise AssertionError("something was unpickled")

pickle.load = pickle.loads = pickle.Unpickler = refuse
import cloudpickle
cloudpickle.load = cloudpickle.loads = refuse
store = Path(sys.argv[1])
for name in ("recommend", "lift", "warnings"):
    model = load_tracked(name, store)
    columns = {c.name: c.type.name for c in model.metadata.signature.inputs}
    kinds = {"string": "C01", "double": 1.0, "long": 0}
    frame = pd.DataFrame([{n: kinds[t] for n, t in columns.items()}])
    answer = model.predict(frame)
    print(name, len(answer), *answer.columns)
"""


def test_settings_are_logged_flat() -> None:
    assert flat({"a": {"b": {"c": 1}}, "d": None}) == {"a.b.c": "1", "d": "None"}


def test_tracked_models_load_without_pickle_and_answer(models: Path, tmp_path: Path) -> None:
    import shutil

    place = tmp_path / "work" / "models"
    shutil.copytree(models, place)
    about = verified(place)
    loaded = load_models(place, tuple(about["models"]), [])
    told = track(place, about, loaded.evidence)
    assert "Logged to MLflow as run" in told
    environment = {**os.environ, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
    found = subprocess.run(
        [sys.executable, "-c", ASK, str(place.parent / "mlruns")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-2000:]
    answers = [line.split() for line in found.stdout.strip().splitlines()]
    assert [answer[0] for answer in answers] == ["recommend", "lift", "warnings"]
    assert answers[1][2:] == ["lift", "lift_low", "lift_high"]
    assert answers[2][2:] == ["p_weak"]


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
    import shutil

    from ptml.errors import UsageError
    from ptml.tracking import load_tracked

    place = tmp_path / "work" / "models"
    shutil.copytree(models, place)
    about = {**verified(place), "models": ["lift"]}
    note = {"note": "planted", "must_pass": True}
    failed = Evidence("lift", "check", "overlap", 0.1, bound=0.95, verdict="fail", payload=note)
    track(place, about, [failed])
    with pytest.raises(UsageError, match="no model ptml-lift"):
        load_tracked("lift", place.parent / "mlruns")
