"""A Parquet file, or a folder of its parts as Spark writes it."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.raw import RawTable
from ptml.errors import DataError

_BATCH_ROWS = 131_072


def parquet_table(path: Path) -> RawTable:
    """Open a Parquet file or a folder of parts, which are read by name.

    Raises
    ------
    DataError
        For an empty file or folder, one that is no Parquet, parts with other columns than the
        first.
    """
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not parts or any(part.stat().st_size == 0 for part in parts):
        raise DataError(f"{path.name} is empty")
    schemas = [_schema(part, path) for part in parts]
    for part, schema in zip(parts, schemas, strict=True):
        if not schema.equals(schemas[0]):
            raise DataError(f"{path.name}: {part.name} has other columns than {parts[0].name}")

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        for part in parts:
            try:
                with pq.ParquetFile(part, page_checksum_verification=True) as file:
                    yield from file.iter_batches(_BATCH_ROWS, columns=list(wanted))
            except (pa.ArrowInvalid, OSError) as error:
                raise DataError(f"{path.name} cannot be read as Parquet: {error}") from error

    return RawTable(tuple(schemas[0].names), batches, path.name)


def _schema(part: Path, path: Path) -> pa.Schema:
    try:
        return pq.read_schema(part)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path.name} cannot be read as Parquet: {error}") from error
