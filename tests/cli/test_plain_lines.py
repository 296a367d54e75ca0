"""Progress for a mail or a file: few lines, and none of what is over at once."""

import io
from datetime import UTC, datetime, timedelta

from ptml.cli.plain_lines import PlainLines


class Clock:
    """Time that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 10, 2, 4, 17, tzinfo=UTC) + timedelta(seconds=self.seconds)


def _lines(seconds_a_step: float, n: int = 100) -> list[str]:
    stream, clock = io.StringIO(), Clock()
    lines = PlainLines(stream, clock.now, clock)
    lines.stage("Reading and checking")
    clock.seconds += seconds_a_step
    lines.stage("Scoring people")
    for done in range(1, n + 1):
        clock.seconds += seconds_a_step
        lines.step(done, n)
    return stream.getvalue().splitlines()


def test_a_job_that_is_over_at_once_says_nothing() -> None:
    assert _lines(0.01) == []


def test_a_long_job_tells_each_stage_and_every_half_minute_how_far_it_is() -> None:
    assert _lines(1.0) == [
        "04:17:00 UTC  Reading and checking",
        "04:17:01 UTC  Scoring people",
        "04:17:31 UTC  Scoring people: 30 of 100, 1 a second, 1 min 10 s left",
        "04:18:01 UTC  Scoring people: 60 of 100, 1 a second, 40 s left",
        "04:18:31 UTC  Scoring people: 90 of 100, 1 a second, 10 s left",
    ]


def test_hours_are_told_as_hours() -> None:
    assert _lines(1800.0, 5)[-2].endswith("4 of 5, 0.000556 a second, 30 min 00 s left")
    assert _lines(1800.0, 9)[2].endswith("1 of 9, 0.000556 a second, 4 h 00 min left")


def test_a_stream_that_nobody_reads_ends_no_job() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    clock = Clock()
    lines = PlainLines(Closed(), clock.now, clock)
    clock.seconds = 99.0
    lines.stage("Scoring people")
