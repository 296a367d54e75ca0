"""What every request needs: database, settings, clock, wording."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import Request

from ptml.review.access.limits import RateLimit
from ptml.review.access.oidc import OidcProvider
from ptml.review.config import ReviewConfig
from ptml.review.published.run import Published
from ptml.review.store import Database


@dataclass(frozen=True)
class Review:
    """The application's parts.

    Attributes
    ----------
    database : Database
    published : Published
        The run that is shown.
    config : ReviewConfig
    now : callable
        The clock, UTC.
    steady : callable
        Seconds of a clock that never goes back.
    limit, sign_in_limit : RateLimit
        Of all requests, and of attempts to sign in.
    oidc : OidcProvider or None
        Where else people sign in.
    """

    database: Database
    published: Published
    config: ReviewConfig
    now: Callable[[], datetime]
    steady: Callable[[], float]
    limit: RateLimit
    sign_in_limit: RateLimit
    oidc: OidcProvider | None = None

    def today(self) -> date:
        """The day where the page is used."""
        return self.now().astimezone(ZoneInfo(self.config.time_zone)).date()


def state_of(request: Request) -> Review:
    """The parts of the application that a request came to."""
    review: Review = request.app.state.review
    return review
