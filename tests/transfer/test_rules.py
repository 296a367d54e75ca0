"""The plain rules of practice."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.features.matrix import FeatureMatrix
from ptml.transfer.completions import Completions, recent_completions
from ptml.transfer.config import RuleConfig
from ptml.transfer.rules import RULES, RuleRecord, rule_evidence, rule_record, rules_fired

from .conftest import Fitted

NAMES = ("exam_points", "new_levels", "practice_tasks_done")


def fired(fitted: Fitted, stage: int, progress: float, *seen: float) -> list[str]:
    log = fitted.history.enrolments
    changed = replace(log, progress=np.full(len(log.progress), progress, dtype=np.float32))
    completions = Completions(np.zeros(1, dtype=np.int32), np.array([stage], dtype=np.uint8))
    features = FeatureMatrix(NAMES, np.array([seen], dtype=np.float32), ("learning",) * 3)
    found = rules_fired(
        replace(fitted.history, enrolments=changed),
        completions,
        features,
        fitted.model.norms,
        RuleConfig(),
    )
    return [rule for rule, fires in zip(RULES, found[0], strict=True) if fires]


@pytest.mark.parametrize(
    ("stage", "progress", "seen", "rules"),
    [
        (0, 1.0, (59.0, 0.0, 0.0), ["completed_low_exam"]),
        (0, np.nan, (59.0, 0.0, 0.0), ["completed_low_exam"]),
        (0, 0.9, (59.0, 0.0, 0.0), []),
        (0, 1.0, (60.0, 2.0, 0.0), []),
        (1, 1.0, (60.0, 2.0, 0.0), ["no_practice_in_30_days"]),
        (1, 1.0, (60.0, 2.0, 1.0), []),
        (1, 1.0, (60.0, 0.2, 0.0), []),
        (1, 1.0, (np.nan, np.nan, np.nan), []),
    ],
)
def test_rule_fires_on_what_it_names_and_never_on_the_unknown(
    fitted: Fitted, stage: int, progress: float, seen: tuple[float, ...], rules: list[str]
) -> None:
    assert fired(fitted, stage, progress, *seen) == rules


def test_precision_counts_the_weak_among_those_on_which_it_fired() -> None:
    ruled = np.array([[True, False], [True, False], [True, False], [False, False]])
    weak = np.array([True, False, True, True])
    record = rule_record(ruled, weak, np.zeros(4, dtype=np.uint8))
    share, low, high = record.precision(0, 0) or (0, 0, 0)
    assert share == pytest.approx(2 / 3)
    assert 0 < low < share < high < 1
    assert record.precision(0, 1) is None
    (row,) = rule_evidence(record, weak, np.zeros(4, dtype=np.uint8))
    assert row.name == "rule_precision/completed_low_exam/completion"
    assert row.payload == {"fired": 3, "weak": 2, "weak_share_of_all": 0.75}
    assert RuleRecord.from_plain(record.as_plain()).as_plain() == record.as_plain()


def test_scores_say_which_rules_fire_whatever_the_model_says(fitted: Fitted) -> None:
    completions = recent_completions(fitted.history, fitted.as_of_day, 90)
    scores = fitted.model.predict(fitted.history, fitted.shared, completions)
    exam = scores.features.column("exam_points")
    assert scores.ruled[:, 0].tolist() == (exam < 60).tolist()
    assert scores.rule_record.fired.sum() > 0
