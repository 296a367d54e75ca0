"""An empty store that is laid out once, and tests that keep to their own folder."""

from pathlib import Path

import pytest

from ptml.tracking import default_store, opened


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the machine's own MLflow is, and wherever we stand, tests keep to their folder."""
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_EXPERIMENT_ID"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "standing").mkdir()
    monkeypatch.chdir(tmp_path / "standing")


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without runs: MLflow takes seconds to lay out a new one, so it is copied."""
    folder = tmp_path_factory.mktemp("database")
    with opened(default_store(folder)) as mlflow:
        mlflow.MlflowClient().search_experiments()
    return folder / "mlflow.db"
