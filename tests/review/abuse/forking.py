"""A stock of `ptml review` processes that are there at once, and can be killed.

Starting Python with all its libraries takes seconds. This program imports them once, and whenever
a line with a port comes in, forks a process that runs the verb itself.

Run as ``python -m tests.review.abuse.forking DATA DB``; each started process is told by its id.
"""

import os
import signal
import sys

from ptml.cli.review import review


def main() -> None:
    """Fork a server for each port that is read."""
    data, db = sys.argv[1:]
    # Children that were killed are taken away by the system.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            review(data, db, "127.0.0.1", int(line), True, False, None, None)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import uvicorn  # noqa: F401

    import ptml.review  # noqa: F401

    main()
