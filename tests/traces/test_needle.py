"""A name is found in whatever form it is written, and a longer name is another name."""

import base64
import html
import json
from urllib.parse import quote

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.traces import Needle

E1 = Needle(frozenset({"E1"}), frozenset({"E1 B", "E1-2"}))


@pytest.mark.parametrize(
    "text",
    ["E1", '{"owner_id": "E1"}', "<td>E1</td>", "E1, E2", "N00-E1-C07", "/runs/E1.html", "(E1)"],
)
def test_a_name_is_found_between_other_signs(text: str) -> None:
    assert E1.in_text(text) == 1


@pytest.mark.parametrize("text", ["E10", "XE1", "E1_2", "E1 B", "E1-2", "E 1", ""])
def test_a_part_of_another_name_is_not_a_name(text: str) -> None:
    assert E1.in_text(text) == 0


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_name_is_found_in_every_encoding(codec: str) -> None:
    raw = "from E10 to E1 and on".encode(codec)
    assert E1.in_bytes(raw) == 1


@given(st.from_regex(r"[A-Z][0-9]{4,6}['\" é/&<ü-][A-Z]", fullmatch=True), st.integers(0, 2))
def test_a_name_is_found_in_every_wrapping(word: str, ahead: int) -> None:
    needle = Needle(frozenset({word}))
    wrapped = [
        json.dumps({"a": word}),
        json.dumps({"a": word}, ensure_ascii=False),
        f"<b>{html.escape(word)}</b>",
        quote(word, safe=""),
        '"' + word.replace('"', '""') + '"',
        base64.b64encode(b" " * ahead + word.encode() + b" yy").decode(),
    ]
    assert [needle.in_text(text) > 0 for text in wrapped] == [True] * len(wrapped)


def test_a_number_is_an_id_only_where_it_stands_for_one() -> None:
    needle = Needle(frozenset({"1234"}))
    assert needle.in_text('{"owner_id": "1234"}') == 1
    assert needle.in_text("<td>1234</td>") == 1
    assert needle.in_text('{"rows": 1234, "course_id": "1234"} threshold=0.1234 1234') == 0
    assert needle.cells("employee_id", pa.array(["1234", "12345"])) == 1
    assert needle.cells("course_id", pa.array(["1234"])) == 0


def test_what_is_cut_out_of_a_text_leaves_json_whole() -> None:
    text = '{"owner_id": "E1", "said": "ask E1 or E10", "other": "E1 B"}'
    cut = json.loads(E1.without(text))
    assert cut == {"owner_id": None, "said": "ask (erased) or E10", "other": "E1 B"}
