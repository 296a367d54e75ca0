"""How good a policy was in a month: known figures on small frames, paired differences."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.jobs.year_quality import MIN_CASES, Truth, captured, compared, lift_by_person, miss

N = 2 * MIN_CASES
PEOPLE = [f"E{k:02d}" for k in range(N)]


def _misses(size: float) -> pd.DataFrame:
    return pd.DataFrame({"employee_id": PEOPLE, "miss": np.full(N, size**2)})


def test_distance_is_in_points_of_percent() -> None:
    assert miss(_misses(0.2), np.ones(N)) == pytest.approx(20)


def test_captured_gain_is_of_the_course_with_the_best_lift() -> None:
    pairs = pd.DataFrame(
        {
            "employee_id": ["a", "a", "b", "b"],
            "course_id": ["x", "y", "x", "y"],
            "lift": [1.0, 2.0, np.nan, np.nan],
            "truth": [0.0, 2.0, 1.0, 3.0],
        }
    )
    told = lift_by_person(pairs)
    # Person a gets all of the 1 point above chance, b a course at random.
    assert captured(told, np.ones(2)) == pytest.approx(50)


def test_policies_are_compared_on_the_same_people() -> None:
    told = compared("warnings", {"used": _misses(0.1), "never": _misses(0.3)}, 1)
    policies = told["policies"]
    assert isinstance(policies, dict)
    assert policies["never"]["more"] == pytest.approx(-20)
    assert policies["never"]["more_high"] == pytest.approx(-20)
    assert policies["used"]["more"] == 0


def test_a_month_with_few_cases_has_no_figure() -> None:
    few = _misses(0.1).head(MIN_CASES - 1)
    assert compared("warnings", {"used": few}, 1) == {"n": MIN_CASES - 1, "policies": {}}


def test_only_what_was_chosen_within_the_month_counts() -> None:
    taken = pd.DataFrame(
        {
            "enrolment_id": ["1", "2", "3", "4"],
            "employee_id": ["a", "a", "b", "c"],
            "course_id": ["x", "y", "x", "x"],
            "assigned_by": ["self", "self", "self", "manager"],
            "started_on": pd.to_datetime(["2026-01-05", "2026-02-01", "2026-01-31", "2026-01-09"]),
        }
    )
    truth = Truth(Path(), taken, pd.DataFrame(), pd.DataFrame())
    shown = pd.DataFrame({"employee_id": ["a"], "course_id": ["x"]})
    told = truth.starts(shown, date(2026, 1, 1), date(2026, 2, 1))
    assert dict(zip(told["enrolment_id"], told["hit"], strict=True)) == {"1": 1.0, "3": 0.0}
