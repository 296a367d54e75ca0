"""Turn public data sets into the contract's tables."""

from pathlib import Path
from typing import Any

from ptml.sources.importers import import_mooccubex, import_oulad

IMPORTERS = {"mooccubex": import_mooccubex, "oulad": import_oulad}


def run_import(name: str, source: Path, out: Path) -> dict[str, Any]:
    """Import data set ``name`` from ``source`` into the folder ``out``."""
    summary = IMPORTERS[name](source, out)
    return {"out": str(out), "rows": dict(summary.rows), "sentences": list(summary.sentences)}
