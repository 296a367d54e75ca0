"""A run that was published before: whether its lists still hold, and its rows bucket by bucket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.stamp import Stamped
from ptml.errors import DataError, UsageError
from ptml.features.bucket import Bucket
from ptml.jobs.reuse import INPUTS, LISTS, PUBLISHED
from ptml.jobs.shared_inputs import WORDS
from ptml.publish import PublishedRun, RunRecord, read_run
from ptml.publish.hash_ranges import hash_ranges

LATEST = "latest"
SHARED = "shared"
"""The key of the digests of what people share (`ptml.jobs.shared_inputs`) in a run's record."""

_NEEDED = ("recommend/", "lift/")
# What is decided after the lists, or is about something else than this run.
_ASIDE = {
    *("source", "acting", "card", "health", "monitor", "needs", "no_improvement", "off_policy"),
    *("budget", "development", "proficiency", "promotion", "retention", "team", "tuning"),
    "warning",
}
_CUT = {"bucket_employees", "workers"}
# Rows of a group of a file that we write ourselves: about those of a bucket.
_GROUP_ROWS = 50_000


@dataclass(frozen=True)
class Since:
    """Since which run people are to be scored whose inputs changed.

    Attributes
    ----------
    run : str
        Id of a run that the place still holds, or `LATEST`.
    prove : bool
        Score everybody as well, and compare.
    """

    run: str
    prove: bool = False


@dataclass(frozen=True, eq=False)
class PreviousRun:
    """Published rows of people, of which a bucket's are found without a look at all others.

    Attributes
    ----------
    run_id : str
    files : mapping of str to Path
        Parquet files of `INPUTS` and `LISTS`.
    ranges : mapping of str to list of (int, int)
        First and last hash (`ptml.contracts.person_hash`) of the people of each group of rows.
    """

    run_id: str
    files: Mapping[str, Path]
    ranges: Mapping[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, run: PublishedRun, folder: Path) -> Self:
        """Look where in a run's files people are.

        Parameters
        ----------
        folder : Path
            A new folder for the rows of a run that lies elsewhere than in Parquet files.
        """
        files = {name: run.files.get(name) or _written(run, name, folder) for name in _TABLES}
        with duckdb.connect(":memory:") as connection:
            ranges = {name: hash_ranges(path, connection) for name, path in files.items()}
        return cls(str(run.about["run_id"]), files, ranges)

    def tables(self, bucket: Bucket) -> dict[str, pa.Table]:
        """Rows of the bucket's people, and some of others, by `PUBLISHED` and the table's name."""
        return {PUBLISHED + name: self._rows(name, bucket) for name in self.files}

    def _rows(self, name: str, bucket: Bucket) -> pa.Table:
        first, last = bucket.hashes
        groups = [
            group
            for group, (low, high) in enumerate(self.ranges[name])
            if low <= last and high >= first
        ]
        schema = OUTPUT_TABLES[name].arrow_schema
        own = [column for column in schema.names if column not in Stamped.columns()]
        with pq.ParquetFile(self.files[name], page_checksum_verification=True) as file:
            return file.read_row_groups(groups, columns=own)


_TABLES = (INPUTS, *LISTS)


def find_previous(
    out: str, since: str, record: RunRecord, shared: Mapping[str, str]
) -> PublishedRun | str:
    """Find a run whose lists hold for everybody whose own rows did not change.

    Parameters
    ----------
    since : str
        Id of a run that the place still holds, or `LATEST`.
    record : RunRecord
        The run that is to be made.
    shared : mapping of str to str
        Its digests of what people share.

    Returns
    -------
    PublishedRun or str
        The run; or why everybody has to be scored, in words.

    Raises
    ------
    UsageError
        When the place does not hold the run that was named.
    """
    try:
        run = read_run(out, None if since == LATEST else since)
    except UsageError:
        if since == LATEST:
            return "no run was published there before"
        raise
    except DataError as error:
        return str(error)
    return _why_not(run, record, shared) or run


def _why_not(run: PublishedRun, record: RunRecord, shared: Mapping[str, str]) -> str | None:
    about = run.about
    told = json.loads(run.arrow("runs")["rows"][-1].as_py())
    if SHARED not in told:
        return "it does not tell what it was made from (an earlier version wrote it)"
    if about.get("code") != record.code:
        return "other code made it"
    if about["as_of"] != record.as_of.isoformat():
        return f"it is of {about['as_of']}: with the day everything that was counted changes"
    wrong = _unlike(_decisive(about["settings"]), _decisive(record.settings))
    if wrong:
        return f"settings changed: {', '.join(wrong)}"
    wrong = _unlike(_models(about["model_versions"]), _models(record.model_versions))
    if wrong:
        named = sorted({name.partition("/")[0] for name in wrong})
        return f"models changed: {', '.join(named)}"
    reasons = [WORDS[kind] for kind in shared if told[SHARED].get(kind) != shared[kind]]
    return "; ".join(reasons) or (None if len(run.arrow(INPUTS)) else "it has nobody")


def _decisive(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of the settings the lists of people can depend on."""
    told = {name: value for name, value in settings.items() if name not in _ASIDE}
    scoring = told.pop("scoring")
    return {**told, **{f"scoring.{k}": v for k, v in scoring.items() if k not in _CUT}}


def _models(versions: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in versions.items() if name.startswith(_NEEDED)}


def _unlike(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def _written(run: PublishedRun, name: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    pq.write_table(run.arrow(name), path, row_group_size=_GROUP_ROWS, write_page_checksum=True)
    return path
