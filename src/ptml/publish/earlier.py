"""The runs that a place still keeps, the newest among them, a column at a time."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.manifest import FILES, MANIFEST, sealed
from ptml.contracts.store import Store, open_store
from ptml.errors import DataError, TryAgainError
from ptml.publish.dates import dates_in
from ptml.publish.delta import delta_library, files_of, told_of_delta
from ptml.publish.folder import RUNS
from ptml.publish.form import Address, Form
from ptml.publish.kept import KeptRun
from ptml.publish.parts import DATE
from ptml.publish.store import POINTER

_VERSIONS = "model_versions"
_MERGED = "runs"
_MOST_RUNS = 999_999_999


def kept_runs(address: Address) -> list[KeptRun]:
    """List the runs of a place in no order; none for a DuckDB file, which keeps the newest alone.

    Raises
    ------
    UsageError
        When the place may not be read, or its library is not installed.
    DataError
        When a run is damaged.
    TryAgainError
        When a server does not answer, or a run went away meanwhile.
    """
    match address.form:
        case Form.folder:
            return list(_in_folder(address.path))
        case Form.dataset:
            return [_of_date(address.path / f"{DATE}={day}") for day in dates_in(address.path)]
        case Form.delta:
            return list(_in_lake(address.path))
        case Form.store:
            return list(_in_store(open_store(address.place)))
        case Form.postgres:
            # The driver is needed by few.
            from ptml.publish.postgres.kept import kept_runs as in_schema

            return in_schema(address.place)
        case _:
            return []


def _in_folder(out: Path) -> Iterator[KeptRun]:
    for manifest in (out / RUNS).glob(f"[!.]*/{MANIFEST}"):
        folder = manifest.parent
        table = pq.read_table(folder / f"{_MERGED}.parquet", columns=[DATE, _VERSIONS])
        versions = json.loads(table[_VERSIONS][0].as_py())
        yield KeptRun(table[DATE][0].as_py(), folder.name, versions, partial(_of_file, folder))


def _of_file(folder: Path, table: str, column: str) -> pa.ChunkedArray | None:
    file = folder / f"{table}.parquet"
    return pq.read_table(file, columns=[column])[column] if file.exists() else None


def _of_date(folder: Path) -> KeptRun:
    about = _said(folder / MANIFEST)
    return _run(about, folder.name, lambda table, column: _of_parts(folder / table, column))


def _of_parts(folder: Path, column: str) -> pa.ChunkedArray | None:
    return _together(sorted(folder.glob("*.parquet")), column)


def _together(files: list[Path], column: str) -> pa.ChunkedArray | None:
    # Not `pq.read_table`, to which a path may say more columns.
    parts = [pq.ParquetFile(file).read([column])[column] for file in files]
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks]) if parts else None


def _in_lake(folder: Path) -> Iterator[KeptRun]:
    """Dates of the newest versions; which models a date is by stands in its own table of runs."""
    delta, by_table = delta_library(), {}

    def files(table: str, day: str) -> list[Path]:
        if table not in by_table:
            with told_of_delta(f"{Form.delta}:{folder}"):
                by_table[table] = files_of(delta.DeltaTable(str(folder / table)))
        return [folder / table / path for path, of in by_table[table] if of == day]

    def column_of(day: str, table: str, column: str) -> pa.ChunkedArray | None:
        is_there = delta.DeltaTable.is_deltatable(str(folder / table))
        return _together(files(table, day), column) if is_there else None

    if delta.DeltaTable.is_deltatable(str(folder / _MERGED)):
        files(_MERGED, "")
        for day in sorted({day for _, day in by_table[_MERGED]}):
            [versions] = column_of(day, _MERGED, _VERSIONS) or []
            told = json.loads(versions.as_py())
            yield KeptRun(date.fromisoformat(day), day, told, partial(column_of, day))


def _in_store(store: Store) -> Iterator[KeptRun]:
    content = store.read(POINTER)
    if content is None:
        return
    pointer = _whole(content, f"{POINTER} in {store.address}")
    for place, run in enumerate(pointer["kept"]):
        where = f"{RUNS}/{run}"
        about = _whole(_object(store, f"{where}/{MANIFEST}"), f"{MANIFEST} in {store.address}")
        # The newest is named first.
        yield _run(about, f"{_MOST_RUNS - place:09}", partial(_of_object, store, where, about))


def _of_object(
    store: Store, run: str, about: Mapping[str, Any], table: str, column: str
) -> pa.ChunkedArray | None:
    name = f"{table}.parquet"
    if name not in about[FILES]:
        return None
    content = _object(store, f"{run}/{name}")
    if hashlib.sha256(content).hexdigest() != about[FILES][name]:
        raise DataError(f"{run}/{name} in {store.address} changed after writing")
    return pq.read_table(pa.BufferReader(content), columns=[column])[column]


def _object(store: Store, name: str) -> bytes:
    content = store.read(name)
    if content is None:
        raise TryAgainError(f"{name} in {store.address} was removed meanwhile; run again")
    return content


def _run(about: Mapping[str, Any], name: str, column: Any) -> KeptRun:
    return KeptRun(date.fromisoformat(about[DATE]), name, about[_VERSIONS], column)


def _said(manifest: Path) -> dict[str, Any]:
    return _whole(manifest.read_bytes(), str(manifest))


def _whole(content: bytes, what: str) -> dict[str, Any]:
    about = sealed(content)
    if about is None:
        raise DataError(f"{what} is damaged; publish the run again")
    return about
