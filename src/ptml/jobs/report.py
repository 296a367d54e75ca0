"""Report: one page about the last published run."""

from pathlib import Path
from typing import Any

from ptml.jobs.addresses import without_password
from ptml.jobs.progress import Progress, note
from ptml.publish import read_run
from ptml.publish.form import address_of
from ptml.report import write_report


def run_report(out: str, to: Path | None, progress: Progress) -> dict[str, Any]:
    """Write the page of the run published to ``out``; beside it unless ``to`` says otherwise.

    The page of a run in a database is ``report.html`` here.
    """
    run = read_run(out)
    data = {"address": without_password(out), "fingerprint": run.about["data_fingerprint"]}
    note(progress, {"data": data, "as_of": run.about["as_of"]})
    written = write_report(run.tables, to or page_beside(out))
    return {"report": str(written), "sentences": [f"Report written to {written}."]}


def page_beside(out: str) -> Path:
    """Where the page of a run lies unless somebody says otherwise."""
    return address_of(out).beside("report.html")
