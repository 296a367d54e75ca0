"""JSON of every form is read value by value, however it is cut into pieces."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.errors import DataError
from ptml.sources.importers import json_values as module
from ptml.sources.importers.json_values import Pages, json_values

VALUES = st.lists(
    st.dictionaries(st.text(max_size=4), st.one_of(st.integers(), st.text(max_size=30))),
    max_size=8,
)


def _read(path: Path, pages: Pages | None = None) -> list[object]:
    return [each.value for each in json_values(path, ("statements",), pages or Pages())]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json")


@settings(max_examples=40, deadline=None)
@given(values=VALUES, chunk=st.integers(1, 40), indent=st.sampled_from([None, 1]))
def test_a_list_lines_and_a_page_of_the_same_values_are_read_alike(
    place: Path, values: list[dict[str, object]], chunk: int, indent: int | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", chunk)
        (place / "list.json").write_text(json.dumps(values, indent=indent))
        assert _read(place / "list.json") == values
        kept = [value for value in values if "statements" not in value]
        lines = "\n".join(json.dumps(value) for value in kept)
        (place / "lines.jsonl").write_text(lines)
        assert _read(place / "lines.jsonl") == kept
    page = {"more": "/next?a=1", "statements": values}
    (place / "page.json").write_text(json.dumps(page, indent=indent))
    pages = Pages()
    assert _read(place / "page.json", pages) == values
    assert pages.more == "/next?a=1"


def test_more_is_found_before_and_after_the_list(tmp_path: Path) -> None:
    for name, page in (
        ("a", {"more": "x", "statements": []}),
        ("b", {"statements": [], "more": "x"}),
    ):
        pages = Pages()
        (tmp_path / name).write_text(json.dumps(page))
        assert _read(tmp_path / name, pages) == []
        assert pages.more == "x"


def test_packed_files_and_several_pages_one_after_another(tmp_path: Path) -> None:
    path = tmp_path / "pages.json.gz"
    pages = [{"statements": [{"n": k}], "more": ""} for k in range(3)]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, pages)))
    assert _read(path) == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_a_broken_line_is_kept_as_text_and_the_next_ones_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"n": 1}\n{"n": \n{"n": 3}\n\n{"n": 4}\n')
    read = list(json_values(path, (), Pages()))
    assert [each.value for each in read] == [{"n": 1}, None, {"n": 3}, {"n": 4}]
    assert read[1].text == '{"n":'


@pytest.mark.parametrize("text", ['[{"n": 1}, {"n": ', '[{"n": 1} oh]', '{"statements": [{}]'])
def test_a_list_that_breaks_off_ends_the_import(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"x\.json"):
        _read(path)
