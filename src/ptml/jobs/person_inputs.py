"""What a person's answers are made from, as one number a person: it changes when any row does."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.contracts.row_hash import row_hashes
from ptml.features.arrays import Codes
from ptml.features.bucket import LOGS
from ptml.features.columns import codes

Words = NDArray[np.uint64]

# The hashes of so many rows stay in the processor's cache.
_BATCH_ROWS = 32_768
_DIGITS = 16


def input_digests(tables: Mapping[str, pa.Table], employees: IdMap) -> pa.Array:
    """Digest of everything that the source says of each person.

    The hashes of a person's rows (`ptml.contracts.row_hash`) are added up table by table, so that
    no order of rows matters, and hashed once more together.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        All of `ptml.features.bucket.LOGS` with the contract's columns.
    employees : IdMap
        The people, n.

    Returns
    -------
    (n,) pyarrow.StringArray
        Sixteen hex digits.
    """
    sums = [
        _added_up(tables[name], _owners(name, tables, employees), len(employees)) for name in LOGS
    ]
    columns = [pa.array(of_table.view(np.int64)) for of_table in sums]
    return _hex(row_hashes(pa.RecordBatch.from_arrays(columns, list(LOGS))))


def _owners(name: str, tables: Mapping[str, pa.Table], employees: IdMap) -> Codes:
    """Code of the person of each row; -1 = nobody's."""
    if name != "transfer_evidence":
        return codes(tables[name]["employee_id"], employees)
    enrolments = tables["enrolments"]
    at = pc.index_in(
        tables[name]["enrolment_id"], value_set=enrolments["enrolment_id"].combine_chunks()
    )
    people = codes(enrolments["employee_id"], employees)
    found = pc.fill_null(at, -1).to_numpy()
    return np.where(found < 0, -1, np.append(people, -1)[found]).astype(np.int32)


def _added_up(table: pa.Table, owner: Codes, n_people: int) -> Words:
    parts = [row_hashes(batch) for batch in table.to_batches(max_chunksize=_BATCH_ROWS)]
    hashed = np.concatenate([np.zeros(0, dtype=np.uint64), *parts])
    sums = np.zeros(n_people + 1, dtype=np.uint64)
    # Rows of nobody (-1) fall into the last place. Sums wrap around, as they should.
    np.add.at(sums, owner, hashed)
    return sums[:-1]


def _hex(words: Words) -> pa.Array:
    digits = words.astype(">u8").tobytes().hex().encode()
    ends = np.arange(len(words) + 1, dtype=np.int32) * _DIGITS
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(digits))
