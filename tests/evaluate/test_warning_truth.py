"""Warnings against a planted truth."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ptml.evaluate.warning_truth import METHODS, against_truth


def truth_of(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    first = rng.random(n)
    weak = rng.random(n) < first
    later = np.clip(first + np.where(weak, 0.3, -0.3), 0.01, 0.99)
    ids = [f"n{i}" for i in range(n)]
    return pd.DataFrame(
        {
            "enrolment_id": ids,
            "p_weak_completion": first,
            "p_weak_day_30": later,
            "weak": weak,
        }
    )


def warned(truth: pd.DataFrame) -> pd.DataFrame:
    parts = [
        truth[["enrolment_id"]].assign(stage=stage, p_weak=truth[f"p_weak_{stage}"])
        for stage in ("completion", "day_30")
    ]
    return pd.concat(parts, ignore_index=True)


def exams(truth: pd.DataFrame) -> pd.DataFrame:
    return truth[["enrolment_id"]].assign(exam_score=np.where(truth["weak"], 55.0, 70.0))


def figures(table: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["stage"], row["method"]): row for row in table.to_dict("records")}  # type: ignore[misc]


def test_truth_against_itself_is_the_best_there_is() -> None:
    truth = truth_of(500)
    table = against_truth(warned(truth), exams(truth), truth)
    assert list(table["method"]) == [*METHODS, *METHODS]
    found = figures(table)
    for stage in ("completion", "day_30"):
        model, best = found[stage, "model"], found[stage, "truth"]
        assert model["auc"] == best["auc"]
        assert model["distance"] == 0
        assert model["cases"] == 500
    assert found["day_30", "truth"]["auc"] > found["completion", "truth"]["auc"]
    assert found["completion", "exam_below_60"]["auc"] == 1.0
    assert np.isnan(found["completion", "exam_below_60"]["ece"])


def test_warning_without_a_known_truth_is_left_out() -> None:
    truth = truth_of(10)
    table = against_truth(warned(truth), exams(truth), truth.iloc[:7])
    assert (table["cases"] == 7).all()


def test_distance_is_the_root_mean_square_from_the_true_probability() -> None:
    truth = truth_of(50)
    off = warned(truth).assign(p_weak=lambda t: t["p_weak"] + 0.1)
    found = figures(against_truth(off, exams(truth), truth))
    assert found["completion", "model"]["distance"] == pytest.approx(0.1)


def test_no_warnings_give_an_empty_table() -> None:
    truth = truth_of(5)
    assert len(against_truth(warned(truth).iloc[:0], exams(truth), truth)) == 0
