"""A split of people with tastes."""

import numpy as np

from ptml.evaluate.recommenders.split import Split, drawn
from tests.recommend.peers.tastes import N_COURSES, fold


def split(seed: int = 0, n_judged: int = 60, closed: tuple[int, ...] = ()) -> Split:
    given = fold(seed)
    shut = np.isin(np.arange(N_COURSES), closed)
    excluded = given.past.weights()
    return Split(
        given.past.choices,
        np.ones(len(given.past.choices), dtype=np.bool_),
        given.past.role,
        N_COURSES,
        2,
        given.past.as_of_day,
        excluded,
        given.held_out,
        shut,
        {seed: drawn(given.held_out, excluded, shut, n_judged, seed) for seed in (0, 1)},
    )
