"""Life tables against a library, with late entries and leaving that competes."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from ptml.decide.proficiency.survival import (
    LifeTable,
    left_by,
    median,
    reached,
    reached_if_stayed,
)
from ptml.intervals import Z_90

MONTHS = 25


def _table(entry: list[int], stop: list[int], ended: list[int]) -> LifeTable:
    """`ended`: 0 open, 1 proficient, 2 left."""

    def counts(month: list[int], kept: list[bool]) -> np.ndarray:
        chosen = [m for m, is_kept in zip(month, kept, strict=True) if is_kept]
        return np.bincount(chosen, minlength=MONTHS).astype(np.int64)

    everybody = [True] * len(entry)
    return LifeTable.of(
        counts(entry, everybody), *(counts(stop, [e == k for e in ended]) for k in (1, 2, 0))
    )


def _drawn(n: int, seed: int) -> tuple[list[int], list[int], list[int]]:
    rng = np.random.default_rng(seed)
    times = np.ceil(rng.exponential([[8], [20], [14]], (3, n))).astype(int)
    entry = np.where(rng.random(n) < 0.3, rng.integers(1, 4, n), 0)
    stop = np.minimum(times.min(axis=0), MONTHS - 1)
    ended = np.where(times.min(axis=0) >= MONTHS, 0, (times.argmin(axis=0) + 1) % 3)
    kept = entry < stop
    return entry[kept].tolist(), stop[kept].tolist(), ended[kept].tolist()


def test_by_hand() -> None:
    # Five people: proficient in months 2 and 4, one left in 3, two still open at 5.
    table = _table([0] * 5, [2, 3, 4, 5, 5], [1, 2, 1, 0, 0])
    assert table.at_risk[:6].tolist() == [5, 5, 5, 4, 3, 2]
    stayed = reached_if_stayed(table)
    assert stayed.share[[1, 2, 3, 4]].tolist() == pytest.approx([0, 0.2, 0.2, 1 - 0.8 * 2 / 3])
    # Leaving counts against it: 1/5, then of the 3/5 still open one third.
    assert reached(table).share[[2, 4]].tolist() == pytest.approx([0.2, 0.4])
    assert left_by(table)[4] == pytest.approx(0.2)


def test_who_enters_late_is_at_risk_from_then_on_only() -> None:
    table = _table([0, 0, 3], [2, 5, 5], [1, 0, 0])
    assert table.at_risk[:6].tolist() == [2, 2, 2, 1, 2, 2]
    assert reached_if_stayed(table).share[2] == pytest.approx(0.5)


def test_without_leaving_both_curves_are_one() -> None:
    entry, stop, ended = _drawn(300, 1)
    table = _table(entry, stop, [1 if e == 1 else 0 for e in ended])
    assert reached(table).share == pytest.approx(reached_if_stayed(table).share)


def test_leaving_makes_the_share_of_all_smaller_and_parts_add_up() -> None:
    table = _table(*_drawn(400, 2))
    found = reached(table)
    assert (found.share <= reached_if_stayed(table).share + 1e-12).all()
    assert found.share + left_by(table) + table.still_open == pytest.approx(np.ones(MONTHS))


def test_product_limit_is_that_of_a_library_with_late_entries() -> None:
    entry, stop, ended = _drawn(300, 4)
    ours = reached_if_stayed(_table(entry, stop, ended))
    status = np.array([e == 1 for e in ended]).astype(int)
    theirs = SurvfuncRight(np.array(stop), status, entry=np.array(entry))
    at = theirs.surv_times.astype(int)
    assert 1 - ours.share[at] == pytest.approx(theirs.surv_prob)


def test_cumulative_incidence_and_its_error_are_those_of_a_library() -> None:
    _, stop, ended = _drawn(300, 6)
    ours = reached(_table([0] * len(stop), stop, ended))
    theirs = CumIncidenceRight(np.array(stop), np.array(ended))
    at = theirs.times.astype(int)
    assert ours.share[at] == pytest.approx(theirs.cinc[0])
    inside = (ours.share[at] > 0) & (ours.share[at] < 1)
    width = np.log(-np.log(ours.low[at])) - np.log(-np.log(ours.high[at]))
    error = width / (2 * Z_90) * -ours.share[at] * np.log(ours.share[at])
    assert error[inside] == pytest.approx(theirs.cinc_se[0][inside], rel=0.02)


@pytest.mark.parametrize("which", ["reached", "reached_if_stayed"])
def test_intervals_hold_the_truth_nine_times_in_ten(which: str) -> None:
    of = {"reached": reached, "reached_if_stayed": reached_if_stayed}[which]
    large = of(_table(*_drawn(200_000, 5))).share
    at, hits = [3, 6, 12], []
    for seed in range(150):
        found = of(_table(*_drawn(80, 100 + seed)))
        hits.append((found.low[at] <= large[at]) & (large[at] <= found.high[at]))
    assert np.mean(hits) == pytest.approx(0.9, abs=0.035)


def test_the_interval_of_the_median_holds_it_nine_times_in_ten() -> None:
    large, _, _ = median(reached_if_stayed(_table(*_drawn(200_000, 5))))
    hits = []
    for seed in range(200):
        _, low, high = median(reached_if_stayed(_table(*_drawn(80, 500 + seed))))
        hits.append(low <= large <= np.nan_to_num(high, nan=np.inf))
    # Months are whole, so the interval is a little wide.
    assert 0.87 <= np.mean(hits) <= 0.985


def test_a_median_that_is_not_seen_yet_is_not_made_up() -> None:
    middle, low, high = median(
        reached_if_stayed(_table([0] * 10, [3] * 2 + [6] * 8, [1] * 2 + [0] * 8))
    )
    assert np.isnan([middle, high]).all()
    # That it may be as early as month 3 is not ruled out by ten people.
    assert low == 3
