"""The doctor on an output schema of a real PostgreSQL server."""

import itertools

import pytest

from ptml.jobs.doctor import schema as doctor
from ptml.jobs.doctor.place import check_out
from ptml.publish import open_publication
from ptml.publish.postgres.migrating import migrate
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from tests.postgres_server import Server
from tests.publish.runs import FINISHED, record

_numbers = itertools.count(1)


@pytest.fixture
def schema(server: Server) -> str:
    """A schema that was migrated, with roles that may publish, read, and do nothing."""
    name = f"looked_at_{next(_numbers)}"
    for role in ("doc_writer", "doc_reader", "doc_nobody"):
        server.ask(f"DROP ROLE IF EXISTS {role}_{name}")
        server.ask(f"CREATE ROLE {role}_{name} LOGIN PASSWORD 's3cret'")
    place = PostgresAddress.parse(server.address(name))
    migrate(place, PostgresConfig(), [f"doc_writer_{name}"], [f"doc_reader_{name}"])
    return name


def looked_at(address: str) -> dict[str, tuple[str, str]]:
    found = list(check_out(address))
    assert not [one for one in found if "s3cret" in one.line or "\n" in one.line]
    return {one.check: (one.verdict, one.line) for one in found}


def test_the_publisher_of_a_schema_may_go_on(server: Server, schema: str) -> None:
    found = looked_at(server.address(schema, f"doc_writer_{schema}:s3cret"))
    assert {check: verdict for check, (verdict, _) in found.items()} == {
        "out": "ok",
        "writing": "ok",
        "lock": "ok",
    }
    assert "shows no run yet" in found["out"][1]
    with open_publication(server.address(schema), record(1), lambda: FINISHED) as publication:
        publication.commit({})
    assert f"shows run {record(1).run_id}" in looked_at(server.address(schema))["out"][1]


def test_a_role_that_may_only_read_is_told_who_can_help(server: Server, schema: str) -> None:
    verdict, line = looked_at(server.address(schema, f"doc_reader_{schema}:s3cret"))["writing"]
    assert verdict == "stop"
    assert f"run `ptml migrate` with --writer doc_reader_{schema}" in line


def test_a_role_without_any_right_is_told_who_can_give_it(server: Server, schema: str) -> None:
    [(verdict, line)] = looked_at(server.address(schema, f"doc_nobody_{schema}:s3cret")).values()
    assert verdict == "stop"
    assert "may not look into the schema; mend the address, or let the schema's owner" in line


def test_a_schema_that_is_not_there_or_behind_stops(server: Server, schema: str) -> None:
    [(verdict, line)] = looked_at(server.address("not_there")).values()
    assert (verdict, "; run `ptml migrate` there as the schema's owner" in line) == ("stop", True)
    with server.connect() as owner:
        owner.execute(f"UPDATE {schema}.ptml_schema_version SET version_num = '0001'")
    [(verdict, line)] = looked_at(server.address(schema)).values()
    assert (verdict, "of version 0001, and this ptml writes" in line) == ("stop", True)


def test_who_publishes_is_named(server: Server, schema: str) -> None:
    with open_publication(server.address(schema), record(1), lambda: FINISHED):
        verdict, line = looked_at(server.address(schema))["lock"]
    assert verdict == "look"
    assert "is being written by ptml (process " in line
    assert looked_at(server.address(schema))["lock"][0] == "ok"


def test_a_standby_takes_no_run(
    server: Server, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_RIGHTS", doctor._RIGHTS.replace("pg_is_in_recovery()", "true"))
    verdict, line = looked_at(server.address(schema))["writing"]
    assert (verdict, "target_session_attrs=read-write" in line) == ("stop", True)


@pytest.mark.parametrize("address", ["127.0.0.1:1/hr", "s3cret@db@127.0.0.1/hr", "[::1/hr"])
def test_a_server_that_is_away_or_no_address_stops_at_once(address: str) -> None:
    [(verdict, line)] = looked_at(f"postgresql://anna:s3cret@{address}").values()
    assert (verdict, line.startswith("stop  out: ")) == ("stop", True)
