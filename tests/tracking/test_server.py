"""A real MLflow server: a training is logged and loaded over HTTP, also when it dies half way."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import DataError, TryAgainError, UsageError
from ptml.tracking import CHAMPION, load_tracked, move_alias, version_of
from tests.tracking.servers import ADMIN, PASSWORD, Server
from tests.tracking.stores import CODE, SHA, a_model, logged

KILLS_THE_SERVER = "import os, signal\nos.killpg({group}, signal.SIGKILL)\n"
MAY = "a" * 63 + "5"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(database, folder)
    started = Server(folder, f"sqlite:///{folder / 'mlflow.db'}")
    yield started
    started.kill()


@pytest.fixture
def there(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment that names the server; gives a folder that has to stay empty."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.address)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", ADMIN)
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    return tmp_path / "mlruns"


def answer(store: Path, alias: str) -> float:
    return float(load_tracked("lift", store, alias).predict(pd.DataFrame({"x": [1.0]}))["y"][0])


def test_a_training_is_logged_and_its_champion_loaded_by_alias(there: Path, tmp_path: Path) -> None:
    logged(there, a_model(tmp_path, 5), sha256=MAY)
    move_alias("lift", CHAMPION, MAY, there)
    assert answer(there, CHAMPION) == 5.0
    assert not there.exists()


def test_a_file_that_was_changed_on_the_server_is_not_used(
    there: Path, server: Server, tmp_path: Path
) -> None:
    logged(there, a_model(tmp_path, 6, "recommend"))
    for path in server.artefacts.rglob("recommend-6/factor.txt"):
        path.write_text("7", encoding="utf-8")
    with pytest.raises(DataError, match=r"factor\.txt of ptml-recommend version 1 changed"):
        load_tracked("recommend", there)


def test_a_wrong_password_is_told_in_one_line(
    there: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "guessed")
    with pytest.raises(UsageError, match="does not take the name or password") as raised:
        logged(there, a_model(tmp_path, 8))
    assert "\n" not in str(raised.value)
    assert "the models are saved" in str(raised.value)
    with pytest.raises(UsageError, match="lift@champion was not loaded: the MLflow server"):
        load_tracked("lift", there, CHAMPION)


def test_a_host_that_is_not_allowed_gets_nothing(server: Server) -> None:
    assert server.status("evil.example.org") == 403
    assert server.status(f"127.0.0.1:{server.port}") in (401, 404)


def test_a_server_that_dies_half_way_leaves_every_alias_where_it_was(
    there: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last test here: the server is gone afterwards."""
    logged(there, a_model(tmp_path / "one", 2), a_model(tmp_path / "one", 3, "warnings"))
    move_alias("lift", CHAMPION, SHA, there)
    aliases = [("lift", "challenger"), ("warnings", "challenger"), ("lift", CHAMPION)]
    before = {alias: version_of(*alias, there) for alias in aliases}
    assert None not in before.values()
    lift, warnings = (
        a_model(tmp_path / "two", 4),
        a_model(tmp_path / "three", 5, "warnings"),
    )
    # The first model is registered when the server dies in the middle of the second.
    warnings.code.write_text(KILLS_THE_SERVER.format(group=server.group) + CODE, encoding="utf-8")
    with pytest.raises(TryAgainError, match="the models are saved and can be used") as raised:
        logged(there, lift, warnings)
    assert "\n" not in str(raised.value)
    assert (lift.folder / "factor.txt").read_text(encoding="utf-8") == "4"
    # What the server left in its database, read without it.
    database = server.artefacts.parent / "mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{database}")
    assert {alias: version_of(*alias, there) for alias in aliases} == before
