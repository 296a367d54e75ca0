"""Scores of the published runs that are still kept."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ptml.contracts.artefacts import verified
from ptml.contracts.manifest import MANIFEST
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.scores import look_at_scores
from ptml.publish.folder import RUNS
from ptml.publish.form import Form, address_of

Doubles = NDArray[np.float64]

_SCORES = {
    "published p_weak": ("warnings", "p_weak"),
    "published flags": ("warnings", "flagged"),
    "published preference": ("recommendations", "preference"),
    "published lift": ("lift", "lift"),
}


def look_at_runs(
    out: str | None, models: Path, day: date, config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Hold the newest run published before a day against earlier ones of the same models.

    Other models answer otherwise by right: that is no drift.
    """
    if out is None or address_of(out).form is not Form.folder:
        why = "no --out is given" if out is None else "only a folder keeps runs to compare"
        yield NotJudged("scores", "published runs", why)
        return
    runs = _runs(address_of(out).path, day)
    if not runs:
        yield NotJudged("scores", "published runs", f"none was published before {day}")
        return
    own = _by_these(runs, verified(models)["sha256"])
    newest = runs[0][0]
    if newest not in own:
        why = f"the newest, as of {newest}, is by other models than those looked at"
        yield NotJudged("scores", "published runs", why)
        return
    if len(own) == 1 and len(runs) > 1:
        why = f"the models changed on {newest}: earlier runs are by others"
        yield NotJudged("scores", "published runs", why)
        return
    now, *earlier = (_scores(folder) for folder in own.values())
    yield from look_at_scores(now, earlier, config)


def _by_these(
    runs: list[tuple[date, Path, dict[str, str]]], versions: Mapping[str, str]
) -> dict[date, Path]:
    """One run a day, newest first, of those that were scored with these models."""
    own: dict[date, Path] = {}
    for as_of, folder, of_run in runs:
        if of_run == versions:
            own.setdefault(as_of, folder)
    return own


def _runs(out: Path, day: date) -> list[tuple[date, Path, dict[str, str]]]:
    """Day, folder and models of each kept run as of the day or before, newest first."""
    found = []
    for manifest in (out / RUNS).glob(f"*/{MANIFEST}"):
        folder = manifest.parent
        table = pq.read_table(folder / "runs.parquet", columns=["as_of", "model_versions"])
        as_of = table["as_of"][0].as_py()
        if as_of <= day:
            found.append((as_of, folder, json.loads(table["model_versions"][0].as_py())))
    return sorted(found, key=lambda run: (run[0], run[1].name), reverse=True)


def _scores(folder: Path) -> dict[str, Doubles]:
    scores = {}
    for name, (table, column) in _SCORES.items():
        file = folder / f"{table}.parquet"
        if file.exists():
            values = pq.read_table(file, columns=[column])[column].to_pandas()
            scores[name] = values.dropna().to_numpy(dtype=np.float64)
    return scores
