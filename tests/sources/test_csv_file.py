"""CSV files as they come."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ptml.contracts.raw import MALFORMED_RULE, MALFORMED_TEXT, SOURCE_ROW
from ptml.errors import DataError
from ptml.sources.csv_file import csv_table


def _rows(path: Path, content: bytes | str, *wanted: str) -> list[dict[str, Any]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = csv_table(path)
    batches = list(table.batches(wanted or table.columns))
    return pa.Table.from_batches(batches).to_pylist() if batches else []


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    return tmp_path / "courses.csv"


def test_all_values_are_text_and_empty_ones_missing(courses: Path) -> None:
    [row] = _rows(courses, 'course_id,hours,title\n007,,""\n')
    assert (row["course_id"], row["hours"], row["title"]) == ("007", None, None)


def test_only_wanted_columns_are_read(courses: Path) -> None:
    [row] = _rows(courses, "course_id,colour,colour\n1,red,blue\n", "course_id")
    assert set(row) == {"course_id", SOURCE_ROW, MALFORMED_TEXT, MALFORMED_RULE}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends(courses: Path, end: str) -> None:
    content = f"\ufeffcourse_id,title{end}c1,Ü{end}"
    [row] = _rows(courses, content)
    assert (row["course_id"], row["title"]) == ("c1", "Ü")


def test_quoted_commas_newlines_and_quotes(courses: Path) -> None:
    rows = _rows(courses, 'course_id,title\nc1,"a, b\nc ""d"""\nc2,5" pipe\n')
    assert [row["title"] for row in rows] == ['a, b\nc "d"', '5" pipe']


def test_rows_with_too_few_or_too_many_values_keep_their_number(courses: Path) -> None:
    rows = _rows(courses, "course_id,hours\nc1,1\nc2\nc3,3\n\nc4,4,x,y\nc5,5\nc6,6,6\n")
    assert [(row[SOURCE_ROW], row["course_id"], row[MALFORMED_RULE]) for row in rows] == [
        (1, "c1", None),
        (3, "c3", None),
        (5, "c5", None),
        (2, None, "has 1 values where the header has 2"),
        (4, None, "has 4 values where the header has 2"),
        (6, None, "has 3 values where the header has 2"),
    ]
    assert [row[MALFORMED_TEXT] for row in rows[3:]] == ["c2", "c4,4,x,y", "c6,6,6"]


def test_numbers_run_on_over_blocks(courses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.sources.csv_file._BLOCK_BYTES", 200)
    lines = [f"c{i},{i}" if i % 7 else f"c{i}" for i in range(1, 301)]
    rows = _rows(courses, "course_id,hours\n" + "\n".join(lines) + "\n")
    assert sorted(row[SOURCE_ROW] for row in rows) == list(range(1, 301))
    for row in rows:
        text = row["course_id"] or row[MALFORMED_TEXT]
        assert text == f"c{row[SOURCE_ROW]}"
        assert (row[MALFORMED_RULE] is None) == bool(row[SOURCE_ROW] % 7)


def test_quoted_newlines_run_on_over_blocks(courses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.sources.csv_file._BLOCK_BYTES", 100)
    title = "\n".join("abcdefghij")
    rows = _rows(courses, "course_id,title\n" + f'c1,"{title}"\n' * 50)
    assert [row["title"] for row in rows] == [title] * 50


@pytest.mark.parametrize("content", ["course_id", "course_id\n", "course_id,title\n\n"])
def test_a_header_without_rows_has_no_rows(courses: Path, content: str) -> None:
    assert _rows(courses, content) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "courses.csv is empty"),
        (b"course_id,title\nc1,abc\nc2,\xfcber\n", "byte 26 in line 3 is 0xfc"),
        ("course_id,title\nc1,ü\n".encode("utf-16"), "byte 0 in line 1 is 0xff"),
        (b"course_id,title\nc1,\xc3", "byte 19 in line 2 is 0xc3"),
        (b"course_id;title\nc1;a\n", "separated by ';'"),
        (b"course_id\ttitle\nc1\ta\n", r"separated by '\\t'"),
        (b"course_id,title,title\nc1,a,b\n", "has column title more than once"),
        (
            b'course_id,title\nc1,a\nc2,"b\nc3,c\n',
            "a quotation mark in line 3 that is never closed",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(courses: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _rows(courses, content)


@pytest.mark.parametrize(
    ("end", "message"),
    [(b"\xff\n", "byte 70 in line 22 is 0xff"), (b"a" * 9 + b"\xc3\xff", "byte 79 in line 22")],
)
def test_the_byte_is_found_beyond_the_first_block(
    courses: Path, monkeypatch: pytest.MonkeyPatch, end: bytes, message: str
) -> None:
    monkeypatch.setattr("ptml.sources.csv_file._SCAN_BYTES", 10)
    content = "course_id\n" + "ü\n" * 20
    with pytest.raises(DataError, match=message):
        _rows(courses, content.encode() + end)


def test_an_odd_quotation_mark_inside_a_value_is_no_open_one(courses: Path) -> None:
    rows = _rows(courses, 'course_id,title\nc1,5" pipe\nc2,b\n')
    assert [row["title"] for row in rows] == ['5" pipe', "b"]
