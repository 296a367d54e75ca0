"""Call the command line, as its own process, through a launcher."""

import json
import os
import subprocess
import sys
from typing import Any, Self

from ptml.errors import PtmlError
from ptml.jobs.faults.order import NO_HARM, Ended, Order

# `jobs` may not import the command line; its launcher is started as a user's script would be.
_SCRIPT = "from ptml.cli import main; from ptml.jobs.faults.launcher import serve; serve(main)"


class Calls:
    """One call at a time; make another one of these for a second at the same time."""

    def __init__(self) -> None:
        # One thread a library: threads of a fork's parent are not there in the fork.
        alone = dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **alone},
        )
        self._answer()

    def run(self, order: Order) -> Ended:
        """Call, and wait till it ends, was killed, or stopped where it was asked to."""
        self.begin(order)
        return self.end()

    def begin(self, order: Order) -> None:
        """Call, and do not wait: `end` does."""
        asked = {"words": list(order.words), "environment": dict(order.environment)}
        self._tell({**asked, "harm": (order.harm or NO_HARM).asked})

    def send(self, signal: int) -> Ended:
        """Send a signal to the call that stopped, and wait till it ends."""
        self._tell({"signal": int(signal)})
        return self.end()

    def end(self) -> Ended:
        """Wait for the call that was begun."""
        return Ended(**self._answer())

    def _tell(self, asked: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PtmlError("the process that starts the trials is gone")
        return dict(json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Its input ends, and so does it; all of its streams are closed here too.
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
