"""One set of resamples of the people, for every figure and for both models."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import wilson_interval

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int32]

Value = Callable[[FloatArray], float]
"""A figure of weighted cases: weight (n,) of each case."""

_TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Resamples:
    """Draws of people with replacement (Efron 1979), by a seed.

    The same person counts as often in every figure of a draw, so that figures of two models are
    paired and figures of one are too.
    """

    n_people: int
    n_draws: int
    seed: int

    def weights(self, person: Codes) -> Iterator[FloatArray]:
        """How often each case's person was drawn, a draw at a time, (n,) float64 each."""
        rng = np.random.default_rng(self.seed)
        for _ in range(self.n_draws):
            drawn = rng.integers(0, self.n_people, self.n_people)
            yield np.bincount(drawn, minlength=self.n_people)[person].astype(np.float64)


@dataclass(frozen=True)
class Spread:
    """A figure with its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Pair:
    """A figure of the champion and of the challenger, and what the challenger's has more."""

    champion: Spread
    challenger: Spread
    gain: Spread


def paired(
    champion: Value,
    challenger: Value,
    person: Codes,
    resamples: Resamples,
    *,
    is_loss: bool,
    is_inflated: bool = False,
) -> Pair:
    """Work a figure out of both models in every resample.

    Parameters
    ----------
    champion, challenger : callable
        The figure of the same n cases.
    person : (n,) int32
        Whose case it is, 0 to ``n_people``.
    is_loss : bool
        Whether less is better: the gain is turned round, so that more is always better.

    is_inflated : bool
        Whether resampling itself makes the figure larger, as that of a binned error.

    Notes
    -----
    The interval of the gain is the percentiles of its own draws. That of an inflated figure is
    turned round its value (basic bootstrap, Davison & Hinkley 1997), and holds it. A figure is left
    out of a draw in which it is not defined (one class alone).
    """
    sign = -1.0 if is_loss else 1.0
    drawn = np.array([(champion(w), challenger(w)) for w in resamples.weights(person)])
    ones = np.ones(len(person))
    own = np.array([champion(ones), challenger(ones)])
    gains = sign * (drawn[:, 1] - drawn[:, 0])
    return Pair(
        _spread(own[0], drawn[:, 0], is_inflated),
        _spread(own[1], drawn[:, 1], is_inflated),
        _spread(float(sign * (own[1] - own[0])), gains),
    )


def pair_of_shares(pair: Pair, people: tuple[Codes, Codes]) -> Pair:
    """Give a share of none or all an interval: every resample repeats it, which says nothing.

    Parameters
    ----------
    people : pair of (n,) int32
        Whose cases the champion's and the challenger's share are of.

    Notes
    -----
    Wilson (1927) for one share, of as many cases as there are people; Newcombe (1998), method 10,
    for the gain. Shares of the same cases differ by nothing, and that is known.
    """
    spreads = pair.champion, pair.challenger
    one, other = (_of_share(s, len(np.unique(p))) for s, p in zip(spreads, people, strict=True))
    if (one, other) == spreads or np.array_equal(*people):
        return Pair(one, other, pair.gain)
    gain = pair.gain.value
    low = np.hypot(other.value - other.low, one.high - one.value)
    high = np.hypot(other.high - other.value, one.value - one.low)
    return Pair(one, other, Spread(gain, gain - float(low), gain + float(high)))


def _of_share(spread: Spread, n: int) -> Spread:
    if spread.value not in (0.0, 1.0):
        return spread
    low, high = wilson_interval(np.array([spread.value]), np.array([n]))
    return Spread(spread.value, float(low[0]), float(high[0]))


def _spread(value: float, drawn: FloatArray, is_inflated: bool = False) -> Spread:
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) == 0 or not np.isfinite(value):
        return Spread(float(value), float("nan"), float("nan"))
    low, high = np.percentile(drawn, _TAILS)
    if is_inflated:
        low, high = max(min(2 * value - high, value), 0.0), max(2 * value - low, value)
    return Spread(float(value), float(low), float(high))
