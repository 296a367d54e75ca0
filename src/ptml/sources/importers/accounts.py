"""What became of each row of a source: counted by name, and kept where it could not be placed."""

import csv
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Self

from ptml.sources.importers.records import Record

REPORT_FILE = "import_report.csv"
NOT_PLACED_FILE = "not_placed.csv"
NOT_PLACED = "not placed: "
REMARK = "remark"
_REPORT_COLUMNS = ("what", "name", "became", "rows")
_NOT_PLACED_COLUMNS = ("file", "row", "reason", "text")


def counted(n: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "course"), counted(1200, "course"), counted(2, "person", "people")
    ('1 course', '1,200 courses', '2 people')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


class Accounts:
    """Counts by what a row is, its name, and what it became; rows without a place with the reason.

    Use it as a context manager: at the end both files are written.

    Attributes
    ----------
    counts : Counter
        Rows by ``(what, name, became)``.
    """

    def __init__(self, folder: Path) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self._report = folder / REPORT_FILE
        self._file = (folder / NOT_PLACED_FILE).open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow(_NOT_PLACED_COLUMNS)

    def count(self, what: str, name: str, became: str, rows: int = 1) -> None:
        """Say what rows became."""
        self.counts[what, name, became] += rows

    def remark(self, name: str, rows: int) -> None:
        """Count rows that were placed and of which something is to be said."""
        if rows:
            self.counts[REMARK, name, ""] += rows

    def keep(self, file: str, row: int, reason: str, text: str) -> None:
        """Keep a row that has no place, without counting it."""
        self._rows.writerow((file, row, reason, text))

    def set_aside(self, what: str, name: str, reason: str, place: tuple[str, int, str]) -> None:
        """Count a row that has no place and keep it; `place` is its file, number and text."""
        self.count(what, name, NOT_PLACED + reason)
        self.keep(place[0], place[1], reason, place[2])

    def settle(self, what: str, name: str, became: str, file: str, record: Record) -> None:
        """Count a row by what it became, and keep it where it has no place."""
        self.count(what, name, became)
        if became.startswith(NOT_PLACED):
            self.keep(file, record.row, became.removeprefix(NOT_PLACED), record.text())

    def sentences(self, noun: str, purpose: str = "") -> list[str]:
        """How many rows were read, and how many became what; the reasons one by one."""
        outcomes: Counter[str] = Counter()
        for (what, _, became), rows in self.counts.items():
            if what != REMARK:
                outcomes[became] += rows
        told = [f"{counted(sum(outcomes.values()), noun)}{purpose} read."]
        for became, rows in sorted(outcomes.items(), key=lambda item: (-item[1], item[0])):
            names = _names(self.counts, became) if became.startswith(NOT_PLACED) else ""
            told.append(f"{rows:,} {became}{names}.")
        remarks = [
            (name, n) for (what, name, _), n in sorted(self.counts.items()) if what == REMARK
        ]
        return told + [f"{rows:,} of them: {name}." for name, rows in remarks]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        with suppress(OSError):
            self._file.close()
        if raised[0] is None:
            with self._report.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file, lineterminator="\n")
                rows.writerow(_REPORT_COLUMNS)
                rows.writerows((*names, n) for names, n in sorted(self.counts.items()))


def _names(counts: Counter[tuple[str, str, str]], became: str) -> str:
    """The names behind an outcome, the most frequent first, three at most."""
    found: Counter[str] = Counter()
    for (_, name, outcome), rows in counts.items():
        if outcome == became and name:
            found[name] += rows
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return _listed([f"{name} {rows:,}" for name, rows in ordered])


def _listed(told: Iterable[str]) -> str:
    words = list(told)
    more = f", and {len(words) - 3} more" if len(words) > 3 else ""
    return f" ({', '.join(words[:3])}{more})" if words else ""
