"""A CSV file as raw text values, with every row that has too few or too many of them."""

import codecs
import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import RawTable
from ptml.errors import DataError
from ptml.sources.row_numbers import RowNumbers

_SCAN_BYTES = 1 << 24
_BLOCK_BYTES = 1 << 23
_OTHER_SEPARATORS = (";", "\t", "|")


def csv_table(path: Path) -> RawTable:
    """Open a CSV file: UTF-8 with or without a byte order mark, commas, a header row.

    Raises
    ------
    DataError
        For an empty file, one that is not UTF-8, another separator, a column of the contract that
        stands there twice, a quotation mark that is never closed.
    """
    if path.stat().st_size == 0:
        raise DataError(f"{path.name} is empty")
    n_quotes = _count_quotes(path)
    if n_quotes % 2:
        _refuse_open_quote(path)
    header = _header(path)

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        try:
            if _has_rows(path):
                yield from _batches(path, wanted)
        except pa.ArrowInvalid as error:
            raise DataError(f"{path.name} cannot be read as CSV: {error}") from error

    return RawTable(header, batches, path.name)


def _count_quotes(path: Path) -> int:
    decoder = codecs.getincrementaldecoder("utf-8")()
    n_quotes = n_bytes = n_lines = 0
    with path.open("rb") as file:
        while chunk := file.read(_SCAN_BYTES):
            n_pending = len(decoder.getstate()[0])
            _decode(decoder, chunk, path, n_bytes - n_pending, n_lines)
            n_quotes += chunk.count(b'"')
            n_lines += chunk.count(b"\n")
            n_bytes += len(chunk)
        _decode(decoder, b"", path, n_bytes - len(decoder.getstate()[0]), n_lines)
    return n_quotes


def _decode(
    decoder: codecs.IncrementalDecoder, chunk: bytes, path: Path, offset: int, n_lines: int
) -> None:
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        line = n_lines + error.object[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path.name} is not UTF-8: byte {offset + error.start} in line {line} is"
            f" 0x{error.object[error.start]:02x}; save it as UTF-8"
        ) from error


def _refuse_open_quote(path: Path) -> None:
    """Raise when the file ends inside quotation marks, which would swallow rows unseen."""
    end = "ptml-end-of-file"
    last_row: list[str] = []
    starts_on_line = next_line = 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(chain(file, [end]))
        for last_row in reader:  # noqa: B007
            starts_on_line, next_line = next_line, reader.line_num + 1
    if last_row != [end]:
        raise DataError(
            f"{path.name} has a quotation mark in line {starts_on_line} that is never closed"
        )


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = tuple(next(csv.reader(file), ()))
    for separator in _OTHER_SEPARATORS:
        if len(header) == 1 and separator in header[0]:
            raise DataError(f"{path.name} is separated by {separator!r}; it has to be by ','")
    repeated = [name for name in INPUT_TABLES[path.stem].columns if header.count(name) > 1]
    if repeated:
        raise DataError(f"{path.name} has column {', '.join(repeated)} more than once")
    return header


def _has_rows(path: Path) -> bool:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        return any(reader)


def _batches(path: Path, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    numbers = RowNumbers()
    options = pa_csv.ConvertOptions(
        include_columns=wanted,
        column_types=dict.fromkeys(wanted, pa.string()),
        strings_can_be_null=True,
        null_values=[""],
    )
    # Row numbers are known to the parser only when one thread reads; it is not the slower for it.
    with pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=True, invalid_row_handler=numbers.note_malformed
        ),
        convert_options=options,
    ) as reader:
        for batch in reader:
            yield numbers.add_to(batch)
        yield numbers.rest(reader.schema)
