"""Progress as plain lines, for an error stream that is a file or a mail and no terminal."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import IO

from ptml.jobs.pace import EVERY_SECONDS, Pace, Standing

# A job that is over at once, or fails at once, tells its end alone.
QUIET_SECONDS = 3.0


class PlainLines:
    """A line when a stage begins, and every 30 seconds one about how far it is."""

    def __init__(
        self,
        stream: IO[str],
        now: Callable[[], datetime],
        clock: Callable[[], float],
        every_seconds: float = EVERY_SECONDS,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._stream = stream
        self._now = now
        self._clock = clock
        self._pace = Pace(clock, every_seconds)
        self._loud_from = clock() + quiet_seconds
        self._held: list[str] = []

    def stage(self, title: str) -> None:
        """Tell that a stage begins."""
        self._pace.begin(title)
        self._say(title)

    def step(self, done: int, total: int) -> None:
        """Tell how far it is, now and then."""
        standing = self._pace.due(done, total)
        if standing is not None:
            self._say(f"{standing.stage}: {_words(standing)}")
        elif self._held and self._clock() >= self._loud_from:
            self._flush()

    def _say(self, words: str) -> None:
        self._held.append(f"{self._now().astimezone(UTC):%H:%M:%S} UTC  {words}\n")
        if self._clock() >= self._loud_from:
            self._flush()

    def _flush(self) -> None:
        try:
            self._stream.write("".join(self._held))
            self._stream.flush()
        except OSError:
            # Nobody reads any more: no reason to end the job.
            pass
        self._held.clear()


def _words(standing: Standing) -> str:
    told = f"{standing.done:,} of {standing.total:,}"
    if standing.rate is None or standing.seconds_left is None:
        return told
    return f"{told}, {standing.rate:.3g} a second, {_duration(standing.seconds_left)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
