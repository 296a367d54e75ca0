"""Report: one page about the last published run."""

from pathlib import Path
from typing import Any

from ptml.publish import read_run
from ptml.report import write_report


def run_report(out: str, to: Path | None) -> dict[str, Any]:
    """Write the page of the run published to ``out``; beside it unless ``to`` says otherwise."""
    run = read_run(out)
    place = Path(out)
    default = place / "report.html" if place.suffix != ".duckdb" else place.with_suffix(".html")
    written = write_report(run.tables, to or default)
    return {"report": str(written), "sentences": [f"Report written to {written}."]}
