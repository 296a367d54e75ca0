"""Where the time of a job goes: named spans that may lie in one another, each with its own part."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

Seconds = Callable[[], float]
Taken = ParamSpec("Taken")
Given = TypeVar("Given")


@dataclass
class Spent:
    """Time that went by in the spans of one name, without that in spans within them.

    Attributes
    ----------
    wall, processor : float
        Seconds.
    calls : int
    """

    wall: float = 0.0
    processor: float = 0.0
    calls: int = 0


class Stopwatch:
    """Adds up the time of spans by name.

    Parameters
    ----------
    wall, processor : callable
        Seconds that never go back: by the clock, and of all threads of this process. They are
        passed in, as any clock is.

    Attributes
    ----------
    spent : dict of str to Spent
        In the order in which the names were first met.

    Examples
    --------
    >>> ticks = iter([0.0, 1.0, 3.0, 6.0])
    >>> watch = Stopwatch(lambda: next(ticks), lambda: 0.0)
    >>> with watch.span("all"):
    ...     with watch.span("a part"):
    ...         pass
    >>> watch.spent["all"].wall, watch.spent["a part"].wall
    (4.0, 2.0)
    """

    def __init__(self, wall: Seconds, processor: Seconds) -> None:
        self._wall, self._processor = wall, processor
        self._open: list[Spent] = []
        self.spent: dict[str, Spent] = {}

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Count what happens within as ``name``; an error ends the span as any end does."""
        own = self.spent.setdefault(name, Spent())
        inner = Spent()
        self._open.append(inner)
        wall, processor = self._wall(), self._processor()
        try:
            yield
        finally:
            wall, processor = self._wall() - wall, self._processor() - processor
            self._open.pop()
            own.wall += wall - inner.wall
            own.processor += processor - inner.processor
            own.calls += 1
            if self._open:
                self._open[-1].wall += wall
                self._open[-1].processor += processor

    def watched(self, name: str, function: Callable[Taken, Given]) -> Callable[Taken, Given]:
        """Give a function that does the same and counts as ``name``."""

        @functools.wraps(function)
        def timed(*args: Taken.args, **kwargs: Taken.kwargs) -> Given:
            with self.span(name):
                return function(*args, **kwargs)

        return timed
