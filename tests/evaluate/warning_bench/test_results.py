"""Means with intervals and paired differences of small literal results."""

import math

import pytest

from ptml.evaluate.warning_bench.results import (
    Named,
    Result,
    against_ptml,
    mean_of,
    named_instead,
    over_named,
    over_organisations,
)


def results(figure: str, **by_method: list[float | None]) -> list[Result]:
    return [
        Result("usual", 101 + k, "completion", method, {figure: value})
        for method, values in by_method.items()
        for k, value in enumerate(values)
    ]


def test_the_interval_is_students() -> None:
    found = mean_of([1.0, 2.0, 3.0, None, math.nan])
    assert found is not None
    # t(2) = 4.303, sd = 1.
    assert found.mean == 2
    assert found.high - found.mean == pytest.approx(4.3027 / math.sqrt(3), abs=1e-3)
    assert found.n == 3
    one = mean_of([1.0])
    assert one is not None
    assert math.isnan(one.low)
    assert mean_of([None]) is None


def test_a_mean_is_over_one_stage_and_method() -> None:
    given = [
        *results("auc", ptml=[0.8, 0.9], forest=[0.1]),
        Result("usual", 101, "day_30", "ptml", {"auc": 0.2}),
    ]
    found = over_organisations(given, "completion", "ptml", "auc")
    assert found is not None
    assert found.mean == pytest.approx(0.85)
    assert over_organisations(given, "completion", "ptml", "ece") is None


def test_differences_are_paired_by_organisation() -> None:
    # The forest ran on the two hard organisations only, and is better on both.
    given = results("auc", ptml=[0.70, 0.72, 0.95], forest=[0.71, 0.73])
    found = against_ptml(given, "completion", "forest", "auc")
    assert found is not None
    assert found.difference.mean == pytest.approx(0.01)
    assert (found.wins, found.difference.n) == (0, 2)
    assert found.is_better


def test_less_calibration_error_is_better() -> None:
    given = results("ece", ptml=[0.02, 0.02, 0.021], forest=[0.05, 0.04, 0.06])
    found = against_ptml(given, "completion", "forest", "ece")
    assert found is not None
    assert not found.is_better
    assert found.wins == 3
    assert found.is_clear
    assert against_ptml(given, "day_30", "forest", "ece") is None


def test_a_lead_with_one_organisation_is_never_clear() -> None:
    found = against_ptml(results("auc", ptml=[0.7], forest=[0.9]), "completion", "forest", "auc")
    assert found is not None
    assert found.is_better
    assert not found.is_clear


def test_named_causes_are_summed_over_organisations() -> None:
    given = [
        Named("usual", seed, "day_30", "at_risk", {"first": share, "table": {"a": {"x": 2, y: 1}}})
        for seed, share, y in ((101, 0.6, "y"), (102, 0.8, "z"))
    ]
    found = over_named(given, "day_30", "at_risk", "first")
    assert found is not None
    assert found.mean == pytest.approx(0.7)
    assert named_instead(given, "day_30", "at_risk") == {"a": {"x": 4, "y": 1, "z": 1}}
    assert named_instead(given, "completion", "at_risk") == {}
