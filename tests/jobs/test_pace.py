"""Rate and time left, told at a bounded rate."""

from ptml.jobs.pace import Pace, Standing


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_stage_tells_at_most_every_thirty_seconds() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.begin("Scoring people")
    told = []
    for second in range(1, 101):
        clock.seconds = float(second)
        told.append(pace.due(second, 200))
    standings = [standing for standing in told if standing is not None]
    assert [s.seconds for s in standings] == [30, 60, 90]
    assert standings[1] == Standing("Scoring people", 60, 200, 60.0, 1.0, 140.0)


def test_nothing_done_has_no_rate() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.begin("Reading")
    clock.seconds = 31.0
    standing = pace.due(0, 5)
    assert standing is not None
    assert (standing.rate, standing.seconds_left) == (None, None)
