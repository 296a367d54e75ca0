"""A 64-bit hash of every row of a record batch, the same on every machine and for ever.

Values go in as 64-bit words (a number's bits, text eight bytes at a time), each by one round of
``hash = (hash ^ word) * odd; hash ^= hash >> 32``, which loses nothing of either; the end is the
finaliser of MurmurHash3 (Appleby 2011). It tells changed data from unchanged ones. It is no
protection against somebody who looks for two rows of one hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_HALF, _THIRD = np.uint64(32), np.uint64(33)
_OTHER_LANE = np.uint64(0xD6E8FEB86659FD93)
_WORD_BYTES = 8
_ALL_BITS = 2**64 - 1

# The first 0..8 bytes of a little-endian word.
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(_WORD_BYTES + 1)], dtype=np.uint64)
# What stands for an empty value: no number that the contract lets in has these bits.
_MISSING_NUMBER = np.uint64(0x7FF8000000000000)
_MISSING_WHOLE = np.uint64(0x8000000000000000)


@dataclass(frozen=True)
class RowSums:
    """What any number of rows come to, in any order and in any parts: parts are added up.

    Attributes
    ----------
    n_rows : int
    first, second : int
        Sums of two hashes of each row, modulo 2**64.
    """

    n_rows: int = 0
    first: int = 0
    second: int = 0

    @classmethod
    def of(cls, batch: pa.RecordBatch) -> Self:
        """Add up the rows of a batch; names and order of its columns are the caller's matter."""
        hashed = row_hashes(batch)
        # A sum of uint64 wraps around, as it should.
        first = int(hashed.sum(dtype=np.uint64))
        second = int(_finished(hashed ^ _OTHER_LANE).sum(dtype=np.uint64))
        return cls(batch.num_rows, first, second)

    def __add__(self, other: "RowSums") -> "RowSums":
        return RowSums(
            self.n_rows + other.n_rows,
            (self.first + other.first) & _ALL_BITS,
            (self.second + other.second) & _ALL_BITS,
        )


def row_hashes(batch: pa.RecordBatch) -> Words:
    """Hash each row over its values in the order of the columns.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Columns of text, dates, whole numbers, doubles and true or false. Missing text and empty
        text are the same.

    Returns
    -------
    (n_rows,) uint64
    """
    hashed = np.full(batch.num_rows, _ODD, dtype=np.uint64)
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            _mix_text(hashed, column.cast(pa.large_string()))
        else:
            _mix(hashed, _number_words(column))
    return _finished(hashed)


def _mix(hashed: Words, words: Words) -> None:
    hashed ^= words
    hashed *= _ODD
    hashed ^= hashed >> _HALF


def _finished(hashed: Words) -> Words:
    mixed = hashed ^ (hashed >> _THIRD)
    mixed *= _FIRST
    mixed ^= mixed >> _THIRD
    mixed *= _SECOND
    mixed ^= mixed >> _THIRD
    return mixed


def _number_words(column: pa.Array) -> Words:
    if pa.types.is_floating(column.type):
        numbers = np.frombuffer(_buffer(column, pa.float64()), dtype=np.float64)
        # A sum with 0 makes 0 of -0, which equals it.
        words, missing = (numbers + 0.0).view(np.uint64), _MISSING_NUMBER
    else:
        days = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
        words = np.frombuffer(_buffer(days, pa.int64()), dtype=np.uint64)
        missing = _MISSING_WHOLE
    if column.null_count == 0:
        return words
    return np.where(column.is_null().to_numpy(zero_copy_only=False), missing, words)


def _buffer(column: pa.Array, kind: pa.DataType) -> pa.Buffer:
    """The 64-bit values of a column, whatever lies where there is none."""
    cast = column.cast(kind)
    return cast.buffers()[1].slice(cast.offset * _WORD_BYTES, len(cast) * _WORD_BYTES)


def _mix_text(hashed: Words, column: pa.LargeStringArray) -> None:
    start, length, data = _text_parts(column)
    _mix(hashed, length.view(np.uint64))
    for first, rows in _word_steps(length):
        if isinstance(rows, slice):
            _mix(hashed, _words_at(data, start + first, length - first))
        else:
            some = hashed[rows]
            _mix(some, _words_at(data, start[rows] + first, length[rows] - first))
            hashed[rows] = some


def _text_parts(
    column: pa.LargeStringArray,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Where each text begins, its bytes, and all bytes with a word of zeros behind."""
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    if len(ends) == 0 or data is None:
        nothing = np.zeros(len(column), dtype=np.int64)
        return nothing, nothing, np.zeros(_WORD_BYTES, dtype=np.uint8)
    text = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    length = np.diff(ends)
    if column.null_count:
        length[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return ends[:-1] - ends[0], length, np.concatenate([text, np.zeros(_WORD_BYTES, np.uint8)])


def _word_steps(
    length: NDArray[np.int64],
) -> Iterator[tuple[int, slice | NDArray[np.int64]]]:
    """Which rows have a word at 0, 8, 16, ... bytes: all of them, or their positions."""
    longest = int(length.max(initial=0))
    shortest = int(length.min(initial=longest))
    for first in range(0, longest, _WORD_BYTES):
        yield first, slice(None) if first < shortest else np.flatnonzero(length > first)


def _words_at(data: NDArray[np.uint8], start: NDArray[np.int64], left: NDArray[np.int64]) -> Words:
    at_each_byte: Words = np.ndarray(
        (len(data) - _WORD_BYTES + 1,), dtype="<u8", buffer=data.data, strides=(1,)
    )
    return at_each_byte[start] & _MASKS[np.minimum(left, _WORD_BYTES)]
