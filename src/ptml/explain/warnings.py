"""The contract's `warnings` table: probabilities with their reasons and what to do."""

import numpy as np
import pandas as pd

from ptml.contracts.outputs import ARMS
from ptml.explain.cases import WarnedCases
from ptml.explain.interventions import interventions_json
from ptml.explain.reasons import reasons_json
from ptml.explain.rules import rules_json
from ptml.explain.what_if import what_if_json
from ptml.explain.words import Words
from ptml.features.history import History
from ptml.transfer.arms import Arms
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.completions import STAGES
from ptml.transfer.model import WarningScores


def warnings_table(
    history: History,
    scores: WarningScores,
    arms: Arms,
    words: Words,
    as_of_day: int | None = None,
) -> pd.DataFrame:
    """Put warnings into words.

    Parameters
    ----------
    history : History
        That the scores were made from.
    scores : WarningScores
        m of them.
    arms : Arms
        Who is flagged and who is held out.
    words : Words
        In the language that is to be said.
    as_of_day : int, optional
        Of the run: what is to be done is due from then on.

    Returns
    -------
    DataFrame
        m rows: ``enrolment_id``, ``employee_id``, ``course_id``, ``stage``, ``p_weak`` with its
        90 % range ``p_low`` to ``p_high``, ``flagged``, ``arm``, ``base_value``, ``reasons``,
        ``interventions``, ``what_if``, ``rules``, ``unit_matter`` (why it is the unit's matter;
        empty = it is not); ``base_value`` and the shares of ``reasons`` add up to the log-odds of
        ``p_weak``.
    """
    log, enrolment = history.enrolments, scores.completions.enrolment
    cases = WarnedCases.of(history, scores, words, as_of_day)
    return pd.DataFrame(
        {
            "enrolment_id": log.enrolment_id[enrolment],
            "employee_id": history.employees.ids[log.employee[enrolment]],
            "course_id": history.courses.ids[log.course[enrolment]],
            "stage": np.array(STAGES, dtype=object)[scores.completions.stage],
            "p_weak": scores.p_weak,
            "p_low": scores.p_low,
            "p_high": scores.p_high,
            "flagged": arms.flagged,
            "arm": np.array(ARMS, dtype=object)[arms.code],
            "base_value": scores.base_value,
            "reasons": reasons_json(cases),
            "interventions": interventions_json(cases),
            "what_if": what_if_json(cases),
            "rules": rules_json(cases, scores.rule_record),
            "unit_matter": np.array(UNIT_MATTERS, dtype=object)[scores.unit_matter],
        }
    )
