"""One JSON line for each request and each failure, without a word about people.

A route by its name and not its address, since addresses hold ids and searches; an error by its
kind and place and not its message, since messages hold values.
"""

import json
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGER = logging.getLogger("ptml.review")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, what happened, and of an error its kind and where it was raised."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        told |= getattr(record, "told", None) or {"event": str(record.msg).strip()}
        if record.exc_info and record.exc_info[1] is not None:
            told |= about(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def about(error: BaseException) -> dict[str, object]:
    """Kind of an error and the lines of code that led to it; never its message."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{frame.filename.rpartition('/ptml/')[2]}:{frame.lineno}" for frame in frames]
    return {"error": type(error).__name__, "where": places}


def write_json_lines() -> None:
    """Let this process log in JSON, to its error stream."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    LOGGER.setLevel(logging.INFO)


class RequestLog:
    """Tells of each request when it is answered.

    Parameters
    ----------
    app : callable
    steady : callable
        Seconds of a clock that never goes back.
    """

    def __init__(self, app: ASGIApp, steady: Callable[[], float]) -> None:
        self._app = app
        self._steady = steady

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then write the line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = self._steady(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            LOGGER.info("request", extra={"told": self._told(scope, status, begun)})

    def _told(self, scope: Scope, status: int, begun: float) -> dict[str, object]:
        viewer = scope.get("state", {}).get("viewer")
        return {
            "event": "request",
            "method": scope["method"],
            "route": getattr(scope.get("route"), "name", None) or "-",
            "status": status,
            "ms": round(1000 * (self._steady() - begun), 1),
            "account": viewer.account_id if viewer else "-",
        }
