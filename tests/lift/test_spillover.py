"""What colleagues pick up is found between teams, and only believed where it is clear."""

import numpy as np

from ptml.lift.spillover import estimate_spillover, of_colleagues

N_TEAMS, SIZE = 400, 8


def _left(spill: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(N_TEAMS), SIZE)
    started = rng.random(len(team)) < rng.beta(1, 4, N_TEAMS)[team]
    own = np.where(started, 4.0, 0.0)
    seen = of_colleagues(own, team)
    shock = rng.normal(0, 1, N_TEAMS)[team]
    return spill * seen + shock + rng.normal(0, 3, len(team)), seen - seen.mean(), team


def test_planted_spillover_lies_in_its_interval() -> None:
    found = estimate_spillover(*_left(0.4, 1), weight=np.ones(N_TEAMS * SIZE))
    assert found.is_clear
    assert abs(found.value - 0.4) < 2 * found.error


def test_none_is_rarely_clear_and_a_negative_one_never() -> None:
    weight = np.ones(N_TEAMS * SIZE)
    clear = [estimate_spillover(*_left(0.0, seed), weight=weight).is_clear for seed in range(40)]
    assert sum(clear) <= 4
    assert not estimate_spillover(*_left(-0.5, 1), weight=weight).is_clear


def test_courses_of_nobody_tell_nothing() -> None:
    found = estimate_spillover(np.ones(4), np.zeros(4), np.arange(4), np.ones(4))
    assert (found.value, found.is_clear) == (0.0, False)
