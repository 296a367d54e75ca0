import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import ptml
from ptml.contracts.conformity import conforming
from ptml.errors import UsageError
from ptml.report import render_report, write_report

from .published import a_tables_only, evidence, full_run, tiny_run

SECTIONS = [
    "run",
    "courses",
    "health",
    "needs",
    "warnings",
    "offered",
    "models",
    "examples",
    "data",
    "glossary",
]
VOID = {"meta", "link", "br", "img", "input", "hr"}
MARKUP = '<script>alert("x")</script><img src=http://evil.example/x onerror=alert(1)>'


class Outline(HTMLParser):
    """Ids, addresses and the balance of tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: Counter[str] = Counter()
        self.handlers: list[str] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        self._attributes(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self._attributes(attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "action", "srcset", "data", "xlink:href"):
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)


@pytest.fixture(scope="module")
def full() -> dict[str, pd.DataFrame]:
    return full_run()


@cache
def _page(name: str) -> str:
    return render_report(RUNS[name]())


RUNS = {"full": full_run, "a_tables_only": a_tables_only, "tiny": tiny_run, "nothing": dict}


@pytest.mark.parametrize("name", ["full", "a_tables_only", "tiny"])
def test_made_up_tables_keep_the_contract_and_read_alike_from_arrow(name: str) -> None:
    tables = RUNS[name]()
    published = {table: conforming(table, _arrow(frame)) for table, frame in tables.items()}
    read = {table: rows.to_pandas() for table, rows in published.items()}
    assert render_report(read) == render_report(tables)


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.table({c: pa.array(frame[c].tolist(), from_pandas=True) for c in frame.columns})


@pytest.mark.parametrize("name", RUNS)
def test_every_section_stands_once_whatever_was_published(name: str) -> None:
    outline = Outline(_page(name))
    assert [s for s in SECTIONS if outline.ids.count(s) != 1] == []
    assert outline.unbalanced == []
    assert outline.open == []


@pytest.mark.parametrize("name", RUNS)
def test_ids_are_unique_and_no_address_leaves_the_page(name: str) -> None:
    page = _page(name)
    outline = Outline(page)
    assert [i for i, n in Counter(outline.ids).items() if n > 1] == []
    assert all(a.startswith("#") or a == "data:," for a in outline.addresses)
    assert not re.search(r"https?://|url\(|@import", page)
    assert {a[1:] for a in outline.addresses if a.startswith("#")} <= set(outline.ids)


def test_empty_tables_read_as_absent_ones(full: dict[str, pd.DataFrame]) -> None:
    emptied = {name: table.iloc[:0] for name, table in full.items()}
    assert render_report(emptied) == render_report({})


@pytest.mark.parametrize(
    "column", ["title", "course_id", "employee_id", "reasons", "notes", "rule"]
)
def test_markup_in_the_data_stays_text(full: dict[str, pd.DataFrame], column: str) -> None:
    tables = _with_markup(full, column)
    page = render_report(tables)
    outline = Outline(page)
    assert "alert(&#34;x&#34;)" in page
    assert outline.tags["script"] == 1
    assert outline.tags["img"] == 0
    assert outline.handlers == []


def _with_markup(tables: dict[str, pd.DataFrame], column: str) -> dict[str, pd.DataFrame]:
    as_json = MARKUP.replace('"', '\\"')
    cells = {
        "reasons": f'[{{"code": "x", "text": "{as_json}", "family": "person", "share": 1.0}}]',
        "notes": f'{{"notes": ["`{as_json}`"]}}',
    }
    if column == "notes":
        return {**tables, "runs": tables["runs"].assign(rows=cells["notes"])}
    changed = {
        name: table.assign(**{column: cells.get(column) or table[column].astype(str) + MARKUP})
        for name, table in tables.items()
        if column in table.columns
    }
    if column == "course_id":
        changed["course_health"] = changed["course_health"].assign(title=None)
    if column == "title":
        # The curve carries titles of its own.
        curves = tables["evidence"]["name"] == "course_lift"
        changed["evidence"] = tables["evidence"][~curves]
    return {**tables, **changed}


def test_the_policy_lets_only_the_pages_own_style_and_script_run() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', _page("full"))
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_same_tables_give_same_bytes(full: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    one = write_report(full, tmp_path / "one.html")
    other = write_report(full_run(), tmp_path / "deep" / "other.html")
    assert one.read_bytes() == other.read_bytes()
    assert one.stat().st_size < 3_000_000
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["one.html"]


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written") as error:
        write_report({}, tmp_path / "file" / "report.html")
    assert "\n" not in str(error.value)


def test_every_page_is_written_by_the_same_draft_and_replace() -> None:
    root = Path(ptml.__file__).parent
    rooms = [path for room in ("report", "monitor", "jobs") for path in root.glob(f"{room}/*.py")]
    drafting = sorted(path.name for path in rooms if "getpid" in path.read_text())
    # Metrics are no page: another program reads them, at any moment.
    assert drafting == ["metrics_file.py", "page.py"]


def test_a_run_without_lift_says_why_and_puts_what_is_missing_last() -> None:
    page = _page("a_tables_only")
    assert "No lift was published" in page
    assert "there is no result at work to compare" in page
    assert page.index('id="glossary"') < page.index('id="courses"')
    assert page.index('id="offered"') < page.index('id="glossary"')


def test_unknown_findings_are_told_in_a_plain_table() -> None:
    odd = evidence(
        [
            {"model": "astrology", "kind": "metric", "name": "moon_phase", "value": 0.25},
            {"model": "lift", "kind": "curve", "name": "gain", "payload": {"share": [1]}},
        ]
    )
    page = render_report({"evidence": odd})
    assert "astrology" in page
    assert "moon phase" in page
    assert "share of catalogue offered" in _page("full")


def test_a_failed_run_is_named_as_such(full: dict[str, pd.DataFrame]) -> None:
    failed = {**full, "runs": full["runs"].assign(status="failed")}
    assert "This run failed" in render_report(failed)
    assert "This run failed" not in _page("full")
