"""Scores of the published runs that are still kept."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ptml.contracts.manifest import MANIFEST
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.scores import look_at_scores
from ptml.publish.folder import RUNS
from ptml.publish.place import is_duckdb, plain_path

Doubles = NDArray[np.float64]

_SCORES = {
    "published p_weak": ("warnings", "p_weak"),
    "published flags": ("warnings", "flagged"),
    "published preference": ("recommendations", "preference"),
    "published lift": ("lift", "lift"),
}


def look_at_runs(
    out: str | None, day: date, config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Hold the newest run published before a day against the earlier ones that are kept."""
    if out is None or is_duckdb(out):
        why = "no --out is given" if out is None else "a DuckDB file keeps one run"
        yield NotJudged("scores", "published runs", why)
        return
    runs = _runs(plain_path(out), day)
    if not runs:
        yield NotJudged("scores", "published runs", f"none was published before {day}")
        return
    yield from look_at_scores(runs[0], runs[1:], config)


def _runs(out: Path, day: date) -> list[dict[str, Doubles]]:
    """Scores of each kept run as of the day or before, newest first."""
    found = []
    for manifest in (out / RUNS).glob(f"*/{MANIFEST}"):
        folder = manifest.parent
        table = pq.read_table(folder / "runs.parquet", columns=["as_of"])
        as_of = table["as_of"][0].as_py()
        if as_of <= day:
            found.append((as_of, folder.name, folder))
    newest_first = sorted(found, reverse=True)
    of_day: dict[date, Path] = {}
    for as_of, _, folder in newest_first:
        of_day.setdefault(as_of, folder)
    return [_scores(folder) for folder in of_day.values()]


def _scores(folder: Path) -> dict[str, Doubles]:
    scores = {}
    for name, (table, column) in _SCORES.items():
        file = folder / f"{table}.parquet"
        if file.exists():
            values = pq.read_table(file, columns=[column])[column].to_pandas()
            scores[name] = values.dropna().to_numpy(dtype=np.float64)
    return scores
