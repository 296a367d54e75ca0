"""Windows against a plain loop over the events."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.features.days import NEVER
from ptml.features.windows import EventLog, SumLog, Window, expand

EVENTS = st.lists(
    st.tuples(
        st.integers(-1, 3),
        st.one_of(st.integers(-40, 40), st.just(int(NEVER))),
        st.one_of(st.integers(0, 4000).map(lambda k: k / 16), st.just(float("nan"))),
    ),
    max_size=25,
)
QUERIES = st.lists(
    st.tuples(st.integers(-1, 4), st.integers(-45, 45), st.integers(-45, 45)),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(events=EVENTS, queries=QUERIES)
def test_count_sum_mean_and_last_are_those_of_the_events_in_the_window(
    events: list[tuple[int, int, float]], queries: list[tuple[int, int, int]]
) -> None:
    owner, day, value = _columns(events)
    log = EventLog.of(owner, day, {"value": value})
    asked, first, end = (np.array(c, dtype=np.int32) for c in zip(*queries, strict=True))
    for k, (who, start, stop) in enumerate(queries):
        inside = sorted(
            (d, k, v)
            for k, (o, d, v) in enumerate(events)
            if o == who >= 0 and start <= d < stop and d != NEVER
        )
        known = [v for _, _, v in inside if not np.isnan(v)]
        one = (asked[k : k + 1], first[k : k + 1], end[k : k + 1])
        assert log.count(*one)[0] == len(inside)
        assert log.sum("value", *one)[0] == sum(known)
        _same(log.mean("value", *one)[0], np.mean(known) if known else np.nan)
        _same(log.last("value", *one)[0], inside[-1][2] if inside else np.nan)


@given(events=EVENTS)
def test_spread_and_slope_are_the_textbook_ones(events: list[tuple[int, int, float]]) -> None:
    owner, day, value = _columns(events)
    log = EventLog.of(owner, day, {"value": value})
    window = log.before(np.array([1], np.int32), np.array([50], np.int32))
    inside = [(d, v) for o, d, v in events if o == 1 and d < 50 and not np.isnan(v)]
    days, values = (np.array([pair[k] for pair in inside], dtype=float) for k in (0, 1))
    spread = values.std(ddof=1) if len(values) > 1 else np.nan
    np.testing.assert_allclose(log.spread_of("value", window)[0], spread, rtol=1e-5, atol=1e-6)
    if len(set(days)) > 1:
        slope = np.polyfit(days, values, 1)[0]
        np.testing.assert_allclose(log.slope_of("value", window)[0], slope, rtol=1e-4, atol=1e-5)
    else:
        assert np.isnan(log.slope_of("value", window)[0])


def test_a_constant_has_no_spread_at_all() -> None:
    log = EventLog.of(
        np.zeros(3, np.int32),
        np.arange(3, dtype=np.int32),
        {"value": np.full(3, 66.6, dtype=np.float32)},
    )
    window = log.before(np.zeros(1, np.int32), np.array([9], np.int32))
    assert log.spread_of("value", window)[0] == 0
    assert log.slope_of("value", window)[0] == 0


def test_neighbours_do_not_change_the_last_bit_of_a_sum() -> None:
    rng = np.random.default_rng(1)
    value = rng.uniform(0, 1e7, 100).astype(np.float32)
    owner = np.repeat(np.arange(10, dtype=np.int32), 10)
    day = np.tile(np.arange(10, dtype=np.int32), 10)
    asked, end = np.array([9], np.int32), np.array([99], np.int32)
    everybody = EventLog.of(owner, day, {"value": value})
    alone = EventLog.of(owner[90:], day[90:], {"value": value[90:]})
    assert everybody.sum("value", asked, day[:1], end) == alone.sum("value", asked, day[:1], end)


def test_events_of_one_day_keep_their_order() -> None:
    log = EventLog.of(
        np.zeros(3, np.int32),
        np.full(3, 7, np.int32),
        {"value": np.array([3.0, 1.0, 2.0], dtype=np.float32)},
    )
    window = log.before(np.zeros(1, np.int32), np.array([8], np.int32))
    assert log.at("value", window)[0] == 2
    assert log.at("value", window, back=3)[0] == 3
    assert np.isnan(log.at("value", window, back=4)[0])
    assert log.source_at(window, back=4)[0] == -1
    assert log.day_at(window, back=4)[0] == NEVER


def test_sum_log_adds_rows_of_one_owner_and_day() -> None:
    log = SumLog.of(np.array([1, 0, 1]), np.array([5, 5, 5], np.int32), {"n": np.array([2, 9, 4])})
    window = log.before(np.array([0, 1, 2], np.int32), np.array([6, 6, 6], np.int32))
    assert log.total("n", window).tolist() == [9, 6, 0]


def test_expand_lists_the_events_of_each_query_in_order() -> None:
    query, event = expand(Window(np.array([4, 0, 2]), np.array([6, 0, 3])))
    assert query.tolist() == [0, 0, 2]
    assert event.tolist() == [4, 5, 2]


def test_far_days_do_not_run_into_another_owner() -> None:
    owner = np.array([1, 2], np.int32)
    log = EventLog.of(owner, np.array([2_932_896, -719_162], np.int32))
    far = np.array([NEVER, NEVER], np.int32)
    assert log.before(owner, far).count.tolist() == [1, 1]


def _columns(
    events: list[tuple[int, int, float]],
) -> tuple[
    np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    np.ndarray[tuple[int, ...], np.dtype[np.float32]],
]:
    return (
        np.array([event[0] for event in events], dtype=np.int32),
        np.array([event[1] for event in events], dtype=np.int32),
        np.array([event[2] for event in events], dtype=np.float32),
    )


def _same(found: np.floating, expected: float | np.floating) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-6)
