"""Moments as systems write them, and the day that they fall on in a time zone."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ptml.errors import UsageError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS = 1_000_000


def zone_of(name: str) -> ZoneInfo:
    """Give the time zone that decides on which day something happened.

    Raises
    ------
    UsageError
        When there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"--time-zone must be a name such as Europe/Berlin or Asia/Taipei, got {name}"
        ) from error


def moment(text: object) -> datetime | None:
    """Read an ISO 8601 moment; one without an offset is UTC. None for what is no moment."""
    if not isinstance(text, str):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """Microseconds since 1970, UTC."""
    passed = at - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * _MICROSECONDS + passed.microseconds


def day_in(at: datetime, zone: ZoneInfo) -> date | None:
    """The day of a moment in a time zone; None where the calendar ends."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return None


@lru_cache(maxsize=65_536)
def day_of_seconds(seconds: int, zone: ZoneInfo) -> date | None:
    """The day of seconds since 1970 in a time zone; None for 0, which stands for never."""
    if seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, zone).date()
    except (OverflowError, OSError, ValueError):
        return None
