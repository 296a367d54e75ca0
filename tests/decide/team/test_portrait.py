"""What is said of a team, and of whom nothing is said."""

from typing import Any

import numpy as np
import pytest

from ptml.contracts.teams import TEAM_STANDINGS
from ptml.decide.team.config import TeamConfig
from ptml.decide.team.people import Members, team_cells, team_sums
from ptml.decide.team.portrait import TeamPortrait, team_portraits
from ptml.features.capability import Capability

CONFIG = TeamConfig()
NO_PARENT = np.array([-1], dtype=np.int32)


def _portrait(
    level: list[float],
    se: float = 0.3,
    required: float = 3.0,
    then: list[float] | None = None,
    importance: float = 1.0,
    unit: list[int] | None = None,
    parent: Any = NO_PARENT,
) -> TeamPortrait:
    n = len(level)

    def column(values: Any) -> Any:
        return np.broadcast_to(np.asarray(values, dtype=np.float32).reshape(-1, 1), (n, 1))

    none = column(np.nan)
    now = Capability(
        column(level), column(se), column(required), column(importance), none, none, none
    )
    members = Members(
        np.array(unit or [0] * n, dtype=np.int32),
        np.array([f"e{k}" for k in range(n)], dtype=object),
        now,
        column(np.nan if then is None else then),
    )
    sums = team_sums()
    sums.add(team_cells(members, CONFIG))
    return team_portraits(sums.table, parent, CONFIG)


def _standing(found: TeamPortrait) -> list[str]:
    return [TEAM_STANDINGS[k] for k in found.standing]


@pytest.mark.parametrize(
    ("level", "standing"),
    [(3.6, "strength"), (2.4, "gap"), (3.2, "unclear"), (2.75, "unclear")],
)
def test_a_strength_or_gap_is_called_only_when_it_is_sure(level: float, standing: str) -> None:
    # Five people with an error of .3 each: the mean is known to +-.26.
    assert _standing(_portrait([level] * 5)) == [standing]


def test_a_mean_known_well_and_close_to_what_is_required_is_as_required() -> None:
    assert _standing(_portrait([3.02] * 100, se=0.1)) == ["as_required"]


def test_fewer_than_five_people_have_no_figures() -> None:
    found = _portrait([4.0] * 4)
    assert _standing(found) == ["too_few"]
    assert found.people.tolist() == [0]
    assert np.isnan(found.level).all()
    assert found.sole_holder.tolist() == [None]


def test_the_only_one_who_surely_reaches_it_is_found() -> None:
    found = _portrait([4.5, 2.0, 2.0, 2.0, 2.0])
    assert found.holders.tolist() == [1]
    assert found.single.tolist() == [True]
    assert found.sole_holder.tolist() == ["e0"]


def test_two_who_reach_it_are_no_single_point_of_failure() -> None:
    found = _portrait([4.5, 4.5, 2.0, 2.0, 2.0])
    assert (found.holders.tolist(), found.single.tolist()) == ([2], [False])
    assert found.sole_holder.tolist() == [None]


def test_of_a_competency_that_is_not_critical_nobody_is_named() -> None:
    found = _portrait([4.5, 2.0, 2.0, 2.0, 2.0], importance=0.4)
    assert found.sole_holder.tolist() == [None]


def test_others_who_may_well_reach_it_too_are_no_single_point_of_failure() -> None:
    found = _portrait([4.5, 2.9, 2.9, 2.9, 2.9])
    assert found.holders.tolist() == [1]
    assert found.sole_holder.tolist() == [None]


def test_spread_of_what_is_true_is_wider_than_that_of_the_estimates() -> None:
    # Estimates are drawn together: their variance plus the mean error variance is that of truth.
    found = _portrait([2.0, 4.0, 2.0, 4.0, 3.0], se=0.5)
    assert found.spread.tolist() == pytest.approx([np.sqrt(1.0 + 0.25)], abs=1e-3)


def test_estimates_spread_as_the_truth_does_when_errors_are_added() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(3, 0.8, 400)
    seen = truth + rng.normal(0, 0.6, 400)
    weight = 0.8**2 / (0.8**2 + 0.6**2)
    found = _portrait((3 + weight * (seen - 3)).tolist(), se=float(np.sqrt(weight) * 0.6))
    assert found.spread[0] == pytest.approx(0.8, abs=0.06)


def test_the_trend_is_that_of_the_same_people() -> None:
    then = [2.0, 2.2, 2.1, 2.0, 2.2, np.nan, np.nan]
    found = _portrait([2.5, 2.7, 2.6, 2.5, 2.7, 5.0, 5.0], then=then)
    assert found.panel.tolist() == [5]
    assert found.trend.tolist() == pytest.approx([0.5], abs=1e-2)


def test_a_trend_of_fewer_than_five_is_not_told() -> None:
    found = _portrait([2.5] * 6, then=[2.0] * 4 + [np.nan] * 2)
    assert found.panel.tolist() == [0]
    assert np.isnan(found.trend).all()


def test_units_above_are_described_too() -> None:
    parent = np.array([-1, 0, 0], dtype=np.int32)
    unit = [1] * 5 + [2] * 6
    found = _portrait([4.5] + [2.0] * 10, unit=unit, parent=parent)
    assert found.unit.tolist() == [0, 1, 2]
    assert found.people.tolist() == [11, 5, 6]
    assert found.sole_holder.tolist() == ["e0", "e0", None]
