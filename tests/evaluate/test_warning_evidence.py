"""What held-out outcomes say of the warning model."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.evaluate.warning_evidence import exam_rule, with_held_out_evidence
from ptml.transfer.config import WarningConfig
from ptml.transfer.held_out import HeldOut
from ptml.transfer.model import WarningModel
from ptml.transfer.norms import Norms


def held_out(n: int = 800, is_true: bool = True) -> HeldOut:
    """Cases at both stages whose probabilities are true, or twice as sure as they should be."""
    rng = np.random.default_rng(4)
    log_odds = rng.normal(0, 1.5, n)
    p_weak = 1 / (1 + np.exp(-log_odds))
    weak = rng.random(n) < p_weak
    said = p_weak if is_true else 1 / (1 + np.exp(-3 * log_odds))
    return HeldOut(
        employee=(np.arange(n) // 2).astype(np.int32),
        stage=(np.arange(n) % 2).astype(np.uint8),
        p_weak=said,
        weak=weak,
        flagged=said > 0.8,
        blocked=np.zeros(n, dtype=np.bool_),
        exam_points=rng.normal(70, 10, n).astype(np.float32),
        first_day=20_000,
        last_day=20_100,
    )


def model_with(cases: HeldOut | None) -> WarningModel:
    return WarningModel(
        classifier=None,
        names=(),
        families=(),
        noise=None,
        background=None,
        rule_record=None,
        thresholds=(),
        norms=Norms({}, IdMap.of([]), IdMap.of([])),
        config=WarningConfig(),
        refusal=None,
        fingerprint="",
        as_of_day=20_200,
        seed=1,
        evidence=(Evidence("transfer", "metric", "label_coverage", 0.7),),
        held_out=cases,
    )


def evidence(cases: HeldOut | None) -> dict[str, Evidence]:
    return {row.name: row for row in with_held_out_evidence(model_with(cases), 1).evidence}


def test_every_stage_has_its_figures_with_intervals_beside_the_exam_rule() -> None:
    found = evidence(held_out())
    assert "label_coverage" in found
    for stage in ("completion", "day_30"):
        for name in ("auc", "average_precision", "ece", "auc_rule", "average_precision_rule"):
            row = found[f"{name}/{stage}"]
            assert row.kind == "metric"
            assert row.low is not None
            assert row.value is not None
            assert row.high is not None
            assert row.low <= row.value <= row.high
        assert found[f"auc/{stage}"].low > 0.7  # type: ignore[operator]
        assert found[f"auc_rule/{stage}"].low < 0.5  # type: ignore[operator]
        payload = found[f"reliability/{stage}"].payload
        assert sum(payload["count"]) == 400
        assert len(payload["predicted"]) == len(payload["observed"]) == len(payload["low"]) == 10
        assert found[f"flag_rate/{stage}"].payload["of"] == 400


@pytest.mark.parametrize(("is_true", "verdict"), [(True, "pass"), (False, "fail")])
def test_calibration_is_judged_beyond_chance(is_true: bool, verdict: str) -> None:
    found = evidence(held_out(is_true=is_true))
    assert found["calibrated/day_30"].verdict == verdict
    assert found["ranks_better_than_chance/day_30"].verdict == "pass"


def test_model_that_ranks_by_lot_does_not_pass() -> None:
    cases = held_out()
    by_lot = replace(cases, p_weak=np.random.default_rng(0).random(len(cases)))
    assert evidence(by_lot)["ranks_better_than_chance/completion"].verdict == "fail"


def test_one_class_is_not_judged_and_has_no_figure() -> None:
    cases = held_out(40)
    found = evidence(replace(cases, weak=np.zeros(40, dtype=np.bool_)))
    assert found["auc/completion"].value is None
    assert found["ranks_better_than_chance/completion"].verdict == "not_judged"
    assert found["recall_flagged/completion"].value is None


def test_nothing_held_out_adds_nothing() -> None:
    assert set(evidence(None)) == {"label_coverage"}


def test_exam_rule_does_not_flag_an_unknown_exam() -> None:
    assert exam_rule(np.array([59.9, 60.0, np.nan])).tolist() == [1.0, 0.0, 0.0]
