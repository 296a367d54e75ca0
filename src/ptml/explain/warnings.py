"""The contract's `warnings` table: probabilities with their reasons and what to do."""

import numpy as np
import pandas as pd

from ptml.explain.families import topic_shares
from ptml.explain.interventions import interventions_json
from ptml.explain.reasons import reasons_json
from ptml.features.history import History
from ptml.transfer.completions import STAGES
from ptml.transfer.model import WarningScores


def warnings_table(history: History, scores: WarningScores) -> pd.DataFrame:
    """Put warnings into words.

    Parameters
    ----------
    history : History
        That the scores were made from.
    scores : WarningScores
        m of them.

    Returns
    -------
    DataFrame
        m rows: ``enrolment_id``, ``employee_id``, ``course_id``, ``stage``, ``p_weak``,
        ``flagged``, ``base_value``, ``reasons``, ``interventions``; ``base_value`` and the shares
        of ``reasons`` add up to the log-odds of ``p_weak``.
    """
    log, enrolment = history.enrolments, scores.completions.enrolment
    found = topic_shares(scores.shares, scores.features)
    columns = dict(zip(scores.features.names, scores.features.values.T, strict=True))
    return pd.DataFrame(
        {
            "enrolment_id": log.enrolment_id[enrolment],
            "employee_id": history.employees.ids[log.employee[enrolment]],
            "course_id": history.courses.ids[log.course[enrolment]],
            "stage": np.array(STAGES, dtype=object)[scores.completions.stage],
            "p_weak": scores.p_weak,
            "flagged": scores.flagged,
            "base_value": scores.base_value,
            "reasons": reasons_json(found, columns, scores.blocked_by),
            "interventions": interventions_json(found, columns, scores.blocked_by),
        }
    )
