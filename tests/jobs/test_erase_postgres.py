"""Erasure, its proof, and retention, where runs are published to a database."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ptml.jobs.erasing_places import Places
from ptml.jobs.retention import run_pruning
from ptml.jobs.retention_config import RetentionConfig
from ptml.publish import read_run
from ptml.publish.postgres.migrating import migrate
from ptml.registry import Said
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from tests.postgres_server import Server
from tests.publish.people import publish_people

Call = Callable[..., tuple[int, str, str]]
ONCE = PostgresConfig(attempts=1, lock_seconds=2)


@pytest.fixture
def out(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A schema of a role with a password, and a folder of the test to stand in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    name = f"kept_{tmp_path.name}".replace("-", "_")
    server.ask(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD 's3cret'")
    address = server.address(name, f"{name}:s3cret")
    migrate(PostgresAddress.parse(address), ONCE)
    return address


def test_a_person_is_erased_from_a_schema_and_that_is_verified(
    out: str, call: Call, tmp_path: Path
) -> None:
    publish_people(out, ["E1", "E10", "E2"])
    code, told, _ = call("erase", "E1", "--out", out, "--dry-run")
    assert (code, "1 segments" in told) == (0, True)
    words = ("--out", out, "--who", "dpo", "--why", "request 17")
    code, told, failed = call("erase", "E1", *words)
    assert (code, failed) == (0, "")
    assert "0 places left of" in told
    assert "s3cret" not in told + (tmp_path / "erasures" / "erasures.jsonl").read_text()
    assert list(read_run(out).tables["segments"]["employee_id"]) == ["E10", "E2"]
    assert call("erase", "E1", "--verify", "--out", out)[0] == 0
    publish_people(out, ["E1", "E2"], 2)
    assert call("erase", "--verify", "--out", out)[0] == 3
    assert call("erase", "E1", *words)[0] == 0
    assert call("erase", "--verify", "--out", out)[0] == 0


def test_a_table_of_somebody_else_in_the_schema_is_named_and_left(
    out: str, server: Server, call: Call
) -> None:
    publish_people(out, ["E1", "E2"])
    with server.connect() as owner:
        schema = out.rpartition("=")[2]
        owner.execute(f"CREATE TABLE {schema}.mine AS SELECT 'E1' AS employee_id")
    code, told, _ = call("erase", "E1", "--out", out, "--who", "dpo", "--why", "request 17")
    assert code == 3
    assert ", mine (column employee_id)" in told


def test_runs_that_are_too_old_are_pruned_and_never_the_newest(out: str, server: Server) -> None:
    for mark in (1, 2, 3):
        publish_people(out, ["E1"], mark)
    schema = out.rpartition("=")[2]
    with server.connect() as owner:
        owner.execute(
            f"UPDATE {schema}.publications SET published_at = '2026-01-01' WHERE published_no <> 2"
        )
    where = Places((out,), postgres=ONCE)
    said = Said("me", "old", datetime(2026, 12, 1, tzinfo=UTC))
    rules = RetentionConfig(runs_days=200)
    run_ids = {row["run_id"] for row in [read_run(out).about]}
    [old] = run_pruning(where, rules, said, False)["old"]
    held = rules.model_copy(update={"hold": (old["name"].rpartition("/")[2],)})
    assert run_pruning(where, held, said, True)["old"] == []
    for is_meant in (False, True):
        [old] = run_pruning(where, rules, said, is_meant)["old"]
        assert (old["kind"], old["days"], old["bytes"] > 10_000) == ("run", 334, True)
    assert run_pruning(where, rules, said, True)["old"] == []
    assert {read_run(out).about["run_id"]} == run_ids
    assert server.ask(f"SELECT count(*) FROM {schema}.publications") == [(2,)]
