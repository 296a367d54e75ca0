"""Rates by protected group: right against fairlearn, and judged only where the data can tell."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import (
    MetricFrame,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
)

from ptml.contracts.evidence import Evidence
from ptml.evaluate.fairness import MEASURES, fairness_evidence
from ptml.evaluate.groups import Grouping
from ptml.transfer.fairness_config import FairnessConfig
from ptml.transfer.held_out import HeldOut

N_PEOPLE = 1500


def grouping(codes: np.ndarray, *labels: str) -> Grouping:
    return Grouping("gender", codes.astype(np.int64), labels)


def halves(n_people: int = N_PEOPLE) -> Grouping:
    return grouping(np.arange(n_people) % 2, "f", "m")


def cases(
    seed: int = 0,
    n_people: int = N_PEOPLE,
    weak_f: float = 0.3,
    found_f: float = 0.5,
    found_m: float = 0.5,
    said: float = 0.3,
) -> HeldOut:
    """Two completions each: so many weak, of the weak so many flagged, of the others a tenth."""
    rng = np.random.default_rng(seed)
    employee = np.repeat(np.arange(n_people), 2).astype(np.int32) * 3
    is_f = (employee // 3) % 2 == 0
    weak = rng.random(len(employee)) < np.where(is_f, weak_f, 0.3)
    rate = np.where(weak, np.where(is_f, found_f, found_m), 0.1)
    return HeldOut(
        employee=employee,
        stage=np.zeros(len(employee), dtype=np.uint8),
        p_weak=np.clip(rng.normal(said, 0.05, len(employee)), 0.01, 0.99),
        weak=weak,
        flagged=rng.random(len(employee)) < rate,
        blocked=np.zeros(len(employee), dtype=np.bool_),
        exam_points=np.zeros(len(employee), dtype=np.float32),
        first_day=0,
        last_day=1,
    )


def found(
    held_out: HeldOut, groups: Grouping | None = None, min_people: int = 20
) -> dict[str, Evidence]:
    config = FairnessConfig(min_people=min_people)
    rows = fairness_evidence(held_out, [groups or halves()], config, np.random.default_rng(7))
    assert len({row.name for row in rows}) == len(rows)
    return {row.name: row for row in rows}


def test_rates_of_every_group_are_those_of_fairlearn() -> None:
    held_out = cases(n_people=300)
    region = np.random.default_rng(1).integers(0, 3, 300)
    rows = found(held_out, grouping(region, "a", "b", "c"))
    metrics = {
        "flag_rate": selection_rate,
        "false_negative_rate": false_negative_rate,
        "false_positive_rate": false_positive_rate,
    }
    oracle = MetricFrame(
        metrics=metrics,
        y_true=held_out.weak,
        y_pred=held_out.flagged,
        sensitive_features=pd.Series(np.array(["a", "b", "c"])[region[held_out.employee // 3]]),
    )
    for group in "abc":
        for measure in metrics:
            row = rows[f"group/completion/gender/{group}/{measure}"]
            assert row.value == pytest.approx(oracle.by_group.loc[group, measure])
            assert row.low is not None
            assert row.high is not None
            assert row.low < oracle.by_group.loc[group, measure] < row.high
    ratios = oracle.ratio(method="between_groups")
    assert rows["flag_ratio/completion/gender"].value == pytest.approx(ratios["flag_rate"])
    assert rows["missed_ratio/completion/gender"].value == pytest.approx(
        ratios["false_negative_rate"]
    )
    assert rows["false_flag_ratio/completion/gender"].value == pytest.approx(
        ratios["false_positive_rate"]
    )


def test_every_measure_is_told_of_every_group_with_its_people_and_cases() -> None:
    rows = found(cases(n_people=200), halves(200))
    for group in "fm":
        for measure in MEASURES:
            row = rows[f"group/completion/gender/{group}/{measure}"]
            assert None not in (row.value, row.low, row.high)
            assert row.payload["people"] <= 100
    assert rows["group/completion/gender/f/weak_share"].payload["cases"] == 200


def test_calibration_of_a_group_is_what_was_said_less_what_came() -> None:
    held_out = cases(weak_f=0.6)
    rows = found(held_out)
    gap = rows["group/completion/gender/f/calibration_gap"]
    of_f = (held_out.employee // 3) % 2 == 0
    assert gap.value == pytest.approx((held_out.p_weak - held_out.weak)[of_f].mean())
    assert gap.high is not None
    assert gap.high < -0.2
    check = rows["calibrated_for_all/completion/gender"]
    assert (check.verdict, check.payload["group"]) == ("fail", "f")
    assert found(cases())["calibrated_for_all/completion/gender"].verdict == "pass"


def test_group_that_is_flagged_half_as_often_at_equal_outcomes_fails() -> None:
    held_out = cases(found_f=0.2)
    rows = found(replace(held_out, flagged=held_out.flagged & (held_out.weak)))
    check = rows["flag_ratio/completion/gender"]
    assert check.verdict == "fail"
    assert (check.payload["lowest"], check.payload["highest"]) == ("f", "m")
    assert check.high is not None
    assert check.high < 0.8
    assert rows["missed_ratio/completion/gender"].verdict == "fail"
    spared = rows["not_flagged_ratio/completion/gender"]
    assert (spared.payload["lowest"], spared.payload["highest"]) == ("m", "f")


def test_flags_that_follow_outcomes_pass_though_the_ratio_is_low() -> None:
    check = found(cases(weak_f=0.05, n_people=6000), halves(6000))["flag_ratio/completion/gender"]
    assert check.high is not None
    assert check.high < 0.8
    assert check.verdict == "pass"
    assert "outcomes" in check.payload["note"]
    assert check.payload["at_same_outcomes"][1] >= 0.8


def test_few_cases_are_not_judged() -> None:
    check = found(cases(n_people=60, found_f=0.3), halves(60))["flag_ratio/completion/gender"]
    assert check.verdict == "not_judged"


def test_no_difference_is_hardly_ever_called_one_though_the_worst_pair_is_picked() -> None:
    region = grouping(np.arange(400) % 6, *"abcdef")
    verdicts = [
        found(cases(seed, 400), region)["flag_ratio/completion/gender"].verdict
        for seed in range(40)
    ]
    assert verdicts.count("fail") == 0


def test_even_groups_with_many_cases_pass() -> None:
    assert found(cases())["flag_ratio/completion/gender"].verdict == "pass"


def test_small_groups_are_too_few_and_take_no_part_in_the_ratio() -> None:
    codes = np.arange(600) % 3
    codes[:4] = 3
    rows = found(cases(n_people=600), grouping(codes, "a", "b", "c", "rare"))
    assert not any("/rare/" in name for name in rows)
    hidden = rows["groups_hidden/completion/gender"]
    assert hidden.value == 2
    assert "rare" in hidden.payload["groups"]
    assert rows["flag_ratio/completion/gender"].payload["groups"] == 2


def test_unknown_is_told_but_not_compared() -> None:
    codes = np.arange(600) % 3 - 1
    rows = found(cases(n_people=600), grouping(codes, "f", "m"))
    assert "group/completion/gender/unknown/flag_rate" in rows
    assert rows["flag_ratio/completion/gender"].payload["groups"] == 2


@pytest.mark.parametrize("few_are_weak", [True, False])
def test_rates_over_fewer_than_five_people_are_not_told_nor_what_gives_them(
    few_are_weak: bool,
) -> None:
    held_out = cases(n_people=60)
    few = (held_out.employee < 12) == few_are_weak
    weak = np.where((held_out.employee // 3) % 2 == 0, few, held_out.weak)
    rows = found(replace(held_out, weak=weak), halves(60))
    for measure in ("false_negative_rate", "false_positive_rate"):
        row = rows[f"group/completion/gender/f/{measure}"]
        assert (row.value, dict(row.payload)) == (None, {"note": "too few"})
    if few_are_weak:
        assert rows["missed_ratio/completion/gender"].verdict == "not_judged"
    else:
        assert "false_flag_ratio/completion/gender" not in rows


def test_stages_stand_apart_and_same_seed_gives_same_rows() -> None:
    held_out = cases(n_people=200)
    both = replace(held_out, stage=(np.arange(400) % 2).astype(np.uint8))
    first, second = found(both, halves(200)), found(both, halves(200))
    assert first == second
    assert {name.split("/")[1] for name in first} == {"completion", "day_30"}
