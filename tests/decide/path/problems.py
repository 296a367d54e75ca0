"""Small random problems with everything that a path may run into."""

import numpy as np

from ptml.decide.path.content import Content
from ptml.decide.path.problem import Problem

SLOTS, COMPETENCIES = 2, 6


def random_problem(seed: int, n: int, m: int, steps: int = 3) -> Problem:
    """Problems of n people with up to m courses each."""
    rng = np.random.default_rng(seed)
    pairs = n * m
    taught = np.stack([rng.permutation(COMPETENCIES)[:SLOTS] for _ in range(pairs)])
    taught[rng.random(pairs) < 0.5, 1] = -1
    entry = rng.integers(0, 4, (pairs, SLOTS)).astype(np.float64)
    end = entry + rng.integers(1, 3, (pairs, SLOTS))
    level = np.repeat(rng.uniform(0, 4, (n, COMPETENCIES)), m, axis=0)
    own = np.take_along_axis(level, np.maximum(taught, 0), axis=1)
    weight = np.where(taught >= 0, rng.uniform(0.4, 1, (pairs, SLOTS)), 0)
    content = Content(
        competency=taught.astype(np.int32),
        start=np.maximum(entry, own),
        end=end,
        wanted=np.minimum(end, rng.uniform(1, 5, (pairs, SLOTS))),
        reached=np.where(entry - own > 1, own, end),
        new=0.5 * weight,
        needed=0.4 * weight,
    )
    offer = np.arange(pairs).reshape(n, m)
    n_courses = rng.integers(0, m + 1, n)
    offer = np.where(np.arange(m) < n_courses[:, None], offer, -1)
    own_bit = np.int64(1) << np.arange(m)
    some = rng.integers(0, 1 << m, (2, n, m)) & ((np.int64(1) << n_courses) - 1)[:, None]
    one = np.int64(1) << rng.integers(0, np.maximum(n_courses, 1))[:, None]
    worth = content.worth.reshape(n, m)[:, :, None] / SLOTS
    return Problem(
        offer=offer,
        points=rng.gamma(2.0, 1.0, (n, m)),
        weeks=rng.integers(2, 33, (n, m)) / 2,
        opens=np.where(rng.random((n, m)) < 0.1, rng.uniform(0, 20, (n, m)), 0.0),
        closes=np.where(rng.random((n, m)) < 0.1, rng.uniform(10, 60, (n, m)), np.inf),
        needs_all=np.where(rng.random((n, m)) < 0.2, one & ~own_bit, 0),
        needs_any=np.where(rng.random((n, m)) < 0.1, some[0] & ~own_bit, 0),
        covers=np.where(rng.random((n, m)) < 0.15, some[1] & 3, 0),
        hold=rng.uniform(0.3, 1, (n, m)),
        chance=np.ones((n, m)),
        content=content,
        lost=np.where(rng.random((n, m, 1)) < 0.1, 0.3 * worth, 0.0).repeat(SLOTS, axis=2),
        begins=np.where(rng.random(n) < 0.2, rng.uniform(0, 30, n), 0.0),
        most_steps=np.full(n, steps),
    )
