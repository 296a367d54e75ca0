"""Durations as learning systems write them, in minutes."""

import re
from datetime import timedelta
from functools import lru_cache

from isodate import Duration, ISO8601Error, parse_duration

# ISO 8601 leaves the length of a year and a month open; nobody studies for one without a break.
_DAYS_OF_YEAR, _DAYS_OF_MONTH = 365, 30
# CMITimespan of SCORM 1.2: HHHH:MM:SS.SS, two to four digits of hours; some write one.
_TIMESPAN = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2}(?:\.\d*)?)")


@lru_cache(maxsize=8192)
def iso_minutes(text: str) -> float | None:
    """Read an ISO 8601 duration (``PT1H30M15.5S``), as of xAPI and SCORM 2004.

    Returns
    -------
    float or None
        Minutes; None for what is no duration, or below 0.

    Examples
    --------
    >>> iso_minutes("PT1H30M")
    90.0
    >>> iso_minutes("90 minutes") is None
    True
    """
    try:
        read = parse_duration(text)
        if isinstance(read, Duration):
            days = float(read.years) * _DAYS_OF_YEAR + float(read.months) * _DAYS_OF_MONTH
            read = read.tdelta + timedelta(days=days)
    except (ISO8601Error, OverflowError, ValueError, TypeError):
        return None
    minutes = read.total_seconds() / 60
    return None if minutes < 0 or text.endswith("T") else minutes


@lru_cache(maxsize=8192)
def timespan_minutes(text: str) -> float | None:
    """Read a time of SCORM 1.2 (``0001:30:15.50``); None for what is none.

    Examples
    --------
    >>> timespan_minutes("0001:30:00.00")
    90.0
    """
    found = _TIMESPAN.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return int(hours) * 60 + int(minutes) + float(seconds) / 60


def any_minutes(text: str) -> float | None:
    """Read a duration of either form, as exports of several versions mix them."""
    return iso_minutes(text) if text[:1] in "P-" else timespan_minutes(text)
