"""Days as integers: days since 1970-01-01, and steps by calendar months."""

from datetime import date, timedelta

import numpy as np

from ptml.features.arrays import Days

NEVER = np.int32(2**31 - 1)
MONTHS_A_QUARTER = 3
DAYS_A_YEAR = 365.25

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Give the number of days since 1970-01-01.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """Give the date of a day number.

    >>> date_of(1)
    datetime.date(1970, 1, 2)
    """
    return _EPOCH + timedelta(days=int(day))


def quarters_before(day: Days, n_quarters: int) -> Days:
    """Step back by calendar quarters; a day that the month has not becomes its last one.

    Parameters
    ----------
    day : (n,) int32
    n_quarters : int
        Three months each.

    Returns
    -------
    (n,) int32
    """
    unique, position = np.unique(day, return_inverse=True)
    dates = unique.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day_of_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    target = month - MONTHS_A_QUARTER * n_quarters
    last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    stepped = np.minimum(target.astype("datetime64[D]") + day_of_month, last)
    return stepped.astype(np.int64).astype(np.int32)[position]


def quarter_start(day: Days) -> Days:
    """First day of the calendar quarter of each day, (n,) int32."""
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = month - month % MONTHS_A_QUARTER
    return first.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64).astype(np.int32)


def days_between(later: Days, earlier: Days) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Days from `earlier` to `later`, (n,) float32; NaN where `earlier` is `NEVER`."""
    distance = later.astype(np.int64) - earlier.astype(np.int64)
    return np.where(earlier == NEVER, np.nan, distance).astype(np.float32)
