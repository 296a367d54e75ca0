"""Rows come out of the messages as they went in, whatever the order of the messages."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ptml.jobs.spark.packing import MARK, TRANSPORT, packed, transported, unpacked

SCHEMA = pa.schema([("id", pa.string()), ("row", pa.int64())])


@given(st.lists(st.tuples(st.integers(0, 4), st.text(max_size=3) | st.none()), max_size=30))
def test_every_row_arrives_once_in_its_bucket_and_in_order(
    rows: list[tuple[int, str | None]],
) -> None:
    bucket = np.array([index for index, _ in rows], dtype=np.int32)
    table = pa.table([[text for _, text in rows], range(len(rows))], schema=SCHEMA)
    sent = list(packed(table, bucket, "t"))
    for index in range(5):
        own = [message for message in sent if message[0] == index]
        found, tables = unpacked(transported(iter(own)), {"t": SCHEMA})
        wanted = [(text, k) for k, (of, text) in enumerate(rows) if of == index]
        assert found == (index if wanted else -1)
        arrived = tables["t"].to_pylist() if wanted else []
        assert [(row["id"], row["row"]) for row in arrived] == wanted


def test_an_empty_bucket_is_known_by_its_mark() -> None:
    mark = pa.RecordBatch.from_pylist([{"bucket": 3, "kind": MARK, "payload": b""}], TRANSPORT)
    assert unpacked(iter([mark]), {"t": SCHEMA}) == (3, {})


def test_a_large_message_goes_alone() -> None:
    big = b"x" * (17 << 20)
    sent = transported(iter([(0, "t", big), (0, "t", b"y"), (1, "t", b"z")]))
    assert [batch.num_rows for batch in sent] == [1, 2]
