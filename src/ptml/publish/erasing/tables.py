"""People in the Parquet files of a run: known, counted, and taken out, a row group at a time."""

import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.errors import DataError
from ptml.publish.erasing.people import ENROLMENT, PERSON_COLUMNS, Known, People, cut, holding


def people_in(files: Iterable[Path]) -> pa.ChunkedArray:
    """Ids of everybody in some files, each at least once; managers of others too."""
    parts = [
        pc.unique(_read(file, [column])[column])
        for file in files
        for column in PERSON_COLUMNS
        if column in _names(file)
    ]
    return pa.chunked_array(parts, pa.string()).drop_null()


def known_in(file: Path, employee_ids: Collection[str]) -> Known:
    """What a file says of people's ids; nothing where it names no employee."""
    columns = [name for name in (*PERSON_COLUMNS, ENROLMENT) if name in _names(file)]
    if "employee_id" not in columns:
        return Known()
    rows = _read(file, columns)
    is_theirs = pc.is_in(rows["employee_id"], pa.array(sorted(employee_ids), pa.string()))
    own = set()
    if ENROLMENT in columns:
        # Not every row that is about a person is about an enrolment.
        own = set(rows.filter(is_theirs)[ENROLMENT].drop_null().to_pylist())
    of_others = rows.filter(pc.invert(is_theirs))
    ids = (pc.unique(of_others[column]) for column in columns)
    words = {*employee_ids, *own}
    others = {text for some in ids for text in holding(some, words)}
    return Known(frozenset(own), frozenset(others - words))


def count_in(file: Path, table: str, whom: People) -> tuple[int, int]:
    """Rows that are theirs, and values in other people's rows that name them."""
    found = [cut(table, rows, whom) for rows in groups_of(file)]
    return sum(one.n_rows for one in found), sum(one.n_named for one in found)


def write_without(file: Path, fresh: Path, table: str, whom: People) -> int:
    """Write a table without them; one that they are not in is copied. Gives the rows that went."""
    if file.suffix != ".parquet" or count_in(file, table, whom) == (0, 0):
        shutil.copy2(file, fresh)
        return 0
    n_rows = 0
    with pq.ParquetWriter(
        fresh, pq.read_schema(file), compression="zstd", write_page_checksum=True
    ) as new:
        for rows in groups_of(file):
            found = cut(table, rows, whom)
            new.write_table(found.rows)
            n_rows += found.n_rows
    return n_rows


def _names(file: Path) -> list[str]:
    return list(pq.read_schema(file).names)


def _read(file: Path, columns: Sequence[str]) -> pa.Table:
    # Not `pq.read_table`, to which a path may say more columns.
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as opened:
            return opened.read(list(columns))
    except OSError as error:
        raise _damaged(file, error) from error


def groups_of(file: Path) -> Iterator[pa.Table]:
    """A table, row group by row group: memory is that of a piece."""
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as opened:
            for k in range(opened.num_row_groups):
                yield opened.read_row_group(k)
    except OSError as error:
        raise _damaged(file, error) from error


def _damaged(file: Path, error: OSError) -> DataError:
    return DataError(f"{file} is damaged ({error}); remove its run, then erase again")
