"""What `mlflow/` promises: backups that restore, and a compose file without a default password."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from ptml.tracking import CHAMPION, load_tracked, move_alias
from tests.postgres_server import PROGRAMS
from tests.postgres_server import Server as Postgres
from tests.tracking.servers import Server
from tests.tracking.stores import SHA, a_model, logged

FOLDER = Path(__file__).parents[2] / "mlflow"


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script of the folder, with the programs of PostgreSQL at hand."""
    path = os.pathsep.join([*(str(each) for each in PROGRAMS[-1:]), os.environ["PATH"]])
    return subprocess.run(
        [FOLDER / script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path},
    )


def answer(store: Path) -> float:
    return float(load_tracked("lift", store, CHAMPION).predict(pd.DataFrame({"x": [1.0]}))["y"][0])


@pytest.fixture
def store(tmp_path: Path, database: Path) -> Path:
    """A SQLite store with a champion."""
    store = tmp_path / "mlruns"
    store.mkdir()
    shutil.copy(database, store)
    logged(store, a_model(tmp_path, 3))
    move_alias("lift", CHAMPION, SHA, store)
    return store


def test_a_sqlite_store_comes_back_after_it_was_destroyed(store: Path, tmp_path: Path) -> None:
    made = run("backup.sh", store / "mlflow.db", store / "artifacts", tmp_path / "backups")
    assert made.returncode == 0, made.stderr
    [backup] = (tmp_path / "backups").iterdir()
    assert made.stdout.strip() == str(backup)
    shutil.rmtree(store)
    done = run("restore.sh", backup, store / "mlflow.db", store / "artifacts")
    assert done.returncode == 0, done.stderr
    assert answer(store) == 3.0


def test_a_restore_overwrites_nothing_and_takes_no_damaged_backup(
    store: Path, tmp_path: Path
) -> None:
    run("backup.sh", store / "mlflow.db", store / "artifacts", tmp_path / "backups")
    [backup] = (tmp_path / "backups").iterdir()
    over = run("restore.sh", backup, store / "mlflow.db", store / "artifacts")
    assert (over.returncode, over.stdout) == (2, "")
    assert "ARTEFACTS must be empty" in over.stderr
    elsewhere = run("restore.sh", backup, tmp_path / "new.db", tmp_path / "elsewhere")
    assert elsewhere.returncode == 2
    assert "have to lie there again" in elsewhere.stderr
    with (backup / "artefacts.tar").open("ab") as file:
        file.write(b"x")
    damaged = run("restore.sh", backup, tmp_path / "new.db", tmp_path / "elsewhere")
    assert damaged.returncode == 65
    assert "is damaged; nothing was restored" in damaged.stderr
    assert answer(store) == 3.0


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    failed = run("backup.sh", tmp_path / "no.db", tmp_path / "artifacts", tmp_path / "backups")
    assert failed.returncode != 0
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_server_on_postgresql_comes_back_after_it_was_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not PROGRAMS:
        pytest.skip("no PostgreSQL server under /usr/lib/postgresql: apt-get install postgresql")
    postgres = Postgres(PROGRAMS[-1])
    postgres.start()
    try:
        _back_up_destroy_restore(postgres, tmp_path, monkeypatch)
    finally:
        postgres.stop()


def _back_up_destroy_restore(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"postgresql+psycopg://postgres@/postgres?host={postgres.folder}"
    server = Server(tmp_path / "server", address, auth=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.address)
    try:
        logged(tmp_path, a_model(tmp_path, 4))
        move_alias("lift", CHAMPION, SHA, tmp_path)
        made = run("backup.sh", address, server.artefacts, tmp_path / "backups")
        assert made.returncode == 0, made.stderr
    finally:
        server.kill()
    shutil.rmtree(server.artefacts)
    with postgres.connect() as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    done = run("restore.sh", made.stdout.strip(), address, server.artefacts)
    assert done.returncode == 0, done.stderr
    again = Server(tmp_path / "server", address, auth=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", again.address)
    try:
        assert answer(tmp_path) == 4.0
    finally:
        again.kill()


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8")))


def test_every_service_of_the_compose_file_is_locked_down(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"db", "mlflow", "backup", "restore"}
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert set(service["secrets"]) <= set(compose["secrets"])
    for name in ("db", "mlflow"):
        assert compose["services"][name]["healthcheck"]["test"][0] == "CMD"
    assert compose["services"]["db"].get("ports") is None
    assert compose["services"]["mlflow"]["ports"] == ["127.0.0.1:5000:5000"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_every_volume_and_network_of_the_compose_file_is_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        named = {each.partition(":")[0] for each in service["volumes"]}
        assert {each for each in named if not each.startswith(".")} <= set(compose["volumes"])
        assert all((FOLDER / each).exists() for each in named if each.endswith(".sh"))
        assert set(service["networks"]) <= set(compose["networks"])


def test_the_compose_file_has_no_password_and_no_host_by_default(compose: dict[str, Any]) -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    assert all(set(each) == {"file"} for each in compose["secrets"].values())
    assert ":-" not in text
    environment = compose["services"]["mlflow"]["environment"]
    assert "MLFLOW_HOST:?" in environment["ALLOWED_HOSTS"]
    told = [*environment, *compose["services"]["db"]["environment"]]
    assert not [name for name in told if name.endswith("PASSWORD")]
    assert "--allowed-hosts" in text
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert environment["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"
