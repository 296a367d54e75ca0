"""Rows of a file as text by column name: CSV of any separator and encoding, JSON, JSON lines."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ptml.errors import DataError
from ptml.sources.importers.encodings import encoding_of, separator_of
from ptml.sources.importers.json_values import Pages, json_values

_LONGEST_VALUE = 1 << 24
_JSON = (".json", ".jsonl", ".ndjson")
_LISTS = ("data", "rows", "records", "registrations")


class Cells(dict[str, str]):
    """Text by column; a column that the row has not is empty."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row.

    Attributes
    ----------
    row : int
        Its number in the file, from 1, the header not counted.
    values : Cells
        Text by column; an empty or missing value is ``""``.
    fault : str
        Why it is no row; empty otherwise.
    """

    row: int
    values: Cells
    fault: str = ""

    def text(self, without: tuple[str, ...] = ()) -> str:
        """The row as JSON, for the file of rows that have no place."""
        kept = {name: value for name, value in self.values.items() if name not in without}
        return json.dumps(kept, ensure_ascii=False)


@dataclass(frozen=True)
class Form:
    """How a file is written; what is empty is found out.

    Attributes
    ----------
    encoding, separator : str
    """

    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True)
class Records:
    """The rows of a file.

    Attributes
    ----------
    path : Path
    columns : tuple of str
        Names of the header; of JSON those of the first object.
    form : Form
        How it was found to be written.
    """

    path: Path
    columns: tuple[str, ...]
    form: Form = field(default_factory=Form)

    def __iter__(self) -> Iterator[Record]:
        if is_json(self.path):
            yield from _json_records(self.path)
        else:
            yield from _csv_records(self)


def open_records(path: Path, form: Form | None = None) -> Records:
    """Open a file of rows.

    Raises
    ------
    DataError
        When it cannot be read as text, is empty, or names a column twice.
    """
    form = form or Form()
    if is_json(path):
        first = next((record for record in _json_records(path) if not record.fault), None)
        if first is None:
            raise DataError(f"{path.name} holds no row")
        return Records(path, tuple(first.values))
    try:
        encoding = form.encoding or ("utf-8-sig" if path.suffix == ".gz" else encoding_of(path))
        with _text_of(path, encoding) as file:
            form = Form(encoding, form.separator or separator_of(file.readline()))
        with _text_of(path, encoding) as file:
            header = next(csv.reader(file, delimiter=form.separator), [])
    except (UnicodeDecodeError, LookupError, csv.Error, EOFError, OSError) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from error
    columns = tuple(name.strip() for name in header)
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if not any(columns):
        raise DataError(f"{path.name} has no header row")
    if twice:
        raise DataError(f"{path.name} has column {', '.join(twice)} more than once")
    return Records(path, columns, form)


def is_json(path: Path) -> bool:
    """Whether a file's name says that it holds JSON."""
    return path.name.removesuffix(".gz").endswith(_JSON)


def _text_of(path: Path, encoding: str) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def _csv_records(records: Records) -> Iterator[Record]:
    csv.field_size_limit(_LONGEST_VALUE)
    columns = records.columns
    with _text_of(records.path, records.form.encoding) as file:
        rows = csv.reader(file, delimiter=records.form.separator)
        next(rows, None)
        try:
            for number, values in enumerate((row for row in rows if row), start=1):
                found = Cells(zip(columns, (value.strip() for value in values), strict=False))
                fault = ""
                if len(values) != len(columns):
                    fault = f"it has {len(values)} values where the header has {len(columns)}"
                yield Record(number, found, fault)
        except (csv.Error, UnicodeDecodeError, EOFError, OSError) as error:
            raise DataError(f"{records.path.name} cannot be read: {error}") from error


def _json_records(path: Path) -> Iterator[Record]:
    number = 0
    for value in json_values(path, _LISTS, Pages()):
        for each in _tables(value.value):
            number += 1
            if isinstance(each, dict):
                cells = Cells((str(name), _as_text(cell)) for name, cell in each.items())
                yield Record(number, cells)
            else:
                text = value.text or _as_text(each)
                yield Record(number, Cells(text=text), "it is no object")


def _tables(value: Any) -> list[Any]:
    """The rows of a table as phpMyAdmin exports it; what describes the export is none."""
    if isinstance(value, dict) and value.get("type") in ("header", "database", "table"):
        if isinstance(value.get("data"), list):
            return list(value["data"])
        return [] if value["type"] != "table" else [value]
    return [value]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value, ensure_ascii=False)
