"""A process that is asked over its input, forks a child that may die, and says how that ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_LONGEST_SECONDS = 60

Talker = Callable[..., str]
"""Takes the words of an order; answers `died` or `done`."""


@contextmanager
def talking(module: str) -> Iterator[Talker]:
    """Start a module that ends in `answer`, and ask it until the end."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def ask(**order: object) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline().strip()
            assert answer in ("died", "done")
            return answer

        yield ask
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=_LONGEST_SECONDS)


def answer(work: Callable[[dict[str, Any]], None]) -> None:
    """Do every order of the input in a child of its own, killed after `seconds` where it says so.

    Imports are done once, by the process that forks.
    """
    for line in sys.stdin:
        sys.stdout.write(_ended(work, json.loads(line)) + "\n")
        sys.stdout.flush()


def _ended(work: Callable[[dict[str, Any]], None], order: dict[str, Any]) -> str:
    child = os.fork()
    if child == 0:
        signal.alarm(_LONGEST_SECONDS)
        work(order)
        os._exit(0)
    if order.get("seconds"):
        time.sleep(order["seconds"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "died"
    return "done" if status == 0 else f"failed with {status}"
