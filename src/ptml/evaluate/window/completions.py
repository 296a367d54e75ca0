"""What a warning model said of the completions whose outcome became known in a window."""

from dataclasses import replace

import numpy as np

from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.transfer.completions import Completions
from ptml.transfer.config import LabelConfig
from ptml.transfer.held_out import HeldOut
from ptml.transfer.labels import transfer_labels
from ptml.transfer.model import WarningModel


def warned(
    history: History,
    shared: Shared,
    model: WarningModel,
    label: LabelConfig,
    first_day: int,
    end_day: int,
) -> HeldOut | None:
    """Score each completion as of its own moment; None where the model gives no warnings.

    Parameters
    ----------
    label : LabelConfig
        What weak transfer is: the same for all models.
    first_day, end_day : int
        Outcomes known as of the first are left out: a model of that day has learnt from them.
    """
    labels = transfer_labels(history, label)
    rows = labels.known_at(end_day) & ~labels.known_at(first_day)
    cases = Completions.at_both_stages(labels.enrolment[rows])
    if model.classifier is None or not rows.any():
        return None
    scores = model.predict(history, shared, cases)
    weak = labels.weak[rows]
    n_stages = len(cases) // len(weak)
    completed = labels.completed[rows]
    held_out = HeldOut(
        employee=np.tile(labels.employee[rows], n_stages),
        stage=cases.stage,
        p_weak=scores.p_weak,
        weak=np.tile(weak, n_stages),
        flagged=scores.flagged,
        blocked=scores.blocked,
        exam_points=np.full(len(cases), np.nan, dtype=np.float32),
        first_day=int(completed.min()),
        last_day=int(completed.max()),
    )
    if "exam_points" not in scores.features.names:
        return held_out
    return replace(held_out, exam_points=scores.features.column("exam_points"))
