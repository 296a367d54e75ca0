"""Check a source against the contract and say what can be done with it."""

from typing import Any

from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset
from ptml.contracts.requirements import Capability, missing_for, supports
from ptml.jobs.progress import Progress, note_source
from ptml.sources import read_dataset

EXAMPLES_PER_RULE = 3


def set_aside_sentences(dataset: Dataset) -> list[str]:
    """One sentence per table and rule: how many rows were set aside, why, and which."""
    rejected = dataset.rejected.to_pandas()
    sentences = []
    for (table, rule), rows in rejected.groupby(["table", "rule"], sort=True):
        numbers = ", ".join(str(row) for row in rows["row"].head(EXAMPLES_PER_RULE))
        more = ", ..." if len(rows) > EXAMPLES_PER_RULE else ""
        sentences.append(f"{len(rows)} rows of {table} set aside: {rule} (row {numbers}{more})")
    return sentences


def run_validation(data: str, progress: Progress) -> dict[str, Any]:
    """Read and check ``data``; the summary says what was set aside and what cannot be done."""
    progress.stage("Reading and checking")
    with read_dataset(data) as dataset:
        note_source(progress, dataset, None)
        first, last = as_of_range(dataset)
        return {
            "rows": dict(dataset.rows_read),
            "set_aside": dict(dataset.rows_rejected),
            "as_of_range": [first, last],
            "possible": [str(c.value) for c in Capability if supports(dataset, c)],
            "fingerprint": dataset.fingerprint,
            "sentences": [
                f"{sum(dataset.rows_read.values()):,} rows in {len(dataset.columns)} tables read.",
                *(set_aside_sentences(dataset) or ["No row set aside."]),
                *missing_for(dataset),
                f"--as-of may be any date from {first} to {last}.",
            ],
        }
