"""The measurement itself: every way moves every row, and nothing is left behind."""

import pytest

from ptml.errors import UsageError
from ptml.jobs.bench_postgres import SCHEMA, bench_postgres
from tests.postgres_server import Server


def test_ways_are_measured_and_the_schema_is_dropped(server: Server) -> None:
    address = server.address("public").removesuffix("&schema=public")
    told = bench_postgres(address, 2_000, 1)
    ways = {figure["way"]: figure for figure in told["figures"]}
    assert {"write: pandas to_sql", "read: ptml, 1 connection"} <= ways.keys()
    assert all(figure["rows_per_second"] > 0 for figure in told["figures"])
    assert server.ask("SELECT to_regnamespace('ptml_bench') IS NULL") == [(True,)]
    server.ask("CREATE SCHEMA ptml_bench")
    with pytest.raises(UsageError, match=f"is there already; drop schema {SCHEMA}"):
        bench_postgres(address, 10, 1)
    server.ask("DROP SCHEMA ptml_bench")
