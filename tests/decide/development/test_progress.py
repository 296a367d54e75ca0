"""Progress against the date, with the standard error of the level."""

from typing import Any

import numpy as np
import pytest

from ptml.contracts.development import PLAN_STATUSES
from ptml.decide.development.config import DevelopmentConfig
from ptml.decide.development.own_goals import OwnGoals
from ptml.decide.development.progress import Levels, Progress, progress
from ptml.features.days import NEVER

DAY = 1000


def made(
    target: float = 4.0,
    start: float = 2.0,
    now: float = 3.0,
    se: float = 0.2,
    began: int = 900,
    due: int = 1100,
    assessed: int = 950,
    **settings: float,
) -> Progress:
    def column(value: float, kind: type = np.float32) -> np.ndarray[Any, np.dtype[Any]]:
        return np.array([value], dtype=kind)

    goals = OwnGoals(
        column(0, np.int64),
        column(0, np.int32),
        column(target),
        column(due, np.int32),
        column(began, np.int32),
    )
    levels = Levels(column(start), column(now), column(se), column(assessed, np.int32))
    return progress(goals, levels, DAY, DevelopmentConfig.model_validate(settings))


def status(**given: Any) -> str:
    return PLAN_STATUSES[made(**given).status[0]]


def test_half_of_the_way_in_half_of_the_time() -> None:
    found = made()
    assert (found.way[0], found.time[0]) == (pytest.approx(0.5), pytest.approx(0.5))
    assert PLAN_STATUSES[found.status[0]] == "on_track"


def test_behind_is_who_is_surely_below_the_line() -> None:
    assert status(now=2.4) == "behind"
    assert status(now=2.9) == "on_track"
    assert status(now=2.4, se=1.0) == "on_track"
    assert status(now=2.9, sure=0.5) == "behind"


def test_reached_is_a_level_at_the_target() -> None:
    assert status(now=4.0) == "reached"
    assert status(now=4.0, reached=0.8) == "on_track"
    assert status(now=4.0, due=990) == "reached"


def test_what_was_reached_when_it_was_set_needs_no_assessment() -> None:
    assert status(start=4.5, now=4.5, assessed=800) == "reached"
    assert np.isnan(made(start=4.5, now=4.5).way[0])


def test_a_date_that_has_passed_is_overdue_whatever_the_level() -> None:
    assert status(due=999) == "overdue"
    assert status(due=1000) != "overdue"


@pytest.mark.parametrize(
    "given",
    [
        {"assessed": 800},
        {"assessed": int(NEVER)},
        {"now": float("nan")},
        {"start": float("nan")},
        {"se": 2.5},
    ],
)
def test_progress_that_nothing_tells_of_is_unknown(given: dict[str, Any]) -> None:
    assert status(**given) == "unknown"


def test_a_level_that_nobody_assessed_since_is_no_progress() -> None:
    assert np.isnan(made(assessed=899).way[0])


def test_a_goal_without_a_date_is_held_against_none() -> None:
    assert status(due=int(NEVER), began=int(NEVER)) == "no_date"
    assert np.isnan(made(due=int(NEVER)).time[0])
    assert status(due=int(NEVER), now=4.2) == "reached"
