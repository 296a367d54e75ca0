"""Small models and trainings to log, and a store to log them to."""

from pathlib import Path
from typing import Any

import pandas as pd

from ptml.tracking import LoggedModel, Training, default_store, opened, track_training

CODE = """
from pathlib import Path
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

class Times(PythonModel):
    def load_context(self, context):
        self.factor = float((Path(context.artifacts["model"]) / "factor.txt").read_text())

    def predict(self, context, model_input: pd.DataFrame, params=None):
        return pd.DataFrame({"y": model_input["x"] * self.factor})

set_model(Times())
"""

SHA = "a" * 64


def a_model(folder: Path, factor: int = 2, name: str = "lift", **more: Any) -> LoggedModel:
    """A model that multiplies by `factor`, written to a folder."""
    files = folder / f"{name}-{factor}"
    files.mkdir(parents=True)
    (files / "factor.txt").write_text(str(factor), encoding="utf-8")
    code = folder / "times.py"
    code.write_text(CODE, encoding="utf-8")
    example = pd.DataFrame({"x": [1.5, 2.5]})
    return LoggedModel(name, code, files, {"x": "double"}, {"y": "double"}, example, **more)


def a_training(*models: LoggedModel, sha256: str = SHA, **more: Any) -> Training:
    """A training of those models."""
    return Training(
        sha256=sha256,
        settings={"seed": 7, "lift": {"n_folds": 3}},
        tags={"as_of": "2026-10-01", "seed": "7"},
        metrics={"lift/mean_lift": 0.5, "share (90 %)": 0.9},
        texts={"evidence.json": "[]"},
        models=models,
        **more,
    )


def runs_of(store: Path) -> dict[str, Any]:
    """The newest run of each name."""
    with opened(default_store(store)) as mlflow:
        found = mlflow.MlflowClient().search_runs(["1"], order_by=["attributes.start_time ASC"])
    return {run.info.run_name: run for run in found}


def logged(store: Path, *models: LoggedModel, **more: Any) -> str:
    """Log a training of those models."""
    return track_training(a_training(*models, **more), store)
