"""A wire to a server, which can be cut."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

_BLOCK_BYTES = 1 << 16


class Wire:
    """Passes what comes to a port of this machine on to a server, till it is cut.

    Parameters
    ----------
    reach : callable
        Gives a new connection to the server.

    Attributes
    ----------
    port : int
    is_cut : bool
        Whether new connections are refused.
    """

    def __init__(self, reach: Callable[[], socket.socket]) -> None:
        self._reach = reach
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listening.getsockname()[1]
        self.is_cut = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_cut = True
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        """End every connection at once, in the middle of whatever it carries."""
        while self._open:
            ended = self._open.pop()
            with suppress(OSError):
                ended.shutdown(socket.SHUT_RDWR)
            ended.close()

    def mend(self) -> None:
        """Let new connections through again."""
        self.is_cut = False

    def _serve(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            try:
                there = None if self.is_cut else self._reach()
            except OSError:
                there = None
            if there is None:
                here.close()
                continue
            self._open += [here, there]
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while block := one.recv(_BLOCK_BYTES):
            other.sendall(block)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
