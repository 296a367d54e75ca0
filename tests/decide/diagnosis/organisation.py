"""A small organisation in which it is known what holds whom back."""

from typing import Any

import numpy as np

from ptml.decide.diagnosis.measures import NAMES, People

N_UNITS, SIZE = 40, 15


def people(seed: int = 2, **planted: Any) -> People:
    """People of units of fifteen: skill, motivation and lost hours make their scores.

    Parameters
    ----------
    planted
        `trouble`: units that lose hours and eight points with them; `unskilled`, `unmotivated`:
        people who are two spreads short of skill or motivation.
    """
    rng = np.random.default_rng(seed)
    n = N_UNITS * SIZE
    unit = np.repeat(np.arange(N_UNITS), SIZE)
    skill, drive = rng.normal(size=n), rng.normal(size=n)
    skill[list(planted.get("unskilled", ()))] = -2.0
    drive[list(planted.get("unmotivated", ()))] = -2.0
    hours = rng.gamma(1, 0.1, N_UNITS)
    hours[list(planted.get("trouble", ()))] = 6.0
    shared = -8.0 * (hours > 3) + rng.normal(0, 0.5, N_UNITS)
    score = 100 + 5 * skill + 4 * drive + shared[unit] + rng.normal(0, 3, n)
    columns = {
        "margin": 0.4 * skill + rng.normal(0, 0.2, n) - 0.5,
        "peer_margin": 0.4 * skill + rng.normal(0, 0.2, n),
        "exam": 7 + 0.5 * skill + rng.normal(0, 0.3, n),
        "is_new": np.zeros(n),
        "motivation": np.clip(3 + 0.8 * drive + rng.normal(0, 0.3, n), 1, 5),
        "opportunity": 3 + rng.normal(0, 0.5, n),
        "manager_support": 3 + rng.normal(0, 0.5, n),
        "workload": 3 + rng.normal(0, 0.5, n),
        "lost_hours": np.log1p(hours)[unit],
    }
    assert set(columns) == set(NAMES)
    return People.of(unit, score, columns)
