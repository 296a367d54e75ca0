"""Hold what was published against the truth of a simulated organisation."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ptml.evaluate.lift_truth import LiftAgainstTruth, against_truth, difference_of_means
from ptml.evaluate.unit_truth import UnitsAgainstTruth, units_against_truth
from ptml.evaluate.warning_truth import against_truth as warnings_against_truth
from ptml.features.capability import capability
from ptml.features.history import load_history
from ptml.features.pairs import pair_features
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages
from ptml.jobs.asked import epoch_day
from ptml.publish import read_run
from ptml.sources import read_dataset

# The unit of the person on the day before the completion.
_UNIT_AT_COMPLETION = """
SELECT e.enrolment_id, e.employee_id, a.org_unit_id
FROM enrolments e JOIN assignments a ON a.employee_id = e.employee_id
WHERE a.valid_from < e.completed_on AND (a.valid_to IS NULL OR a.valid_to >= e.completed_on)
"""


def against_simulation(data: Path, out: str) -> dict[str, Any]:
    """Figures and sentences on how near the published lifts came to the truth of ``data``."""
    run = read_run(out)
    lift = run.tables["lift"]
    day = epoch_day(pd.Timestamp(lift["as_of"].iloc[0]).date())
    truth = pd.read_parquet(data / "truth" / "lift.parquet")
    with read_dataset(str(data)) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
        people = history.employees.codes(truth["employee_id"])
        course = history.courses.codes(truth["course_id"])
        unique, row = np.unique(people, return_inverse=True)
        row = row.astype(np.int32)
        rows = Rows.at(unique.astype(np.int32), day)
        portraits = capability(history, shared, rows)
        pairs = pair_features(history, shared, rows, portraits, row, course)
        gap = truth[["employee_id", "course_id"]].assign(gap_closed=pairs.column("gap_closed"))
        naive = difference_of_means(history, day)
        enrolments = dataset.query("SELECT enrolment_id, exam_score FROM enrolments")
        placed = dataset.query(_UNIT_AT_COMPLETION)
    found = against_truth(lift, truth, gap, naive)
    transfer = pd.read_parquet(data / "truth" / "transfer.parquet")
    warned = warnings_against_truth(run.tables["warnings"], enrolments, transfer)
    of_units = units_against_truth(
        run.tables["unit_warnings"],
        placed.merge(transfer, on="enrolment_id"),
        pd.read_parquet(data / "truth" / "units.parquet"),
    )
    return {
        "figures": {
            **vars(found),
            "warnings": warned.to_dict("records"),
            "units": vars(of_units),
        },
        "sentences": [
            *_sentences(found),
            *_warning_sentences(warned),
            *_unit_sentences(of_units),
        ],
    }


def _sentences(found: LiftAgainstTruth) -> list[str]:
    captured = found.captured
    return [
        "Against the simulated truth: share of the oracle's gain captured by the best course by "
        f"lift {captured['ptml']:.2f}, by the difference of means "
        f"{captured['difference_of_means']:.2f}, by the gap alone {captured['gap_alone']:.2f};",
        f"  bias of the mean lift {found.bias['ptml']:+.2f} points (difference of means "
        f"{found.bias['difference_of_means']:+.2f}); {found.coverage:.0%} of true lifts lie in "
        "their 90 % interval.",
    ]


def _warning_sentences(warned: pd.DataFrame) -> list[str]:
    told = warned.set_index(["stage", "method"])
    return [
        f"  warnings at {stage}: AUC {told.loc[(stage, 'model'), 'auc']:.2f} "
        f"(exam below 60 {told.loc[(stage, 'exam_below_60'), 'auc']:.2f}, "
        f"best possible {told.loc[(stage, 'truth'), 'auc']:.2f}), calibration error "
        f"{told.loc[(stage, 'model'), 'ece']:.3f}."
        for stage in dict.fromkeys(warned["stage"])
    ]


def _unit_sentences(found: UnitsAgainstTruth) -> list[str]:
    flagged = f"  {found.n_flagged} of {found.n_units} units flagged in the place of their people"
    if not found.n_flagged:
        return [flagged + "."]
    return [
        f"{flagged}; in {found.precision:.0%} of them the unit truly explains as much as the "
        "person."
    ]
