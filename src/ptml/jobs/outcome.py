"""What a record keeps of a job's summary: figures with intervals, ids, hashes of what was made."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import FILES, MANIFEST
from ptml.publish import read_run
from ptml.publish.folder import CURRENT
from ptml.publish.form import Form, address_of

_KEPT = (
    *("run_id", "mlflow_run_id", "models", "rows", "page", "report", "sentences"),
    # promote and rollback
    *("promoted", "refused", "version", "champion_before", "evidence_sha256", "head"),
    *("alarms", "action_needed", "advice", "reason"),  # monitor
    *("is_twin", "window"),  # evaluate, promote
    *("is_adopted", "chosen", "measure"),  # tune
)
_FIGURES = ("model", "kind", "name", "value", "low", "high", "bound", "verdict")
# It says when a run was made, which is no result of it.
_NO_RESULT = "runs"
_HASHED_WHEN_READ = (Form.dataset, Form.delta, Form.store, Form.postgres)


def outcome_of(job: str, summary: Mapping[str, Any], out: str | None = None) -> dict[str, Any]:
    """The part of a summary that is worth keeping, JSON-ready, without the rows' details.

    Parameters
    ----------
    out : str, optional
        Where a run was published to, as it was asked for: the summary tells no password.
    """
    kept = {name: summary[name] for name in _KEPT if name in summary}
    figures = [*_of_evidence(summary), *_of_window(summary), *_of_search(summary)]
    place = (out if job == "score" else None) or summary.get("out")
    made = made_parts(job, str(place)) if "out" in summary else {}
    return {**kept, "figures": figures, "made": made}


def _of_evidence(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What a training found held out."""
    rows = summary.get("evidence")
    # Other jobs call the hash of what they kept by that name.
    for row in rows if isinstance(rows, list) else ():
        if row["kind"] in ("metric", "check"):
            yield {name: row[name] for name in _FIGURES}


def _of_window(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Of a comparison: the challenger's figures, and its gains where there is a champion."""
    for row in summary.get("figures", ()):
        yield _figure(row["model"], row["name"], row["challenger"], row["verdict"])
        if summary.get("champion_before") is not None:
            yield _figure(row["model"], f"{row['name']}/gain", row["gain"], row["verdict"])


def _of_search(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Of a search: the winner's gains, where it was chosen and where it was judged again."""
    for name in ("search_gain", "rejudged_gain"):
        found = summary.get(name)
        if found is not None:
            told = dict(zip(("value", "low", "high"), found, strict=True))
            yield _figure(summary["model"], f"{name}/{summary['measure']}", told)


def _figure(
    model: str, name: str, told: Mapping[str, float] | None, verdict: str | None = None
) -> dict[str, Any]:
    ends = {end: None if told is None else told[end] for end in ("value", "low", "high")}
    named = {"model": model, "kind": "metric", "name": name}
    return {**named, **ends, "bound": None, "verdict": verdict}


def made_parts(job: str, out: str) -> dict[str, str]:
    """Hash of each model of a training, or of each published table; none for other jobs."""
    if job == "score" and address_of(out).form in _HASHED_WHEN_READ:
        return parts_of(read_run(out).about[FILES])
    folder = {"train": Path(out), "score": Path(out) / CURRENT}.get(job)
    if folder is None or not (folder / MANIFEST).exists():
        return {}
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    return parts_of(files)


def parts_of(files: Mapping[str, str]) -> dict[str, str]:
    """One hash for each model or table of a manifest; words about them (`*.md`) are no result."""
    parts: dict[str, list[str]] = defaultdict(list)
    for name, digest in sorted(files.items()):
        part = Path(name).parts[0].removesuffix(".parquet")
        if not name.endswith(".md") and part != _NO_RESULT:
            parts[part].append(f"{name} {digest}")
    return {part: sha256("\n".join(told).encode()).hexdigest() for part, told in parts.items()}
