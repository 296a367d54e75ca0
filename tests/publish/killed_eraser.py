"""A process that erases a person and dies, for the tests of it; it forks an eraser an order.

An order is `out`, `person` and `step`: before that call of the operating system, as in
`killed_publisher`, or before that statement to a server.
"""

import os
import signal
from typing import Any

import psycopg

from ptml.publish.erasing import People, erasable
from ptml.publish.form import Form

from .killed_publisher import die_at
from .runs import is_a
from .talker import answer


def erase(out: str, employee_id: str) -> None:
    """Take a person out of a place."""
    place = erasable(out)
    with place.alone():
        whom = People.of([employee_id], [place.known([employee_id])])
        list(place.erase(whom, {"at": "2026-10-02", "people": 1}))


def die_at_statement(step: int) -> None:
    """Arrange for SIGKILL before the given statement to a server."""
    seen = 0
    execute: Any = psycopg.Connection.execute

    def counted(*words: Any, **more: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*words, **more)

    patched: Any = psycopg.Connection
    patched.execute = counted


def run(order: dict[str, Any]) -> None:
    """Erase, and die."""
    if is_a(Form.postgres, order["out"]):
        die_at_statement(order["step"])
    else:
        die_at(order["step"], order["out"])
    erase(order["out"], order["person"])


if __name__ == "__main__":
    answer(run)
