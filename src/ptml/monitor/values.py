"""Whether the values of the newest rows are like those of before: odd shares, and distribution."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ptml.monitor.chance import KOLMOGOROV_MEAN, KOLMOGOROV_SD, above_past, share_tail
from ptml.monitor.change_point import step_in, step_in_ranks
from ptml.monitor.config import MonitorConfig
from ptml.monitor.distance import bin_edges, binned, largest_gap
from ptml.monitor.events import WAITED, Series, in_words
from ptml.monitor.finding import Finding, NotJudged

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.int32]

# Longer spans are tried in turn where the newest days hold too few rows.
_SPANS = (1, 2, 4, 7)
_LONGEST_PAST_DAYS = 800
_MOST_PAST, _LEAST_PAST = 26, 3
# Windows before the newest in which the day of a change is looked for.
_SHOWN_PAST = 6
_BROKEN = "Hold the newest export against the source: a change of units, format or codes?"
_DRIFTED = "Ask whether the change is real; if it is, train again on newer data."


@dataclass(frozen=True)
class Windows:
    """Rows of the newest days, and of as many days each before them, newest first.

    Attributes
    ----------
    rows : tuple of slice
        Of the series; the first is the newest.
    start : int
        First day of the newest.
    day : (n,) int32
        Of each row.
    """

    rows: tuple[slice, ...]
    start: int
    day: Days

    def lately(self, values: Doubles) -> tuple[Days, Doubles]:
        """Days and values (n,) of the newest and of a few earlier windows."""
        rows = slice(self.rows[: _SHOWN_PAST + 1][-1].start, self.rows[0].stop)
        return self.day[rows], values[rows]


def look_at_values(
    series: Series, as_of: int, config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Test each column of a series; the series holds only what was known before ``as_of``."""
    windows = _windows(series, as_of, config)
    if windows is None:
        return
    if len(windows.rows) <= _LEAST_PAST:
        yield NotJudged("values", series.name, "too few earlier rows to hold the newest against")
        return
    yield from _new_codes(series, windows)
    for name, raw in series.numbers.items():
        if name == WAITED:
            # It follows the season of what it waits for; volume makes use of it.
            continue
        values = _relative(series, raw, windows) if series.source.measured else raw
        yield from _of_column(f"{series.name}: {name}", raw, values, windows, config)


def _windows(series: Series, as_of: int, config: MonitorConfig) -> Windows | None:
    newest = int(series.day[-1]) if len(series.day) else -1
    if newest < as_of - config.window_days:
        return None
    for times in _SPANS:
        span = times * config.window_days
        ends = np.arange(as_of, as_of - _LONGEST_PAST_DAYS, -span)
        cut = np.searchsorted(series.day, ends)
        rows = [slice(int(a), int(b)) for b, a in pairwise(cut)]
        if rows[0].stop - rows[0].start < config.min_rows:
            continue
        full = [r for r in rows[1:] if r.stop - r.start >= config.min_rows]
        return Windows((rows[0], *full[:_MOST_PAST]), int(as_of - span), series.day)
    return None


def _relative(series: Series, raw: Doubles, windows: Windows) -> Doubles:
    """Each number relative to the median of what is measured, by rows before the newest."""
    past = slice(0, windows.rows[0].start)
    code = series.measured
    middle = np.full(int(code.max(initial=0)) + 1, np.nan)
    for k in np.unique(code[past]):
        known = raw[past][code[past] == k]
        known = known[np.isfinite(known)]
        middle[k] = np.median(known) if len(known) else np.nan
    return raw / np.where(middle == 0, np.nan, middle)[code]


def _of_column(
    name: str, raw: Doubles, values: Doubles, windows: Windows, config: MonitorConfig
) -> Iterator[Finding]:
    """Tests of one column: the raw numbers, and those relative to what is measured."""
    known = np.isfinite(values)
    past = np.concatenate([values[r] for r in windows.rows[1:]])
    past = past[np.isfinite(past)]
    is_empty = ~np.isfinite(raw)
    yield _share(f"{name} is empty", is_empty, windows, 0.15)
    if len(past) < config.min_rows:
        return
    low, middle, high = np.quantile(past, (0.002, 0.5, 0.998))
    reach = 1.5 * max(high - low, 1e-9)
    outside = known & ((values < middle - reach) | (values > middle + reach))
    yield _share(f"{name} is out of range", outside, windows, config.min_share)
    is_whole = np.isfinite(raw) & (raw == np.round(raw))
    yield _share(f"{name} is a whole number", is_whole, windows, 0.4)
    unit = "" if values is raw else ", 1 = usual for what is measured"
    yield _distribution(f"{name}: distribution", values, windows, unit, config)


def _new_codes(series: Series, windows: Windows) -> Iterator[Finding]:
    for what, code in (("a person", series.who), ("a course", series.what)):
        if len(np.unique(code)) < 2:
            continue
        first = np.zeros(len(code), dtype=np.bool_)
        first[np.unique(code, return_index=True)[1]] = True
        subject = f"{series.name}: {what} not seen before"
        yield _share(subject, first, windows, 0.25)


def _share(subject: str, hit: Bools, windows: Windows, least: float) -> Finding:
    found = _share_now(subject, hit, windows, least)
    return found.from_step(step_in(*windows.lately(hit.astype(float)))) if found.counts else found


def _share_now(subject: str, hit: Bools, windows: Windows, least: float) -> Finding:
    hits = np.array([hit[r].sum() for r in windows.rows], dtype=np.float64)
    sizes = np.array([r.stop - r.start for r in windows.rows], dtype=np.float64)
    rates = hits / sizes
    usual = float(hits[1:].sum() / sizes[1:].sum())
    rise = float(rates[0]) - max(float(rates[1:].max()), usual)
    return Finding(
        "values",
        subject,
        share_tail(int(hits[0]), int(sizes[0]), hits[1:], sizes[1:]),
        rise >= least and hits[0] >= 5,
        "critical",
        f"{rates[0]:.1%} of {int(sizes[0]):,} rows since {in_words(windows.start)}",
        f"{usual:.1%} before, never above {rates[1:].max():.1%}",
        _BROKEN,
        since=in_words(windows.start),
    )


def _distribution(
    subject: str, values: Doubles, windows: Windows, unit: str, config: MonitorConfig
) -> Finding:
    pooled = np.concatenate([values[r] for r in windows.rows[1:]])
    edges = bin_edges(pooled)
    counts = np.stack([binned(values[r], edges)[:-1] for r in windows.rows])
    sizes = np.maximum(counts.sum(axis=1), 1)
    total = counts[1:].sum(axis=0)
    others = total - np.vstack([np.zeros_like(total), counts[1:]])
    gap = largest_gap(counts, others)
    scaled = gap * np.sqrt(sizes * others.sum(axis=1) / np.maximum(sizes + others.sum(axis=1), 1))
    # Windows of before that hold hardly any known value say nothing.
    said = scaled[1:][sizes[1:] >= config.min_rows / 2]
    p = above_past(float(scaled[0]), said, KOLMOGOROV_MEAN, KOLMOGOROV_SD)
    now, before = values[windows.rows[0]], pooled
    grid = np.linspace(0.05, 0.95, 19)
    quantiles = [_quantiles(v, grid) for v in (before, now)]
    is_enough = sizes[0] >= config.min_rows
    has_other_unit = is_of_another_unit(before, now, config.unit_ratio)
    found = Finding(
        "values",
        subject,
        p if is_enough else None,
        bool(is_enough and gap[0] >= config.min_distance),
        "critical" if has_other_unit else "action",
        f"middle half {_middle(quantiles[1])} in {int(sizes[0]):,} rows since "
        f"{in_words(windows.start)}",
        f"middle half {_middle(quantiles[0])}{unit}",
        _BROKEN if has_other_unit else _DRIFTED,
        since=in_words(windows.start),
        drawn={"before": quantiles[0], "now": quantiles[1], "distance": round(float(gap[0]), 3)},
    )
    return found.from_step(step_in_ranks(*windows.lately(values))) if found.counts else found


def is_of_another_unit(before: Doubles, now: Doubles, ratio: float) -> bool:
    """Whether the middle moved so many times over that no people change so: it is the export.

    >>> scores = np.array([70.0, 80.0, 90.0])
    >>> is_of_another_unit(scores, scores / 100, 5.0), is_of_another_unit(scores, scores - 15, 5.0)
    (True, False)
    """
    known = [np.abs(v[np.isfinite(v)]) for v in (before, now)]
    if min(map(len, known)) == 0:
        return False
    low, high = sorted(float(np.median(v)) for v in known)
    return low > 0 and high / low >= ratio


def _quantiles(values: Doubles, grid: Doubles) -> list[float]:
    known = values[np.isfinite(values)]
    return [] if len(known) == 0 else [round(float(v), 4) for v in np.quantile(known, grid)]


def _middle(quantiles: list[float]) -> str:
    return "unknown" if not quantiles else f"{quantiles[4]:.3g} to {quantiles[14]:.3g}"
