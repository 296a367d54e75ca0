"""Processor time that a PostgreSQL server of this machine has used, of all its processes."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class Lap:
    """One turn: rows, wall seconds, processor seconds of this process and of the server."""

    rows: int
    seconds: float
    client: float
    server: float | None


class ServerClock:
    """Reads the time from ``/proc``; a server elsewhere has none.

    Parameters
    ----------
    connection : psycopg.Connection
        Any connection to the server.
    """

    def __init__(self, connection: Any) -> None:
        found = Path(f"/proc/{connection.info.backend_pid}/stat")
        is_here = found.exists() and found.read_text(encoding="utf-8").startswith(
            f"{connection.info.backend_pid} (postgres)"
        )
        self._parent = int(_fields(found)[1]) if is_here else None

    def read(self) -> tuple[float, int] | None:
        """Seconds of all processes, ended ones too, and how many run; None for one elsewhere."""
        if self._parent is None:
            return None
        # Ended ones were added to their parent: its last two of these four.
        ticks = sum(map(int, _fields(Path(f"/proc/{self._parent}/stat"))[11:15]))
        n_running = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = _fields(stat)
            except OSError:  # It ended meanwhile.
                continue
            if fields[1] == str(self._parent):
                n_running += 1
                ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS, n_running


def lap(run: Callable[[], int], clock: ServerClock) -> Lap:
    """Run a way once."""
    before, wall, own = clock.read(), time.perf_counter(), time.process_time()
    rows = run()
    seconds, client = time.perf_counter() - wall, time.process_time() - own
    if before is None:
        return Lap(rows, seconds, client, None)
    ended = time.perf_counter() + _PATIENCE_SECONDS
    # A connection's process counts once it has ended, a moment after its connection.
    while (after := clock.read()) and after[1] > before[1] and time.perf_counter() < ended:
        time.sleep(0.05)
    return Lap(rows, seconds, client, after[0] - before[0] if after else None)


def _fields(stat: Path) -> list[str]:
    # The name may hold anything; what follows its last bracket is plain.
    return stat.read_text(encoding="utf-8").rpartition(")")[2].split()
