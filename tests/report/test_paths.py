"""What is told of paths, and what is not."""

from collections.abc import Sequence

import pandas as pd
import pytest

from ptml.report.paths import PathsView, paths_view
from ptml.report.published import PublishedTables


def told(lows: Sequence[float | None], part: str = "elective") -> str:
    """What is said of steps that may bring nothing."""
    n = len(lows)
    paths = pd.DataFrame(
        {
            "course_id": ["C1"] * n,
            "part": [part] * n,
            "lift_low": list(lows),
        }
    )
    plans = pd.DataFrame(
        {
            "steps": [1] * n,
            "weeks": [4.0] * n,
            "lift": [1.0] * n,
            "optimality_gap": [0.0] * n,
            "in_the_way": ["[]"] * n,
        }
    )
    seats = pd.DataFrame({"short": []})
    view = paths_view(PublishedTables({"paths": paths, "path_plans": plans, "path_seats": seats}))
    assert isinstance(view, PathsView)
    return view.doubt


def test_steps_whose_interval_reaches_zero_are_counted() -> None:
    assert told([-0.2] * 6 + [0.4] * 7 + [None]).startswith("6 of 13 elective steps may bring")


@pytest.mark.parametrize("lows", [[-0.2] * 4 + [0.4] * 7, [0.4] * 9, [None] * 9])
def test_hardly_any_is_not_told(lows: Sequence[float | None]) -> None:
    assert told(lows) == ""


def test_a_rest_of_few_people_is_not_told() -> None:
    assert told([-0.2] * 9 + [0.4] * 2).startswith("Nearly all elective steps")


def test_steps_that_are_required_are_not_counted() -> None:
    assert told([-0.2] * 9, "required") == ""
