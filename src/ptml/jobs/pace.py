"""How fast a stage goes and how long it will take, told at a bounded rate."""

from collections.abc import Callable
from dataclasses import dataclass

EVERY_SECONDS = 30.0
"""Between two words about the same stage."""


@dataclass(frozen=True)
class Standing:
    """How far a stage is.

    Attributes
    ----------
    rate : float or None
        Parts a second since the stage began; None as long as nothing is done.
    seconds_left : float or None
        At that rate.
    """

    stage: str
    done: int
    total: int
    seconds: float
    rate: float | None
    seconds_left: float | None


class Pace:
    """Follows the stages of a job.

    Parameters
    ----------
    clock : callable
        Seconds since some moment, which never go back.
    """

    def __init__(self, clock: Callable[[], float], every_seconds: float = EVERY_SECONDS) -> None:
        self._clock = clock
        self._every = every_seconds
        self._began = self._told = clock()
        self._stage = ""

    def begin(self, stage: str) -> None:
        """Begin a stage."""
        self._stage = stage
        self._began = self._told = self._clock()

    @property
    def seconds(self) -> float:
        """Since the stage began."""
        return self._clock() - self._began

    def due(self, done: int, total: int) -> Standing | None:
        """How far the stage is; None where that was told a moment ago."""
        now = self._clock()
        if now - self._told < self._every:
            return None
        self._told = now
        seconds = now - self._began
        rate = done / seconds if done and seconds > 0 else None
        left = None if rate is None else max(total - done, 0) / rate
        return Standing(self._stage, done, total, seconds, rate, left)
