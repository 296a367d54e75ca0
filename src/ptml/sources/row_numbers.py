"""Which row of a file a batch's rows are, where the parser leaves out rows that it cannot split."""

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from ptml.contracts.raw import MALFORMED_RULE, MALFORMED_TEXT, SOURCE_ROW

_TEXT_LIMIT = 200


class RowNumbers:
    """Numbers the rows of a file batch by batch and puts the malformed ones back in."""

    def __init__(self) -> None:
        self._malformed: list[pa_csv.InvalidRow] = []
        self._next_row = 1

    def note_malformed(self, row: pa_csv.InvalidRow) -> str:
        """Keep a row that the parser cannot split, as its `invalid_row_handler`."""
        self._malformed.append(row)
        return "skip"

    def add_to(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Number the well-formed rows of a batch and append the malformed ones among them."""
        # The parser counts the header as row 1.
        malformed = np.array([row.number - 1 for row in self._malformed], dtype=np.int64)
        n_good_before = malformed - self._next_row - np.arange(len(malformed))
        places = np.arange(batch.num_rows)
        skipped = np.searchsorted(n_good_before, places, side="right")
        numbers = self._next_row + places + skipped
        last = int(numbers[-1]) if len(numbers) else self._next_row - 1
        passed = [row for row in self._malformed if row.number - 1 <= last]
        self._malformed = self._malformed[len(passed) :]
        self._next_row = last + 1
        return _joined(batch, numbers, passed)

    def rest(self, schema: pa.Schema) -> pa.RecordBatch:
        """Give the malformed rows after the last well-formed one."""
        empty = pa.RecordBatch.from_pylist([], schema=schema)
        passed, self._malformed = self._malformed, []
        return _joined(empty, np.array([], dtype=np.int64), passed)


def _joined(
    batch: pa.RecordBatch, numbers: np.ndarray, malformed: list[pa_csv.InvalidRow]
) -> pa.RecordBatch:
    columns = {name: batch.column(name) for name in batch.schema.names}
    texts = [row.text[:_TEXT_LIMIT] for row in malformed]
    rules = [
        f"has {row.actual_columns} values where the header has {row.expected_columns}"
        for row in malformed
    ]
    nothing = pa.nulls(len(malformed), pa.string())
    columns = {name: _stacked(values, nothing) for name, values in columns.items()}
    none = pa.nulls(len(numbers), pa.string())
    rows = np.concatenate([numbers, np.array([r.number - 1 for r in malformed], dtype=np.int64)])
    columns[SOURCE_ROW] = pa.array(rows)
    columns[MALFORMED_TEXT] = _stacked(none, pa.array(texts, pa.string()))
    columns[MALFORMED_RULE] = _stacked(none, pa.array(rules, pa.string()))
    return pa.RecordBatch.from_pydict(columns)


def _stacked(first: pa.Array, second: pa.Array) -> pa.Array:
    return pa.concat_arrays([first, second]) if len(second) else first
