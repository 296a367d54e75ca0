"""What a record keeps of a job's summary: figures with intervals, ids, hashes of what was made."""

import json
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import MANIFEST
from ptml.publish.folder import CURRENT

_KEPT = ("run_id", "mlflow_run_id", "models", "rows", "page", "report", "sentences")
_FIGURES = ("model", "kind", "name", "value", "low", "high", "bound", "verdict")
# It says when a run was made, which is no result of it.
_NO_RESULT = "runs"


def outcome_of(job: str, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a summary that is worth keeping, JSON-ready, without the rows' details."""
    kept = {name: summary[name] for name in _KEPT if name in summary}
    figures = [
        {name: row[name] for name in _FIGURES}
        for row in summary.get("evidence", ())
        if row["kind"] in ("metric", "check")
    ]
    made = made_parts(job, str(summary["out"])) if "out" in summary else {}
    return {**kept, "figures": figures, "made": made}


def made_parts(job: str, out: str) -> dict[str, str]:
    """Hash of each model of a training, or of each published table; none for other jobs."""
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
