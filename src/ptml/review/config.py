"""Settings of the review page; secrets come from the environment alone."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PositiveInt

from ptml.config import FrozenConfig


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"no time zone is called {name}: give one as Asia/Taipei") from None
    return name


class ReviewConfig(FrozenConfig):
    """How the review page treats people's time and who may stay signed in."""

    capacity_per_week: PositiveInt = 25
    """Cases that a reviewer can look at in a week; more are listed behind these."""

    undo_minutes: PositiveInt = 30
    """A decision can be taken back for so long."""

    idle_minutes: PositiveInt = 30
    """A session ends after so long without a request."""

    session_hours: PositiveInt = 10
    """A session ends after so long at the latest."""

    failures_before_lock: PositiveInt = 5
    """Wrong passwords in a row that lock a login for browsers that never signed in with it."""

    lock_minutes: PositiveInt = 15
    """A login stays locked for so long."""

    device_days: PositiveInt = 180
    """A browser is known for so long after it signed in."""

    sign_ins_per_minute: PositiveInt = 20
    """Attempts to sign in from one address that are answered in a minute."""

    requests_per_minute: PositiveInt = 300
    """Requests of one account (or address, before it signs in) that are answered in a minute."""

    most_body_bytes: PositiveInt = 131_072
    """A request with more than this is refused: the longest note in Chinese takes 36,000."""

    body_seconds: PositiveInt = 10
    """A request whose content has not come after so long is refused."""

    public_url: str | None = None
    """Address that people see, as ``https://review.example.org``; empty = as the request has it."""

    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    """Where the page is used, as ``Asia/Taipei``: its times of day, and when a day begins."""

    least_group: Annotated[int, Field(ge=5)] = 5
    """Fewer people are never shown as a group."""

    secure_cookies: bool = True
    """Send cookies over HTTPS only; false for a try on this machine."""
