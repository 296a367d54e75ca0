"""Rows a second to and from a PostgreSQL server: ptml, ADBC and what pandas users write."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql

from ptml.contracts.manifest import write_manifest
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.jobs.bench_server_clock import Lap, ServerClock, lap
from ptml.publish.postgres.contract_types import contract_columns
from ptml.publish.postgres.loading import CAN_ENCODE, load
from ptml.publish.postgres.migrating import migrate
from ptml.publish.postgres.place import PostgresSchema
from ptml.sources.postgres import postgres_source
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig

SCHEMA = "ptml_bench"
_TABLE, _SOURCE_TABLE = "recommendations", "enrolments"
_RUN = "20261001-0123456789abcdef"
# The slow ways get a part of the rows: their speed does not depend on how many they are.
_SLOW_SHARE = 0.05

Way = Callable[[], int]


@dataclass(frozen=True)
class Figure:
    """One way: medians over its turns; processor seconds of the server where it is this machine."""

    way: str
    rows_per_second: float
    client_seconds_per_million: float
    server_seconds_per_million: float | None


def bench_postgres(address: str, n_rows: int, n_repeats: int) -> dict[str, Any]:
    """Measure ways that take turns, in a schema that is made for it and dropped.

    Raises
    ------
    UsageError
        When the schema is there already.
    """
    config = PostgresConfig()
    own = f"{address}{'&' if '?' in address else '?'}schema={SCHEMA}"
    place = PostgresAddress.parse(own, "ADDRESS")
    with _schema(place) as owner, tempfile.TemporaryDirectory(prefix="ptml-bench-") as name:
        migrate(place, config)
        staged = _stage(Path(name), n_rows)
        _make_source(owner, n_rows)
        clock = ServerClock(owner)
        turns = {**_writers(own, staged, owner, config, n_rows), **_readers(own, config, n_rows)}
        found: dict[str, list[Lap]] = {way: [] for way in turns}
        for _ in range(n_repeats):
            for way, run in turns.items():
                found[way].append(lap(run, clock))
        figures = [_figure(way, laps) for way, laps in found.items()]
        version = owner.execute("SHOW server_version").fetchone()
    missing = [] if find_spec("adbc_driver_postgresql") else ["skipped: ADBC is not installed."]
    return {
        "rows": n_rows,
        "server": str(version[0]) if version else "",
        "figures": [asdict(figure) for figure in figures],
        "sentences": [*map(_said, figures), *missing],
    }


def _writers(
    address: str, staged: Path, owner: Any, config: PostgresConfig, n_rows: int
) -> dict[str, Way]:
    place, path = PostgresAddress.parse(address), staged / f"{_TABLE}.parquet"
    ways: dict[str, Way] = {
        "write: ptml, a whole publication with keys": partial(
            _publish, address, owner, staged, config
        ),
        "write: ptml, COPY of text": partial(_copy, owner, path, False),
    }
    if CAN_ENCODE:
        ways["write: ptml, COPY of binary rows"] = partial(_copy, owner, path, True)
    if find_spec("adbc_driver_postgresql"):
        ways["write: ADBC ingest"] = partial(_ingest, place, owner, path)
    few = pq.read_table(path).slice(0, max(1, int(n_rows * _SLOW_SHARE))).to_pandas()
    ways["write: pandas to_sql"] = partial(_to_sql, place, few)
    return ways


def _readers(address: str, config: PostgresConfig, n_rows: int) -> dict[str, Way]:
    place = PostgresAddress.parse(address)
    one = config.model_copy(update={"connections": 1})
    ways: dict[str, Way] = {
        "read: ptml, 1 connection": partial(_read, address, one),
        f"read: ptml, {config.connections} connections": partial(_read, address, config),
    }
    if find_spec("adbc_driver_postgresql"):
        ways["read: ADBC, every value as text"] = partial(_fetch, place, "::text")
        ways["read: ADBC, typed"] = partial(_fetch, place, "")
    ways["read: pandas read_sql"] = partial(_read_sql, place, n_rows)
    return ways


@contextmanager
def _schema(place: PostgresAddress) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(**place.parameters, autocommit=True) as owner:  # type: ignore[arg-type]
        try:
            owner.execute(f"CREATE SCHEMA {SCHEMA}")
        except psycopg.errors.DuplicateSchema:
            raise UsageError(f"{place.shown} is there already; drop schema {SCHEMA}") from None
        try:
            owner.execute(f"SET search_path = {SCHEMA}")
            yield owner
        finally:
            owner.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _stage(folder: Path, n_rows: int) -> Path:
    for name, contract in OUTPUT_TABLES.items():
        table = _lists(n_rows) if name == _TABLE else contract.arrow_schema.empty_table()
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    rows = {name: n_rows if name == _TABLE else 0 for name in OUTPUT_TABLES}
    write_manifest(folder, {"run_id": _RUN, "rows": rows})
    return folder


def _lists(n_rows: int) -> pa.Table:
    rng = np.random.default_rng(0)
    k = np.arange(n_rows)
    words = '[{"code": "gap", "text_key": "reason.gap", "values": {"points": %d}}]'
    columns = {
        "employee_id": [f"e{i:08}" for i in (k // 10).tolist()],
        "rank": k % 10 + 1,
        "course_id": [f"c{i:04}" for i in (k % 2000).tolist()],
        "score": rng.normal(size=n_rows),
        **{name: rng.normal(size=n_rows) for name in ("lift", "lift_low", "lift_high")},
        **{name: rng.random(n_rows) for name in ("p_complete", "preference", "gap_closed")},
        "reasons": [words % i for i in (k % 1000).tolist()],
        "as_of": np.full(n_rows, np.datetime64("2026-10-01")),
        "run_id": [_RUN] * n_rows,
    }
    return pa.table(columns).cast(OUTPUT_TABLES[_TABLE].arrow_schema)


def _make_source(owner: Any, n_rows: int) -> None:
    owner.execute(
        sql.SQL(
            f"""CREATE TABLE {_SOURCE_TABLE} AS SELECT 'n' || i AS enrolment_id,
                'e' || i % 50000 AS employee_id, 'c' || i % 2000 AS course_id,
                CASE i % 3 WHEN 0 THEN 'self' ELSE 'manager' END AS assigned_by,
                date '2024-01-01' + i % 900 AS enrolled_on,
                date '2024-01-03' + i % 900 AS started_on,
                CASE WHEN i % 4 > 0 THEN date '2024-02-01' + i % 900 END AS completed_on,
                NULL::date AS dropped_on, random() AS progress, random() * 100 AS exam_score,
                1 + i % 3 AS exam_attempts, random() * 300 AS minutes, 1 + i % 5 AS satisfaction
            FROM generate_series(1, {{}}) AS i"""
        ).format(sql.Literal(n_rows))
    )


def _publish(address: str, owner: Any, staged: Path, config: PostgresConfig) -> int:
    # The same run again would be left as it is.
    owner.execute("DELETE FROM publications")
    with closing(PostgresSchema(address, config)) as sink:
        sink.prepare()
        sink.show(staged, _RUN)
    return pq.read_metadata(staged / f"{_TABLE}.parquet").num_rows


def _copy(owner: Any, path: Path, binary: bool) -> int:
    with owner.transaction():
        _make_plain(owner)
        return load(owner, path, "plain", binary)


def _ingest(place: PostgresAddress, owner: Any, path: Path) -> int:
    _make_plain(owner)
    with _adbc(place) as connection, connection.cursor() as cursor, pq.ParquetFile(path) as file:
        rows = pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches(65_536))
        n_rows = cursor.adbc_ingest("plain", rows, mode="append", db_schema_name=SCHEMA)
        connection.commit()
        return int(n_rows)


def _to_sql(place: PostgresAddress, frame: pd.DataFrame) -> int:
    from sqlalchemy import create_engine

    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(**place.parameters),  # type: ignore[arg-type]
    )
    # Its own table, of text where ours is JSON: it cannot write into that one.
    frame.to_sql("by_pandas", engine, schema=SCHEMA, if_exists="replace", index=False)
    engine.dispose()
    return len(frame)


def _make_plain(owner: Any) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, (kind, _) in contract_columns(_TABLE).items())
    owner.execute(f"DROP TABLE IF EXISTS plain; CREATE TABLE plain ({columns})")


def _read(address: str, config: PostgresConfig) -> int:
    with postgres_source(address, config) as source:
        table = source.tables[_SOURCE_TABLE]
        return sum(batch.num_rows for batch in table.batches(table.columns))


def _fetch(place: PostgresAddress, cast: str) -> int:
    with _adbc(place) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {SCHEMA}.{_SOURCE_TABLE} LIMIT 0")
        columns = ", ".join(f"{column[0]}{cast}" for column in cursor.description)
        cursor.execute(f"SELECT {columns} FROM {SCHEMA}.{_SOURCE_TABLE}")
        return sum(batch.num_rows for batch in cursor.fetch_record_batch())


def _read_sql(place: PostgresAddress, n_rows: int) -> int:
    from sqlalchemy import create_engine

    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(**place.parameters),  # type: ignore[arg-type]
    )
    part = f"SELECT * FROM {SCHEMA}.{_SOURCE_TABLE} LIMIT {max(1, int(n_rows * _SLOW_SHARE))}"
    frame = pd.read_sql(part, engine)
    engine.dispose()
    return len(frame)


def _adbc(place: PostgresAddress) -> Any:
    words = psycopg.conninfo.make_conninfo(**place.parameters)
    return import_module("adbc_driver_postgresql.dbapi").connect(words)


def _figure(way: str, laps: list[Lap]) -> Figure:
    served = [1e6 * lap.server / lap.rows for lap in laps if lap.server is not None]
    return Figure(
        way,
        median(lap.rows / lap.seconds for lap in laps),
        median(1e6 * lap.client / lap.rows for lap in laps),
        median(served) if served else None,
    )


def _said(figure: Figure) -> str:
    server = figure.server_seconds_per_million
    of_server = "" if server is None else f" + {server:.2f} s (server)"
    return (
        f"{figure.way}: {figure.rows_per_second:,.0f} rows/s; processor"
        f" {figure.client_seconds_per_million:.2f} s{of_server} a million rows"
    )
