"""What a team goes through together is taken out as far as teams differ."""

import numpy as np

from ptml.lift.teams import team_shocks


def test_large_team_shocks_are_taken_out() -> None:
    rng = np.random.default_rng(0)
    team = np.repeat(np.arange(60), 25)
    shock = rng.normal(0, 8, 60)
    residual = shock[team] + rng.normal(0, 3, len(team))
    left = team_shocks(residual, team).remove(residual)
    assert left.std() < 3.5
    assert abs(np.corrcoef(left, shock[team])[0, 1]) < 0.2


def test_teams_that_do_not_differ_are_left_alone() -> None:
    rng = np.random.default_rng(1)
    team = np.repeat(np.arange(60), 25)
    residual = rng.normal(0, 3, len(team))
    assert team_shocks(residual, team).share.max() < 0.3


def test_one_alone_in_a_team_keeps_the_value() -> None:
    residual = np.array([5.0, -3.0, 2.0])
    kept = team_shocks(residual, np.arange(3)).remove(residual)
    np.testing.assert_array_equal(kept, residual)
