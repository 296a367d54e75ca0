"""The base is where a dip before the decision passes for no change."""

import numpy as np

from ptml.features.outcomes import PeriodScores, Starts
from ptml.lift.base_choice import CANDIDATES, BaseChoice, choose_base
from ptml.lift.panel import quarter_grid

DAYS = np.array(
    [np.datetime64(f"{2021 + q // 4}-{1 + 3 * (q % 4):02d}-01").astype(int) for q in range(13)],
    dtype=np.int32,
)
NOTHING = np.empty(0, dtype=np.int32)
NOBODY = Starts(NOTHING, NOTHING, NOTHING, np.empty(0, dtype=np.int64))


def _chosen(kept: float, noise: float = 1.0) -> BaseChoice:
    """Scores of 3,000 people whose shocks keep a share each quarter."""
    rng = np.random.default_rng(4)
    person, shock = rng.normal(0, 6, 3000), rng.normal(0, 5, 3000)
    columns = []
    for _ in range(12):
        shock = kept * shock + rng.normal(0, 5 * np.sqrt(1 - kept**2), 3000)
        columns.append(100 + person + shock + rng.normal(0, noise, 3000))
    score = np.stack(columns, axis=1).astype(np.float32)
    grid = quarter_grid(PeriodScores(score, DAYS[:-1], (DAYS[1:] - 1).astype(np.int32)))
    return choose_base(grid, NOBODY, np.ones(score.shape, dtype=np.bool_))


def test_a_base_in_the_dip_is_seen_and_the_symmetric_one_stays() -> None:
    found = _chosen(0.5)
    assert found.base == (3, 4)
    assert found.slope[CANDIDATES.index((1, 2))] < -0.2
    assert abs(found.slope[CANDIDATES.index((3, 4))]) < 3 * found.error[2]


def test_without_passing_shocks_the_symmetric_base_stays() -> None:
    assert _chosen(0.0, noise=4.0).base == (3, 4)


def test_people_who_grow_are_no_dip() -> None:
    rng = np.random.default_rng(2)
    growth = np.where(rng.random(3000) < 0.2, 2.0, 0.0)
    score = 100 + growth[:, None] * np.arange(12) + rng.normal(0, 3, (3000, 12))
    grid = quarter_grid(
        PeriodScores(score.astype(np.float32), DAYS[:-1], (DAYS[1:] - 1).astype(np.int32))
    )
    assert choose_base(grid, NOBODY, np.ones(score.shape, dtype=np.bool_)).base == (3, 4)


def test_too_little_data_keeps_the_symmetric_base() -> None:
    score = np.full((3, 12), 100, dtype=np.float32)
    grid = quarter_grid(PeriodScores(score, DAYS[:-1], (DAYS[1:] - 1).astype(np.int32)))
    assert choose_base(grid, NOBODY, np.ones((3, 12), dtype=np.bool_)).base == (3, 4)
