"""How far units differ: drawn teams with a known spread."""

import numpy as np
import pyarrow as pa
import pytest

from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.proficiency.spread import Spread, spread_sums, team_spread
from ptml.features.windows import whole

CONFIG = ProficiencyConfig()
WITHIN = 8.0


def _spread(between: float, n_units: int, seed: int) -> Spread:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 30, n_units)
    unit = np.repeat(np.arange(n_units), sizes)
    score = 100 + rng.normal(0, between, n_units)[unit] + rng.normal(0, WITHIN, len(unit))
    sums = spread_sums()
    sums.add(
        pa.table(
            {
                "period": np.zeros(len(unit), np.int64),
                "unit": unit,
                "people": np.ones(len(unit), np.int64),
                "score": whole(score, 2.0**-10),
                "square": whole(score**2, 2.0**-10),
            }
        )
    )
    (found,) = team_spread(sums.table, CONFIG)
    return found


def test_the_spread_between_is_net_of_chance() -> None:
    found = _spread(3.0, 3000, 1)
    assert found.between == pytest.approx(3.0, abs=0.15)
    assert found.within == pytest.approx(WITHIN, abs=0.1)
    assert found.share == pytest.approx(9 / 73, abs=0.01)


def test_teams_that_do_not_differ_are_not_said_to() -> None:
    assert _spread(0.0, 3000, 2).between_low == 0.0


@pytest.mark.parametrize("between", [1.0, 3.0])
def test_intervals_hold_the_truth_nine_times_in_ten(between: float) -> None:
    found = [_spread(between, 40, 10 + seed) for seed in range(300)]
    share = between**2 / (between**2 + WITHIN**2)
    for low, high, truth in (
        ("between_low", "between_high", between),
        ("share_low", "share_high", share),
    ):
        hits = [getattr(one, low) <= truth <= getattr(one, high) for one in found]
        assert 0.86 <= np.mean(hits) <= 0.97


def test_small_units_do_not_count_and_few_units_are_not_told() -> None:
    found = _spread(3.0, 40, 3)
    assert found.n_units < 40
    sums = spread_sums()
    sums.add(
        pa.table(
            {n: np.ones(4, np.int64) * 6 for n in ("people", "score", "square")}
            | {"period": np.zeros(4, np.int64), "unit": np.arange(4)}
        )
    )
    assert team_spread(sums.table, CONFIG) == []
