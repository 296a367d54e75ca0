"""How much a request may carry, and how long it may take to come."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses a body that is too long (413) or comes too slowly (408).

    Parameters
    ----------
    app : callable
    most_bytes, seconds : int
    """

    def __init__(self, app: ASGIApp, most_bytes: int, seconds: int) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the length that is told first, then at what comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(b"content-length", b"0")
        is_long = not told.isdigit() or len(told) > 12 or int(told) > self._most_bytes
        n_bytes, is_whole = 0, False
        # For all of it: a byte now and then would keep a connection for days.
        until = asyncio.get_running_loop().time() + self._seconds

        async def receiving() -> Message:
            nonlocal n_bytes, is_whole
            if is_long:
                raise HTTPException(413)
            if is_whole:
                # What comes now is that the browser went away: no hurry.
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            n_bytes += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if n_bytes > self._most_bytes:
                raise HTTPException(413)
            return message

        await self._app(scope, receiving, send)
