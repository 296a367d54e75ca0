"""What every answer says to the browser: load nothing from elsewhere, and keep nothing."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ptml.review.config import ReviewConfig

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        # Pages are about people: nothing stays in a cache of a shared computer.
        "Cache-Control": "no-store",
    }
)
"""Headers of every answer."""


def headers_of(config: ReviewConfig) -> dict[str, str]:
    """Headers of every answer of a server; one behind HTTPS is never asked without it again."""
    stays = {"Strict-Transport-Security": "max-age=31536000"} if config.secure_cookies else {}
    return {**HEADERS, **stays}


class Headers:
    """Adds headers to every answer that does not have them.

    Parameters
    ----------
    app : callable
    headers : mapping of str to str
    """

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answer.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)
