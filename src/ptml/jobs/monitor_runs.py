"""Scores of the published runs that are still kept."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.artefacts import verified
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.scores import look_at_scores
from ptml.publish.earlier import kept_runs
from ptml.publish.form import Form, address_of
from ptml.publish.kept import KeptRun

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
    address = None if out is None else address_of(out)
    if address is None or address.form is Form.duckdb:
        why = "no --out is given" if out is None else "a DuckDB file keeps the newest run alone"
        yield NotJudged("scores", "published runs", why)
        return
    runs = sorted((run for run in kept_runs(address) if run.as_of <= day), key=_age, reverse=True)
    if not runs:
        yield NotJudged("scores", "published runs", f"none was published before {day}")
        return
    own = _by_these(runs, verified(models)["sha256"])
    newest = runs[0].as_of
    if newest not in own:
        why = f"the newest, as of {newest}, is by other models than those looked at"
        yield NotJudged("scores", "published runs", why)
        return
    if len(own) == 1 and len(runs) > 1:
        why = f"the models changed on {newest}: earlier runs are by others"
        yield NotJudged("scores", "published runs", why)
        return
    now, *earlier = (_scores(run) for run in own.values())
    yield from look_at_scores(now, earlier, config)


def _age(run: KeptRun) -> tuple[date, str]:
    return run.as_of, run.name


def _by_these(runs: list[KeptRun], versions: Mapping[str, str]) -> dict[date, KeptRun]:
    """One run a day, newest first, of those that were scored with these models."""
    own: dict[date, KeptRun] = {}
    for run in runs:
        if run.model_versions == versions:
            own.setdefault(run.as_of, run)
    return own


def _scores(run: KeptRun) -> dict[str, Doubles]:
    scores = {}
    for name, (table, column) in _SCORES.items():
        values = run.column(table, column)
        if values is not None:
            scores[name] = values.to_pandas().dropna().to_numpy(dtype=np.float64)
    return scores
