"""Read the last whole run back, after a look at whether anything of it was damaged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, UsageError
from ptml.publish.durable import sha256_of
from ptml.publish.folder import CURRENT, MANIFEST


@dataclass(frozen=True)
class PublishedRun:
    """The tables of one published run.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Every output table of the contract.
    about : mapping
        Its manifest; empty for a DuckDB file.
    """

    tables: Mapping[str, pd.DataFrame]
    about: Mapping[str, Any]


def read_run(out: str) -> PublishedRun:
    """Read the last whole run that was published to a place.

    Raises
    ------
    UsageError
        When nothing was published there.
    DataError
        When a file is not what was written.
    """
    path = Path(out)
    return _read_duckdb(path) if path.suffix == ".duckdb" else _read_folder(path)


def _read_folder(out: Path) -> PublishedRun:
    folder = out / CURRENT
    if not (folder / MANIFEST).exists():
        raise UsageError(f"no run was published to {out}; `ptml score` writes one")
    run = folder.resolve()
    about = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    damaged = [name for name, digest in about["sha256"].items() if sha256_of(run / name) != digest]
    if damaged:
        raise DataError(
            f"{', '.join(damaged)} in {run} changed after publishing; publish the run again"
        )
    tables = {
        name: pq.read_table(run / f"{name}.parquet", page_checksum_verification=True).to_pandas()
        for name in OUTPUT_TABLES
    }
    return PublishedRun(tables, about)


def _read_duckdb(path: Path) -> PublishedRun:
    if not path.exists():
        raise UsageError(f"no run was published to {path}; `ptml score` writes one")
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = {name: connection.execute(f'FROM "{name}"').df() for name in OUTPUT_TABLES}
    except duckdb.Error as error:
        raise DataError(f"{path} cannot be read ({str(error).splitlines()[0]})") from error
    newest = tables["runs"].sort_values(["finished_at", "run_id"]).tail(1)
    return PublishedRun({**tables, "runs": newest.reset_index(drop=True)}, {})
