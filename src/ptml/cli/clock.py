"""The clock: read here and nowhere below."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time of the clock."""
    return datetime.now(UTC)
