"""Folds by time."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ptml.transfer.config import WarningConfig
from ptml.transfer.labels import Labels
from ptml.transfer.splits import forward_steps, time_split


def labels_of(days: list[int], window_days: int = 90) -> Labels:
    day = np.array(sorted(days), dtype=np.int32)
    n = len(day)
    return Labels(
        enrolment=np.arange(n, dtype=np.int32),
        employee=np.arange(n, dtype=np.int32),
        completed=day,
        known_from=(day + window_days + 1).astype(np.int32),
        first_check=day,
        mean_score=np.ones(n, dtype=np.float32),
        reason=np.zeros(n, dtype=np.uint8),
        blocked=np.zeros(n, dtype=np.bool_),
        weak=np.zeros(n, dtype=np.bool_),
    )


@given(st.lists(st.integers(0, 1500), max_size=60), st.integers(0, 2000), st.booleans())
def test_outcomes_of_an_earlier_span_are_known_before_a_later_one_starts(
    days: list[int], as_of_day: int, has_test: bool
) -> None:
    labels = labels_of(days)
    split = time_split(labels, as_of_day, WarningConfig(), has_test=has_test)
    spans = [split.train, split.calibrate, *([split.test] if has_test else [])]
    for earlier, later in pairwise(spans):
        inside = earlier.holds(labels.completed)
        assert (labels.known_from[inside] <= later.start).all()
        assert not (inside & later.holds(labels.completed)).any()
    in_any = np.any([span.holds(labels.completed) for span in spans], axis=0)
    assert (labels.known_at(as_of_day) | ~in_any | (labels.known_from > as_of_day)).all()


def test_long_history_gives_the_spans_that_were_asked_for() -> None:
    split = time_split(labels_of(list(range(2000))), 2500, WarningConfig(), has_test=True)
    assert split.test.end - split.test.start == WarningConfig().test_days
    assert split.calibrate.end - split.calibrate.start == WarningConfig().calibration_days
    assert split.test.end == 2000
    assert split.train.start == 0


def test_short_history_keeps_most_for_training() -> None:
    split = time_split(labels_of(list(range(400))), 1000, WarningConfig(), has_test=True)
    assert split.test.end - split.test.start == 100
    assert split.calibrate.end - split.calibrate.start == 80


def test_steps_go_back_one_span_at_a_time_with_the_gap_before_each() -> None:
    split = time_split(labels_of(list(range(1000))), 1500, WarningConfig(), has_test=False)
    steps = forward_steps(split, 3, 90)
    assert steps[0] == (split.train, split.calibrate)
    for (_, later), (_, earlier) in pairwise(steps):
        assert earlier.end == later.start
    for learnt, held in steps:
        assert held.end - held.start == 120
        assert held.start - learnt.end == 90


def test_steps_end_where_nothing_is_left_to_learn_from() -> None:
    split = time_split(labels_of(list(range(400))), 1000, WarningConfig(), has_test=False)
    assert len(forward_steps(split, 9, 90)) == 3
