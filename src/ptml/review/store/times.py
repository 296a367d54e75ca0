"""Times as the database gives them back: SQLite forgets that they are UTC."""

from datetime import UTC, datetime


def utc(time: datetime) -> datetime:
    """The time with its zone.

    >>> utc(datetime(2026, 10, 2, 12)).isoformat()
    '2026-10-02T12:00:00+00:00'
    """
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
