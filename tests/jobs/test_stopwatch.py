"""Where the time of a job goes."""

from collections.abc import Callable

import pytest

from ptml.jobs.stopwatch import Stopwatch


def _ticking(step: float = 1.0) -> Callable[[], float]:
    """A clock that moves on by a step each time that it is looked at."""
    now = [0.0]

    def look() -> float:
        now[0] += step
        return now[0]

    return look


def test_a_span_has_only_the_time_that_no_span_within_it_has() -> None:
    watch = Stopwatch(_ticking(), _ticking(0.5))
    with watch.span("job"):
        with watch.span("reading"):
            pass
        with watch.span("reading"):
            pass
    job, reading = watch.spent["job"], watch.spent["reading"]
    assert (reading.wall, reading.processor, reading.calls) == (2.0, 1.0, 2)
    assert (job.wall, job.processor, job.calls) == (3.0, 1.5, 1)


def test_a_function_that_calls_itself_counts_once() -> None:
    watch = Stopwatch(_ticking(), _ticking())

    def down(n: int) -> int:
        return timed(n - 1) if n else 0

    timed = watch.watched("down", down)
    assert timed(3) == 0
    # Four calls are looked at eight times: seven steps lie between the first look and the last.
    assert (watch.spent["down"].wall, watch.spent["down"].calls) == (7.0, 4)


def test_an_error_ends_a_span_as_any_end_does() -> None:
    watch = Stopwatch(_ticking(), _ticking())
    with pytest.raises(ZeroDivisionError), watch.span("all"), watch.span("broken"):
        _ = 1 / 0
    with watch.span("after"):
        pass
    assert {name: spent.calls for name, spent in watch.spent.items()} == {
        "all": 1,
        "broken": 1,
        "after": 1,
    }
    assert watch.spent["after"].wall == 1.0
