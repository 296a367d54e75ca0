"""A page with a half-filled form in another language, without script: the form goes along.

The languages above a form are buttons of it then: what was typed is sent and shown again, and
nothing of it is done.
"""

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from ptml.review.access.accounts import speak
from ptml.review.access.viewer import Viewer
from ptml.review.pages.cookies import set_cookie
from ptml.review.pages.rendering import LANGUAGE_COOKIE
from ptml.review.state import state_of
from ptml.review.words import LANGUAGES

_YEAR_SECONDS = 366 * 86_400


def switched(request: Request, language: str, shown: Callable[[], Response]) -> Response:
    """The answer that shows a page, in a language from now on; one of none changes nothing."""
    if language not in LANGUAGES:
        return shown()
    remember(request, language)
    request.state.language = language
    answer = shown()
    keep(request, answer, language)
    return answer


def remember(request: Request, language: str) -> None:
    """Keep the choice with the account."""
    viewer: Viewer | None = request.state.viewer
    if viewer is not None and viewer.language != language:
        with state_of(request).database.begin() as connection:
            speak(connection, viewer.account_id, language)


def keep(request: Request, answer: Response, language: str) -> None:
    """Keep the choice in the browser."""
    set_cookie(answer, state_of(request), LANGUAGE_COOKIE, language, _YEAR_SECONDS)
