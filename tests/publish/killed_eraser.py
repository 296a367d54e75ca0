"""A process that erases a person and dies, for `test_erasing_kill`; it forks an eraser a line.

A line of its input is JSON: `out`, `person` and `step`, as in `killed_publisher`.
"""

import json
import os
import signal
import sys
from typing import Any

from ptml.publish.erasing import People, erasable

from .killed_publisher import die_at


def erase(out: str, employee_id: str) -> None:
    """Take a person out of a place."""
    place = erasable(out)
    with place.alone():
        whom = People.of([employee_id], [place.known([employee_id])])
        list(place.erase(whom, {"at": "2026-10-02", "people": 1}))


def run(order: dict[str, Any]) -> str:
    """Erase in a process of its own and say how it ended."""
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        die_at(order["step"], order["out"])
        erase(order["out"], order["person"])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "died"
    return "done" if status == 0 else f"failed with {status}"


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(run(json.loads(line)) + "\n")
        sys.stdout.flush()
