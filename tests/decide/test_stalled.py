"""Completions after which results did not rise: what is looked at, and until when."""

from typing import Any

import numpy as np
import pytest

from ptml.contracts.outputs import NO_IMPROVEMENT_CAUSES
from ptml.decide.health.evidence import CourseLift
from ptml.decide.no_improvement import NoImprovementConfig, cause_of, signs_of
from ptml.decide.stalled import Stalled, stalled
from ptml.features.days import day_number
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.transfer.config import WarningConfig
from ptml.transfer.fitting import fit_warning
from tests.transfer.small import COMPLETED, incident, said, small_dataset

DONE = day_number(COMPLETED)
# Completed on 1 March: the two months after it are April and May.
MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06")
LAST = {"01": 31, "02": 28, "03": 31, "04": 30, "05": 31, "06": 30}
AS_OF_JULY = day_number(COMPLETED) + 125


def scores(**points: float) -> list[dict[str, Any]]:
    """Ann's score of each month, 100 where not said; a month of NaN is not on record."""
    found = []
    for month in MONTHS:
        value = points.get("m" + month[-2:], 100.0)
        if np.isfinite(value):
            found.append(
                {
                    "employee_id": "ann",
                    "kpi_id": "k",
                    "period_start": f"{month}-01",
                    "period_end": f"{month}-{LAST[month[-2:]]}",
                    "value": value,
                    "target": 100.0,
                }
            )
    return found


def found(day: int = AS_OF_JULY, **tables: Any) -> Stalled:
    rows = {"kpis": [{"kpi_id": "k"}], "performance": scores(), **tables}
    dataset = small_dataset(**rows)
    history, shared = load_history(dataset), shared_averages(dataset)
    model = fit_warning(history, shared, day, WarningConfig(), 1)
    nothing = np.full(history.n_courses, np.nan)
    lifts = CourseLift(nothing, nothing, nothing)
    return stalled(history, shared, model, lifts, day, NoImprovementConfig())


def cause(case: Stalled) -> str:
    signs = signs_of(case.facts, NoImprovementConfig(), WarningConfig())
    return NO_IMPROVEMENT_CAUSES[cause_of(case.facts, signs)[0]]


def test_result_that_rose_is_no_case() -> None:
    assert len(found(performance=scores(m04=110.0, m05=110.0)).enrolment) == 0


def test_result_that_did_not_rise_is_one_with_its_points() -> None:
    case = found(performance=scores(m04=95.0, m05=97.0))
    assert case.facts.before == pytest.approx([100.0])
    assert case.facts.after == pytest.approx([96.0])
    assert cause(case) == "unclear"


@pytest.mark.parametrize("day", [60, 91])
def test_trouble_after_the_results_does_not_explain_them(day: int) -> None:
    # Day 91 is the last of May: within the second month; day 93 lies after it.
    inside = found(incidents=[incident(day, 60.0)])
    assert cause(inside) == "environment"
    after = found(incidents=[incident(93, 60.0)], feedback=[said(95, 1.0)])
    assert cause(after) == "unclear"
    assert after.facts.incident_hours[0] == 0
    assert np.isnan(after.facts.opportunity[0])


def test_it_is_too_early_until_the_second_period_is_over() -> None:
    assert cause(found(day=DONE + 90)) == "too_early"
    assert cause(found(day=DONE + 125)) != "too_early"


def test_missing_results_are_not_early_but_unclear() -> None:
    never = found(performance=scores(m01=np.nan, m02=np.nan))
    assert np.isnan(never.facts.before[0])
    assert cause(never) == "unclear"


def test_denied_opportunity_since_the_course_is_the_surroundings() -> None:
    assert cause(found(feedback=[said(30, 2.0)])) == "environment"
    assert cause(found(feedback=[said(-3, 2.0)])) == "unclear"


def test_old_completions_are_left_alone() -> None:
    assert len(found(day=DONE + 400).enrolment) == 0
