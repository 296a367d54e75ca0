"""Hold published warnings against the planted truth of a simulated organisation."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.evaluate.classification import average_precision, expected_calibration_error
from ptml.evaluate.warning_evidence import exam_rule
from ptml.separation import auc

FloatArray = NDArray[np.float64]

METHODS = ("model", "exam_below_60", "truth")


def against_truth(
    warnings: pd.DataFrame, enrolments: pd.DataFrame, truth: pd.DataFrame
) -> pd.DataFrame:
    """Compare warnings with the realised outcomes, beside the exam rule and the best possible.

    Parameters
    ----------
    warnings : DataFrame
        The contract's ``warnings`` table, or any with ``enrolment_id``, ``stage``, ``p_weak``.
    enrolments : DataFrame
        ``enrolment_id``, ``exam_score``.
    truth : DataFrame
        ``enrolment_id``, ``weak``, and the true probability of it by stage:
        ``p_weak_completion``, ``p_weak_day_30``.

    Returns
    -------
    DataFrame
        One row a stage and method (`METHODS`; ``truth`` is the best that anybody could do):
        ``stage``, ``method``, ``auc``, ``average_precision``, ``ece`` (against the realised
        outcome; empty for the rule, which gives no probability), ``distance`` (root mean square
        from the true probability), ``cases``, ``weak``.
    """
    cases = warnings[["enrolment_id", "stage", "p_weak"]].merge(truth, on="enrolment_id")
    cases = cases.merge(enrolments[["enrolment_id", "exam_score"]], on="enrolment_id")
    cases = cases.dropna(subset=["weak"])
    rows = [
        row
        for stage, of_stage in cases.groupby("stage", sort=True)
        for row in _of_stage(str(stage), of_stage)
    ]
    columns = ["stage", "method", "auc", "average_precision", "ece", "distance", "cases", "weak"]
    return pd.DataFrame(rows, columns=columns)


def _of_stage(stage: str, cases: pd.DataFrame) -> list[dict[str, object]]:
    weak = cases["weak"].to_numpy(dtype=np.bool_)
    true = cases[f"p_weak_{stage}"].to_numpy(dtype=np.float64)
    scores = {
        "model": cases["p_weak"].to_numpy(dtype=np.float64),
        "exam_below_60": exam_rule(cases["exam_score"].to_numpy(dtype=np.float64)),
        "truth": true,
    }
    return [{"stage": stage, **_figures(name, scores[name], true, weak)} for name in METHODS]


def _figures(
    method: str, score: FloatArray, true: FloatArray, weak: NDArray[np.bool_]
) -> dict[str, object]:
    is_probability = method != "exam_below_60"
    return {
        "method": method,
        "auc": auc(weak, score),
        "average_precision": average_precision(weak, score),
        "ece": expected_calibration_error(weak, score) if is_probability else np.nan,
        "distance": float(np.sqrt(np.mean((score - true) ** 2))) if is_probability else np.nan,
        "cases": len(weak),
        "weak": int(weak.sum()),
    }
