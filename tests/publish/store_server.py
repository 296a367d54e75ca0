"""A local S3 server (moto) for the tests, which fails when it is asked to.

python -m tests.publish.store_server: prints its port, then serves until it is killed.

POST /-/faults with JSON {"times": 2, "status": 503, "method": "PUT", "holds": "lift"} makes the
next so many matching requests fail; status 0 closes the connection without an answer, "after": true
does so after the work was done. GET /-/log gives method and path of every request.
"""

import json
import socket
import sys
from collections.abc import Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import FakeDeleteMarker
from werkzeug.serving import WSGIRequestHandler, make_server

# moto forgets it where the mark of a removed object is removed itself.
if not hasattr(FakeDeleteMarker, "dispose"):
    FakeDeleteMarker.dispose = lambda _: None  # type: ignore[attr-defined]


class Quiet(WSGIRequestHandler):
    """Says nothing of requests, and keeps connections for the next ones."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


class Faulty:
    """Passes requests on to a server, but for those that are to fail."""

    def __init__(self, served: Any) -> None:
        self.served = served
        self.faults: list[dict[str, Any]] = []
        self.log: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"] + "?" + environ.get("QUERY_STRING", "")
        if path.startswith("/-/faults"):
            content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            self.faults = json.loads(content)
            self.log.clear()
            return self._say(start, b"")
        if path.startswith("/-/log"):
            return self._say(start, json.dumps(self.log).encode())
        self.log.append(f"{environ['REQUEST_METHOD']} {path}")
        fault = self._fault(environ["REQUEST_METHOD"], path)
        if fault is None:
            return self.served(environ, start)
        if fault.get("after"):
            b"".join(self.served(environ, lambda *_: None))
        if fault["status"] == 0:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        start(f"{fault['status'] or 500} Fault", [("Content-Type", "application/xml")])
        code = fault.get("code", "ServiceUnavailable")
        return [f"<Error><Code>{code}</Code><Message>asked for</Message></Error>".encode()]

    def _fault(self, method: str, path: str) -> dict[str, Any] | None:
        for fault in self.faults:
            fits = fault.get("method", method) == method and fault.get("holds", "") in path
            if fits and fault.get("skip", 0) > 0:
                fault["skip"] -= 1
            elif fits and fault["times"] > 0:
                fault["times"] -= 1
                return fault
        return None

    def _say(self, start: Any, content: bytes) -> list[bytes]:
        start("200 OK", [("Content-Length", str(len(content)))])
        return [content]


if __name__ == "__main__":
    application = Faulty(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()
