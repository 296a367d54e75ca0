"""Parquet files put one below the other, without looking at their rows.

Their row groups are copied as they are, and a new footer says where each lies now (the format:
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
"""

from pathlib import Path

from ptml.publish.compact import I64, LIST, STRUCT, Reader, Struct, struct_bytes

_MAGIC = b"PAR1"
_TAIL_BYTES = len(_MAGIC) + 4
# FileMetaData
_SCHEMA, _N_ROWS, _ROW_GROUPS, _METADATA = 2, 3, 4, 5
# RowGroup. Its place among the others is said by where it stands; the field for it holds 16 bits.
_CHUNKS, _GROUP_AT, _ORDINAL = 1, 5, 7
# ColumnChunk: itself, and the indexes of its pages
_CHUNK_AT, _OF_CHUNK = (2, 4, 6), 3
# ColumnMetaData: pages, index, dictionary and Bloom filter
_PAGES_AT = (9, 10, 11, 14)


class Glued:
    """A Parquet file that is written from others with the same columns.

    Attributes
    ----------
    n_rows : int
        Written so far.
    """

    def __init__(self, path: Path) -> None:
        self.n_rows = 0
        self._file = path.open("wb")
        self._at = self._file.write(_MAGIC)
        self._about: Struct = {}
        self._groups: list[bytes] = []

    def append(self, piece: bytes) -> int:
        """Add the rows of a whole Parquet file; gives how many they are.

        Raises
        ------
        ValueError
            When it has other columns than those before it.
        """
        size = int.from_bytes(piece[-_TAIL_BYTES : -len(_MAGIC)], "little")
        end = len(piece) - _TAIL_BYTES - size
        about = Reader(piece[end : end + size]).struct()
        self._about = self._about or about
        if any(about.get(field) != self._about.get(field) for field in (_SCHEMA, _METADATA)):
            raise ValueError("a piece of a table has other columns than those before it")
        further = self._at - len(_MAGIC)
        self._at += self._file.write(memoryview(piece)[len(_MAGIC) : end])
        for group in about[_ROW_GROUPS][1][1]:
            self._groups.append(_moved(group, further))
        n_rows = int(about[_N_ROWS][1])
        self.n_rows += n_rows
        return n_rows

    def finish(self) -> None:
        """Write the footer."""
        groups = LIST, (STRUCT, self._groups)
        about = {**self._about, _N_ROWS: (I64, self.n_rows), _ROW_GROUPS: groups}
        footer = struct_bytes(about)
        self._file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)
        self._file.close()

    def close(self) -> None:
        """Leave it as it is."""
        self._file.close()


def _moved(group: Struct, further: int) -> bytes:
    chunks = group[_CHUNKS][1][1]
    for chunk in chunks:
        _shift(chunk, _CHUNK_AT, further)
        _shift(chunk[_OF_CHUNK][1], _PAGES_AT, further)
    _shift(group, (_GROUP_AT,), further)
    group.pop(_ORDINAL, None)
    return struct_bytes(group)


def _shift(struct: Struct, fields: tuple[int, ...], further: int) -> None:
    for field in fields:
        kind, at = struct.get(field, (I64, 0))
        # Zero says that it is told elsewhere.
        if at:
            struct[field] = kind, at + further
