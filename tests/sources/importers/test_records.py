"""Files of rows in the encodings and with the separators that occur."""

import gzip
from pathlib import Path

import pytest

from ptml.errors import DataError
from ptml.sources.importers.encodings import encoding_of, separator_of
from ptml.sources.importers.records import Form, open_records

TEXT = "工号,姓名\nE7,李安\nE8,赵本\n"
TRADITIONAL = "工號,姓名,部門,職稱\nE7,李安,量測一部,領班\nE8,趙本,製造部門,技術員\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", TEXT),
        ("utf-8-sig", TEXT),
        ("utf-16", TEXT),
        ("gb18030", TEXT),
        ("big5", TRADITIONAL),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    assert encoding_of(path) == encoding
    records = open_records(path)
    assert records.columns[1] == "姓名"
    assert next(iter(records)).values["姓名"] == "李安"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'id{separator}"name, first; last|\t"\n1{separator}"a\nb"\n')
    assert separator_of(path.read_text().splitlines()[0]) == separator
    [record] = open_records(path)
    assert list(record.values.values()) == ["1", "a\nb"]


def test_rows_with_too_few_or_too_many_values_carry_their_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n1\n1,2,3\n\n4,5\n")
    read = list(open_records(path))
    assert [record.row for record in read] == [1, 2, 3, 4]
    assert [bool(record.fault) for record in read] == [False, True, True, False]


def test_json_rows_are_text_and_packed_files_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.write('{"a": 1, "b": null, "c": [1, "x"]}\n[{"a": true}]\n3\n')
    read = list(open_records(path))
    assert read[0].values == {"a": "1", "b": "", "c": '[1, "x"]'}
    assert read[1].values == {"a": "true"}
    assert read[2].fault == "it is no object"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"a,b,a\n", "column a more than once"),
        (b",,\n", "no header row"),
        (b"\xff\x81\x00\x80abc\xff", "save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(DataError, match=said):
        open_records(tmp_path / "x.csv")


def test_a_form_that_is_told_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("näme;b\nü;2\n".encode("latin-1"))
    [record] = open_records(path, Form("latin-1", ";"))
    assert record.values == {"näme": "ü", "b": "2"}
