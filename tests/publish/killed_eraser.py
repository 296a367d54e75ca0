"""A process that erases a person and dies, for the tests of it; it forks an eraser an order.

An order is `out`, `person` and when to die: `step`, as in `killed_publisher`, or for a server
`statement`, a part of its text.
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


def die_at_statement(text: str) -> None:
    """Arrange for SIGKILL before a server is told the first statement that holds some text."""
    execute: Any = psycopg.Connection.execute

    def watched(connection: Any, query: Any, *more: Any, **words: Any) -> Any:
        told = query if isinstance(query, str) else query.as_string(connection)
        if text in told:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(connection, query, *more, **words)

    patched: Any = psycopg.Connection
    patched.execute = watched


def run(order: dict[str, Any]) -> None:
    """Erase, and die."""
    if is_a(Form.postgres, order["out"]):
        die_at_statement(order["statement"])
    else:
        die_at(order["step"], order["out"])
    erase(order["out"], order["person"])


if __name__ == "__main__":
    answer(run)
