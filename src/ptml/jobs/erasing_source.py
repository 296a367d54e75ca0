"""A source that ptml's user owns: is the person still in it, and taking them out where asked."""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.contracts.durable import flush
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.suppression import NAMING_COLUMNS, OWN_COLUMNS, as_ids
from ptml.errors import TryAgainError, UsageError
from ptml.publish.erasing import Known, People, cut, holding
from ptml.publish.erasing.database import copied, erased_in
from ptml.sources.read import opened_source
from ptml.sources.sums import SUMS, read_sums, write_sums

_ERASING = ".erasing"
_OWN = ("employees", "enrolments")


def known_in_source(data: str, employee_ids: Collection[str]) -> Known:
    """People's enrolments in a source, and ids of others that hold one of theirs."""
    asked = pa.array(sorted(employee_ids), pa.string())
    own: set[str] = set()
    others: set[str] = set()
    with opened_source(data) as source:
        for name in _OWN:
            raw = source.tables.get(name)
            wanted = [key for key in OWN_COLUMNS if raw is not None and key in raw.columns]
            if raw is None or "employee_id" not in wanted:
                continue
            for batch in raw.batches(tuple(wanted)):
                ids = {key: as_ids(batch.column(key)) for key in wanted}
                is_own = pc.is_in(ids["employee_id"], asked)
                own |= set(ids[wanted[-1]].filter(is_own).to_pylist())
                for values in ids.values():
                    others |= holding(values.filter(pc.invert(is_own)), employee_ids)
    return Known(frozenset(own - {*employee_ids, None}), frozenset(others))


def rows_in_source(data: str, whom: People) -> dict[str, int]:
    """How many rows of each table of a source are the person's."""
    rows: dict[str, int] = {}
    with opened_source(data) as source:
        for name, raw in source.tables.items():
            wanted = tuple(key for key in OWN_COLUMNS if key in raw.columns)
            if not wanted:
                continue
            parts = (
                pa.table({key: as_ids(b.column(key)) for key in wanted})
                for b in raw.batches(wanted)
            )
            rows[name] = sum(cut(name, part, whom).n_rows for part in parts)
    return {name: n for name, n in rows.items() if n}


def refuse_server(data: str) -> None:
    """Refuse to take people out of a source that is a server's.

    Raises
    ------
    UsageError
        Its owner has to do it there.
    """
    if "://" in data:
        raise UsageError(
            "--from-data takes a folder or a *.duckdb file; the rows of a server are its owner's to"
            " delete there: leave --from-data out, and the list of erased people keeps them out"
        )


def erase_from_source(data: str, whom: People) -> dict[str, int]:
    """Take a person out of a folder of tables or a DuckDB file, table by table, each whole."""
    rows = rows_in_source(data, whom)
    path = Path(data)
    if path.is_dir():
        # Files and hashes cannot change in one step: without hashes a killed erasure can go on.
        listed = read_sums(path) if (path / SUMS).exists() else None
        (path / SUMS).unlink(missing_ok=True)
        for name in INPUT_TABLES:
            for file in (path / f"{name}.parquet", path / f"{name}.csv"):
                if file.exists():
                    _rewrite(file, name, whom)
        if listed is not None:
            write_sums(path, listed)
    else:
        _rewrite_database(path, list(INPUT_TABLES), whom)
    return rows


def _rewrite(place: Path, table: str, whom: People) -> None:
    for file in sorted(place.glob("*.parquet")) if place.is_dir() else [place]:
        fresh = file.with_name(f".{file.name}{_ERASING}")
        writer: Callable[[Path, Path, str, People], bool] = (
            _rewrite_csv if file.suffix == ".csv" else _rewrite_parquet
        )
        if writer(file, fresh, table, whom):
            fresh.chmod(file.stat().st_mode)
            flush(fresh)
            fresh.replace(file)
            flush(file.parent)
        else:
            fresh.unlink(missing_ok=True)


def _rewrite_parquet(file: Path, fresh: Path, table: str, whom: People) -> bool:
    changed = 0
    with (
        pq.ParquetFile(file) as old,
        pq.ParquetWriter(
            fresh, old.schema_arrow, compression="zstd", write_page_checksum=True
        ) as new,
    ):
        for k in range(old.num_row_groups):
            found = cut(table, old.read_row_group(k), whom)
            new.write_table(found.rows)
            changed += found.n_rows + found.n_named
    return changed > 0


def _rewrite_csv(file: Path, fresh: Path, _table: str, whom: People) -> bool:
    changed = 0
    with (
        file.open(encoding="utf-8", newline="") as old,
        fresh.open("w", encoding="utf-8", newline="") as new,
    ):
        lines = _Kept(old)
        rows = csv.reader(lines)
        header = next(rows, [])
        new.write(lines.taken())
        names = [name.removeprefix("\ufeff") for name in header]
        for row in rows:
            text = lines.taken()
            fate = _fate(dict(zip(names, row, strict=False)), whom)
            changed += fate is not None
            if fate is None:
                new.write(text)
            elif fate:
                new.write(
                    _line(
                        [fate.get(name, value) for name, value in zip(names, row, strict=False)],
                        text,
                    )
                )
    return changed > 0


def _fate(row: Mapping[str, str], whom: People) -> dict[str, str] | None:
    """None: it stays; empty: it goes; else the values that change."""
    if row.get("employee_id") in whom.employee_ids or row.get("enrolment_id") in whom.enrolment_ids:
        return {}
    named = {name: "" for name in NAMING_COLUMNS if row.get(name) in whom.employee_ids}
    return named or None


def _line(values: Sequence[str], before: str) -> str:
    text = io.StringIO()
    end = before[len(before.rstrip("\r\n")) :]
    csv.writer(text, lineterminator=end).writerow(values)
    return text.getvalue()


class _Kept:
    """Lines of a file, and the text of those that the row read last is made of."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._text: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._text.append(line)
        return line

    def taken(self) -> str:
        """The text since the last call."""
        text, self._text = "".join(self._text), []
        return text


def _rewrite_database(path: Path, tables: Sequence[str], whom: People) -> None:
    draft, fresh = (path.with_name(f".{path.name}{_ERASING}{end}") for end in ("", ".new"))
    for old in (draft, fresh):
        old.unlink(missing_ok=True)
    try:
        with duckdb.connect(path) as held:
            copied(held, draft)
            with duckdb.connect(draft) as connection:
                for name in tables:
                    erased_in(connection, name, whom)
                copied(connection, fresh)
            flush(fresh)
            fresh.replace(path)
            flush(path.parent)
    except duckdb.IOException as error:
        raise TryAgainError(f"{path} is in use: {str(error).partition(chr(10))[0]}") from error
    finally:
        for old in (draft, fresh):
            old.unlink(missing_ok=True)
