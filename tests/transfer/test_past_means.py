"""Norms as they were known on a day."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.transfer.past_means import STEP_DAYS, PastMean, load_means, save_means

events = st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 90), st.integers(0, 4)), max_size=30)


def codes(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    return np.array(values, dtype=np.int32)


@settings(max_examples=60, deadline=None)
@given(events, st.integers(0, 3), st.integers(0, 110), st.floats(0.5, 20))
def test_shrunk_mean_is_that_of_the_steps_that_have_passed(
    drawn: list[tuple[int, int, int]], owner: int, day: int, strength: float
) -> None:
    mean = PastMean.of(
        codes(*(row[0] for row in drawn)),
        codes(*(row[1] for row in drawn)),
        np.array([row[2] for row in drawn], dtype=np.float64),
    )
    seen = [
        (who, value)
        for who, known, value in drawn
        if who >= 0 and -(-known // STEP_DAYS) * STEP_DAYS < day
    ]
    found = mean.shrunk(codes(owner), codes(day), strength)[0]
    if not seen:
        assert np.isnan(found)
        return
    prior = np.mean([value for _, value in seen])
    own = [value for who, value in seen if who == owner]
    expected = (sum(own) + strength * prior) / (len(own) + strength)
    assert found == pytest.approx(expected, rel=1e-5)


def test_value_is_never_shown_before_the_day_after_it_was_known() -> None:
    mean = PastMean.of(codes(0), codes(28), np.array([1.0]))
    assert np.isnan(mean.of_all(codes(28))[0])
    assert mean.of_all(codes(29))[0] == 1.0


def test_unknown_values_and_owners_are_left_out() -> None:
    mean = PastMean.of(codes(0, 0, -1), codes(1, 1, 1), np.array([2.0, np.nan, 100.0]))
    assert mean.of_all(codes(50))[0] == 2.0
    assert mean.shrunk(codes(-1), codes(50), 5.0)[0] == 2.0


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    mean = PastMean.of(codes(0, 1, 1), codes(1, 20, 50), np.array([2.0, 3.0, 5.0]))
    nothing = PastMean.of(codes(), codes(), np.zeros(0))
    save_means({"course_exam": mean, "unit_weak": nothing}, tmp_path)
    read = load_means(tmp_path)
    owner, day = codes(0, 1, 2), codes(70, 30, 70)
    np.testing.assert_array_equal(
        read["course_exam"].shrunk(owner, day, 3.0), mean.shrunk(owner, day, 3.0)
    )
    assert np.isnan(read["unit_weak"].shrunk(owner, day, 3.0)).all()
