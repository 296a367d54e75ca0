"""Data of other systems as tables of the contract, with what became of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ptml.errors import UsageError
from ptml.jobs.imports import run_import, run_merge
from ptml.jobs.progress import Silent
from ptml.sources.importers.accounts import NOT_PLACED_FILE, REPORT_FILE
from ptml.sources.importers.merging import CONFLICTS_FILE

_PATHS = ("people", "mapping", "enrolments", "roles")


@dataclass(frozen=True)
class Import:
    """What an import made.

    Attributes
    ----------
    folder : Path
        For `load`, or a part for `merge_imports`.
    rows : dict of str to int
        Rows by table.
    sentences : tuple of str
        What was made, what was assumed, and what has no place.
    """

    folder: Path
    rows: dict[str, int]
    sentences: tuple[str, ...]

    @property
    def report(self) -> pd.DataFrame:
        """What became of the rows: ``what``, ``name``, ``became``, ``rows``."""
        return _read(self.folder / REPORT_FILE)

    @property
    def not_placed(self) -> pd.DataFrame:
        """Rows that have no place: ``file``, ``row``, ``reason``, ``text``."""
        return _read(self.folder / NOT_PLACED_FILE)

    @property
    def conflicts(self) -> pd.DataFrame:
        """What merged parts say differently: ``table``, ``key``, ``column``, ``kept``, ...

        Raises
        ------
        UsageError
            For an import that merged nothing.
        """
        if not (self.folder / CONFLICTS_FILE).is_file():
            raise UsageError(f"{self.folder} was not merged of parts: it has no conflicts")
        return _read(self.folder / CONFLICTS_FILE)


def import_data(kind: str, source: str | Path, out: str | Path, **options: Any) -> Import:
    """Turn data of another system into tables of the contract.

    Parameters
    ----------
    kind : str
        ``xapi``, ``moodle``, ``scorm``, ``hris``, ``esco``, ``onet``, ``oulad``, ``mooccubex``.
    source : str or Path
        File or folder.
    out : str or Path
        New folder.
    **options
        As of the command, docs/how-to/import.md: ``people``, ``mapping``, ``enrolments``,
        ``time_zone``, ``is_dated_by_arrival``, ``retake_days``, ``language`` (xapi); ``people``,
        ``time_zone``, ``idle_minutes``, ``is_month_first``, ``highest_grade`` (moodle);
        ``people``, ``time_zone``, ``retake_days`` (scorm); ``mapping`` (hris); ``roles``,
        ``language``, ``essential_level``, ``optional_level`` (esco); ``roles``,
        ``least_importance`` (onet).

    Raises
    ------
    UsageError, DataError
        For an option that there is not, a source that cannot be read, a folder that holds
        something.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> import ptml
    >>> place = pathlib.Path(tempfile.mkdtemp())
    >>> statement = {
    ...     "id": "1",
    ...     "actor": {"mbox": "mailto:ann@example.com"},
    ...     "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    ...     "object": {"id": "https://example.com/ladders"},
    ...     "timestamp": "2026-03-05T10:00:00Z",
    ... }
    >>> _ = (place / "statements.json").write_text(json.dumps([statement]))
    >>> ptml.import_data("xapi", place / "statements.json", place / "tables").rows
    {'enrolments': 1, 'employees': 1, 'courses': 1}
    """
    paths = {name: Path(options[name]) for name in _PATHS if options.get(name) is not None}
    told = run_import(kind, Path(source), Path(out), Silent(), **{**options, **paths})
    return Import(Path(out), told["rows"], tuple(told["sentences"]))


def merge_imports(parts: Sequence[str | Path], out: str | Path, *, same_days: int = 0) -> Import:
    """Make one folder of tables of several imports.

    Parameters
    ----------
    parts : sequence of str or Path
        Folders of tables, the most trusted one first.
    out : str or Path
        New folder.
    same_days : int
        Enrolments of one person in one course that two parts date so close together are one; 0 =
        each stays.

    Raises
    ------
    UsageError, DataError
        For fewer than two parts, one without tables, or a folder that holds something.
    """
    told = run_merge([Path(part) for part in parts], Path(out), same_days, Silent())
    return Import(Path(out), told["rows"], tuple(told["sentences"]))


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"rows": "int64", "row": "int64"}, keep_default_na=False)
