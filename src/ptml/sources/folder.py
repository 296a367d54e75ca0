"""A folder of ``TABLE.csv`` or ``TABLE.parquet``."""

from pathlib import Path

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import RawSource, RawTable
from ptml.errors import DataError
from ptml.sources.csv_file import csv_table
from ptml.sources.parquet_file import parquet_table


def folder_source(folder: Path) -> RawSource:
    """List the contract's tables of a folder; other files are left alone.

    Raises
    ------
    DataError
        When there is no table at all.
    """
    tables: dict[str, RawTable] = {}
    unreadable: dict[str, str] = {}
    for name in INPUT_TABLES:
        paths = [p for p in (folder / f"{name}.csv", folder / f"{name}.parquet") if p.exists()]
        try:
            if paths:
                tables[name] = _table(paths)
        except DataError as error:
            unreadable[name] = str(error)
    if not tables and not unreadable:
        raise DataError(
            f"{folder} has no table of the contract: no employees.csv or employees.parquet, ..."
        )
    return RawSource(str(folder), tables, unreadable)


def _table(paths: list[Path]) -> RawTable:
    if len(paths) > 1:
        raise DataError(f"{paths[0].name} and {paths[1].name} are both there; keep one of them")
    [path] = paths
    return csv_table(path) if path.suffix == ".csv" else parquet_table(path)
