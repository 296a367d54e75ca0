"""Life tables by month: Kaplan and Meier, and Aalen and Johansen where people may leave before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_90

Doubles = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A share by month with its 90 % interval, (..., n_months) each."""

    share: Doubles
    low: Doubles
    high: Doubles


@dataclass(frozen=True, eq=False)
class LifeTable:
    """What happened month by month to groups of people, (..., n_months) each; month 0 is first.

    Attributes
    ----------
    at_risk : int64
        People who have entered and are neither proficient nor gone when the month begins.
    proficient, left : int64
        Who becomes proficient, or leaves, in the month.
    """

    at_risk: Counts
    proficient: Counts
    left: Counts

    @classmethod
    def of(cls, entered: Counts, proficient: Counts, left: Counts, closed: Counts) -> "LifeTable":
        """Count who is at risk.

        Parameters
        ----------
        entered, proficient, left, closed : (..., n_months) int64
            Who enters, and who ends how, by month; who enters in a month is at risk from the next
            one on, and who ends in it was at risk in it.
        """
        gone = proficient + left + closed
        before = np.cumsum(entered, axis=-1) - entered - (np.cumsum(gone, axis=-1) - gone)
        before[..., 0] = entered[..., 0]
        return cls(before, proficient, left)

    @property
    def still_open(self) -> Doubles:
        """Share neither proficient nor gone at each month's end."""
        return _product(1 - _ratio(self.proficient + self.left, self.at_risk))


def reached_if_stayed(table: LifeTable) -> Curve:
    r"""Share proficient by each month if nobody left: 1 less the product-limit estimate.

    Who leaves is taken out of the count on that day (Kaplan and Meier 1958), as if leaving said
    nothing about learning. The interval is Greenwood's on the scale of
    :math:`\log(-\log S)`.
    """
    events, at_risk = table.proficient, table.at_risk
    stays = _product(1 - _ratio(events, at_risk))
    step = _ratio(events, at_risk * (at_risk - events))
    error = stays * np.sqrt(np.cumsum(step, axis=-1))
    curve = _with_interval(stays, error)
    # Where all are proficient no error can be told: the interval stays where it was.
    is_over = np.maximum.accumulate((events == at_risk) & (at_risk > 0), axis=-1)
    high = np.where(is_over, np.nan, curve.high)
    return Curve(1 - stays, 1 - _carried(high), 1 - np.where(is_over, 0.0, curve.low))


def reached(table: LifeTable) -> Curve:
    r"""Share of all who began that is proficient by each month (Aalen and Johansen 1978).

    Leaving competes: who has left will not become proficient. The variance is that of the delta
    method (Marubini and Valsecchi 1995), the interval on the scale of
    :math:`\log(-\log F)`.
    """
    n, d, both = table.at_risk, table.proficient, table.proficient + table.left
    after = table.still_open
    before = np.concatenate([np.ones_like(after[..., :1]), after[..., :-1]], axis=-1)
    share = np.cumsum(before * _ratio(d, n), axis=-1)
    all_step = _ratio(both, n * (n - both))
    own_step = before**2 * _ratio(d * (n - d), n**3)
    mixed = before * _ratio(d, n**2)
    # sum over j <= t of (F(t) - F(j))^2 a(j), written out so that running sums do.
    a, af, aff = (np.cumsum(all_step * share**k, axis=-1) for k in range(3))
    m, mf = (np.cumsum(mixed * share**k, axis=-1) for k in range(2))
    variance = share**2 * a - 2 * share * af + aff
    variance += np.cumsum(own_step, axis=-1) - 2 * (share * m - mf)
    return _with_interval(share, np.sqrt(np.maximum(variance, 0)))


def left_by(table: LifeTable) -> Doubles:
    """Share of all who began that has left without becoming proficient, by month."""
    after = table.still_open
    before = np.concatenate([np.ones_like(after[..., :1]), after[..., :-1]], axis=-1)
    return np.cumsum(before * _ratio(table.left, table.at_risk), axis=-1)


def median(curve: Curve) -> tuple[Doubles, Doubles, Doubles]:
    """First month by which half are proficient, with its 90 % interval; NaN = not seen yet.

    The interval holds the months at which the curve's own interval holds one half (Brookmeyer and
    Crowley 1982).

    Returns
    -------
    month, low, high : (...) float64
    """
    return _first(curve.share), _first(curve.high), _first(curve.low)


def _product(factors: Doubles) -> Doubles:
    return np.cumprod(factors, axis=-1).astype(np.float64)


def _first(share: Doubles) -> Doubles:
    is_half = np.nan_to_num(share) >= 0.5
    return np.where(is_half.any(axis=-1), is_half.argmax(axis=-1).astype(np.float64), np.nan)


def _with_interval(share: Doubles, error: Doubles) -> Curve:
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    width = np.where(inside, Z_90 * error / (safe * np.log(safe)), 0.0)
    low, high = safe ** np.exp(-width), safe ** np.exp(width)
    return Curve(share, np.where(inside, low, share), np.where(inside, high, share))


def _carried(values: Doubles) -> Doubles:
    """Fill NaN with the last value before it; 1 before any."""
    place = np.arange(values.shape[-1])
    last = np.maximum.accumulate(np.where(np.isnan(values), -1, place), axis=-1)
    found = np.take_along_axis(values, np.maximum(last, 0), axis=-1)
    return np.where(last >= 0, found, 1.0)


def _ratio(top: NDArray[np.generic], bottom: NDArray[np.generic]) -> Doubles:
    wide = np.asarray(bottom, dtype=np.float64)
    shape = np.broadcast_shapes(np.shape(top), wide.shape)
    return np.divide(np.asarray(top, dtype=np.float64), wide, out=np.zeros(shape), where=wide > 0)
