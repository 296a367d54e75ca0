"""Read the last whole run back, after a look at whether anything of it was damaged."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.contracts.manifest import MANIFEST, read_manifest, sealed
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.publish.dates import newest_date, read_dates
from ptml.publish.delta import read_delta
from ptml.publish.duckdb_file import KEPT_TABLE, MANIFEST_TABLE, first_line, is_locked
from ptml.publish.folder import CURRENT, RUNS
from ptml.publish.form import Address, Form, address_of
from ptml.publish.place import nothing_in
from ptml.publish.store import read_store
from ptml.publish.tables import PublishedRun

_REMEDY = "publish the run again"


def read_run(out: str, run_id: str | None = None) -> PublishedRun:
    """Read the last whole run that was published to a place.

    The files' hashes are checked here; tables are read when they are looked up.

    Parameters
    ----------
    run_id : str, optional
        An earlier run that a folder or a schema still keeps.

    Raises
    ------
    UsageError
        When nothing was published there, or not that run.
    DataError
        When a file is not what was written; for a DuckDB file on looking up a damaged table.
    TryAgainError
        When the DuckDB file is being written, or another run took this one's place meanwhile.
    """
    run = _read(address_of(out), run_id)
    if run_id not in (None, run.about["run_id"]):
        raise UsageError(f"{out} holds run {run.about['run_id']} and no other; {run_id} is gone")
    return run


def manifest_of(out: str) -> Mapping[str, Any]:
    """What the last run that was published to a place says of itself; its files are not looked at.

    Raises
    ------
    UsageError, DataError, TryAgainError
        As `read_run`.
    """
    address = address_of(out)
    match address.form:
        case Form.folder:
            run = address.path / CURRENT
        case Form.dataset:
            run = newest_date(address.path)
        case _:
            # Of these no file is held against its hash before a table is looked up.
            return read_run(out).about
    try:
        about = sealed((run / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise nothing_in(out) from None
    if about is None:
        raise DataError(f"{MANIFEST} in {run} is damaged; {_REMEDY}")
    return about


def _read(address: Address, run_id: str | None) -> PublishedRun:
    match address.form:
        case Form.folder:
            return _read_folder(address.path, run_id)
        case Form.duckdb:
            return _read_duckdb(address.path)
        case Form.dataset:
            return read_dates(address.path)
        case Form.delta:
            return read_delta(address.path)
        case Form.store:
            return read_store(address.place)
        case Form.postgres:
            # The driver is needed by few.
            from ptml.publish.postgres.reading import read_postgres

            return read_postgres(address.place, run_id)


def _read_folder(out: Path, run_id: str | None) -> PublishedRun:
    # Resolved once: a run that is published meanwhile does not mix into this one.
    run = (out / CURRENT).resolve() if run_id is None else _kept_run(out, run_id)
    try:
        written = (run / MANIFEST).read_bytes()
        about = read_manifest(run, _REMEDY)
    except (FileNotFoundError, NotADirectoryError):
        raise nothing_in(out) from None

    def read(name: str) -> pa.Table:
        try:
            table = pq.read_table(run / f"{name}.parquet", page_checksum_verification=True)
            if (run / MANIFEST).read_bytes() != written:
                raise TryAgainError(f"a person was erased from {run} while it was read")
            return table
        except FileNotFoundError as error:
            if run.exists():
                # A lost file would not have passed the check of the hashes: it was never written.
                return OUTPUT_TABLES[name].arrow_schema.empty_table()
            raise TryAgainError(f"{run} was removed as too old while it was read") from error
        except OSError as error:
            raise DataError(f"{name} in {run} is damaged ({error}); {_REMEDY}") from error

    paths = {name: run / f"{name}.parquet" for name in OUTPUT_TABLES}
    there = {name: path for name, path in paths.items() if path.exists()}
    return PublishedRun.of(about, read, there)


def _kept_run(out: Path, run_id: str) -> Path:
    """The folder of a run that is still kept; of the same run made again, the newest."""
    kept = {path.name: path for path in (out / RUNS).glob("[0-9]*")}
    same = [name for name in kept if name.partition(".")[0] == run_id]
    if not same:
        there = ", ".join(sorted(kept)) or "none"
        raise UsageError(f"{out} does not hold run {run_id} (any more); there is {there}")
    return kept[max(same, key=lambda name: int(name.partition(".")[2] or 1))]


def _read_duckdb(path: Path) -> PublishedRun:
    if not path.exists():
        raise nothing_in(path)
    about = _about(_fetch(path, MANIFEST_TABLE)[0])

    def read(name: str) -> pa.Table:
        manifest, table = _fetch(path, MANIFEST_TABLE, name)
        if _about(manifest)["seal"] != about["seal"]:
            raise TryAgainError(f"another run was published to {path} while it was read")
        if name == KEPT_TABLE:
            table = table.filter(pc.field("run_id") == about["run_id"])
        return table.cast(OUTPUT_TABLES[name].arrow_schema)

    return PublishedRun.of(about, read)


def _about(manifest: pa.Table) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(manifest["about"][0].as_py())
    return about


def _fetch(path: Path, *names: str) -> list[pa.Table]:
    try:
        with duckdb.connect(path, read_only=True) as connection:
            return [connection.sql(f'FROM "{name}"').to_arrow_table() for name in names]
    except duckdb.CatalogException:
        raise nothing_in(path) from None
    except duckdb.Error as error:
        if is_locked(error):
            raise TryAgainError(f"{path} is being written ({first_line(error)})") from error
        raise DataError(f"{path} is damaged ({first_line(error)}); {_REMEDY}") from error
