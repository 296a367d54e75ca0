"""How a PostgreSQL server is talked to, as a source and as a place to publish to."""

from pathlib import Path

from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

_LONGEST_WAIT_SECONDS = 30.0


class PostgresConfig(FrozenConfig):
    """Time-outs, attempts and connections; none of it changes an answer."""

    connections: PositiveInt = 2
    """Connections that read a big table of the source at a time, all in one snapshot."""
    attempts: PositiveInt = 5
    """How often a server that cannot be reached, goes away or is busy is tried."""
    first_wait_seconds: NonNegativeFloat = 0.5
    """Pause before the second attempt; each further one is twice as long, 30 seconds at most."""
    lock_seconds: PositiveFloat = 30.0
    """How long one statement waits for a lock that somebody else holds on the output tables."""
    statement_seconds: PositiveFloat = 3600.0
    """How long one statement may take: one table read, written, or given its keys."""
    kept_runs: PositiveInt = 5
    """Published runs that stay in the schema; older ones are removed, their row in `runs` stays."""
    work_folder: Path | None = None
    """Where a run is put together before it is sent; empty = a folder of this user in the temporary
    one."""

    def waits(self) -> list[float]:
        """Seconds to wait between the attempts."""
        waits = (self.first_wait_seconds * 2**k for k in range(self.attempts - 1))
        return [min(wait, _LONGEST_WAIT_SECONDS) for wait in waits]
