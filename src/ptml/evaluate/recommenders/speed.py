"""Fit and top 10 for 100,000 people, and how far scoring is from the bare products."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from ptml.evaluate.recommenders.contestants import TastePeer
from ptml.recommend.choices import Choices
from ptml.recommend.peers import Past
from ptml.recommend.taste import Taste
from ptml.recommend.top import top_courses

Clock = Callable[[], float]

_TASTES = 20
_K = 10
_BLOCK = 4_096
_REPEATS = 3
_DAYS = 1_000


@dataclass(frozen=True)
class Speed:
    """Seconds; the best of three, but for the fit.

    Attributes
    ----------
    fit : float
    top : float
        Top 10 for all: scores, mask and choice of the ten.
    scores : float
        Scores for all alone, on as many threads.
    fold_in : float
        What each person's own courses stand for in the factors, solved for everybody: part of
        `scores`.
    products : float
        The matrix products within the scores alone, with all factors at hand.
    """

    n_people: int
    n_courses: int
    n_events: int
    fit: float
    top: float
    scores: float
    fold_in: float
    products: float

    @property
    def times_products(self) -> float:
        """Scores of people once folded in, in times of the bare products."""
        return (self.scores - self.fold_in) / self.products


def measure_speed(n_people: int, n_courses: int, n_events: int, seed: int, clock: Clock) -> Speed:
    """Time ptml's model on drawn choices of people with tastes."""
    past = drawn_past(n_people, n_courses, n_events, np.random.default_rng(seed))
    peer = TastePeer()
    begun = clock()
    scorer = peer.fit(past, peer.defaults, seed)
    recent = past.recent(scorer.taste.recency_power)
    fit = clock() - begun
    taste = scorer.taste
    everybody = np.arange(n_people, dtype=np.int32)
    nothing_closed = np.zeros(n_courses, dtype=np.bool_)
    score = partial(scorer.score, past)

    def top() -> None:
        top_courses(score, everybody, past.weights(), nothing_closed, _K)

    return Speed(
        n_people,
        n_courses,
        len(past.choices),
        fit,
        _best_of(top, clock),
        _best_of(lambda: _in_blocks(score, everybody), clock),
        _best_of(lambda: _in_blocks(_fold_in(taste, recent), everybody), clock),
        _best_of(lambda: _in_blocks(_products(taste, recent), everybody), clock),
    )


def drawn_past(n_people: int, n_courses: int, n_events: int, rng: np.random.Generator) -> Past:
    """People choose by popularity, four times in five within their own taste."""
    employee = np.sort(rng.integers(0, n_people, n_events)).astype(np.int32)
    popular = 1 / (1 + rng.permutation(n_courses).astype(np.float64))
    anything = rng.choice(n_courses, n_events, p=popular / popular.sum())
    own = anything - anything % _TASTES + employee % _TASTES
    course = np.where((rng.random(n_events) < 0.8) & (own < n_courses), own, anything)
    day = rng.integers(0, _DAYS, n_events)
    order = np.lexsort((course, day, employee))
    choices = Choices(
        employee,
        course[order].astype(np.int32),
        day[order].astype(np.int32),
        (employee % _TASTES).astype(np.int32),
        np.ones(n_events),
    )
    role = (np.arange(n_people) % _TASTES).astype(np.int32)
    return Past(choices, role, (n_people, n_courses), _TASTES, _DAYS)


def _fold_in(taste: Taste, recent: csr_matrix) -> Callable[[Any], Any]:
    factors = taste.factors
    return lambda part: None if factors is None else factors.own_parts(recent[part])


def _products(taste: Taste, recent: csr_matrix) -> Callable[[Any], Any]:
    """Own choices x effects, and people's factors x course factors."""
    following, factors = taste.following, taste.factors
    if following is None or factors is None:
        return lambda part: None
    past, effect = csr_matrix(recent[:, following.courses]), following.effect
    people = np.zeros((recent.shape[0], factors.items.shape[1]), dtype=np.float32)
    return lambda part: (past[part] @ effect, people[part] @ factors.items.T)


def _in_blocks(work: Callable[[Any], Any], people: Any) -> None:
    starts = range(0, len(people), _BLOCK)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda start: work(people[start : start + _BLOCK]) is None, starts))


def _best_of(work: Callable[[], None], clock: Clock) -> float:
    found = []
    for _ in range(_REPEATS):
        begun = clock()
        work()
        found.append(clock() - begun)
    return min(found)
