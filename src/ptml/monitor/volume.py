"""Whether tables arrive: how many rows a week, how large a delivery is, how old the newest row."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ptml.monitor.chance import count_tails
from ptml.monitor.change_point import Step, step_in
from ptml.monitor.config import MonitorConfig
from ptml.monitor.events import WAITED, Series, in_words
from ptml.monitor.finding import Finding, NotJudged

Doubles = NDArray[np.float64]
Days = NDArray[np.int32]

WEEK, QUARTER_WEEKS, YEAR_WEEKS = 7, 13, 52
# So many days without rows end a delivery; a table of a few rows a week has such gaps by chance.
BREAK_DAYS, SPARSE_ROWS = 21, 5
# Fewer rows more or less than expected are nobody's concern.
_LEAST_ROWS = 10
_LEAST_WEEKS, _LEAST_DELIVERIES = 16, 3
_LEAST_BEGUN = 100
_LEAST_DISPERSION, _LEAST_OF_DELIVERIES = 0.01, 0.004


def weekly_counts(day: Days, as_of: int, n_weeks: int) -> Doubles:
    """Rows in each of the weeks that end with ``as_of``, the newest last, (n_weeks,) float64."""
    week = (as_of - 1 - day[day < as_of].astype(np.int64)) // WEEK
    counts = np.bincount(week[week < n_weeks], minlength=n_weeks)
    return counts[::-1].astype(np.float64)


def look_at_volume(
    series: Series, as_of: int, config: MonitorConfig, lead: Series | None = None
) -> Iterator[Finding | NotJudged]:
    """Hold the newest weeks of a table against those before, tolerating growth and seasons.

    Parameters
    ----------
    lead : Series, optional
        Whose rows are followed by these: starts, of which some are completed after a while.
    """
    day = series.day[series.day < as_of]
    if len(day) == 0:
        return
    weeks = weekly_counts(day, as_of, 3 * YEAR_WEEKS)
    first = int(np.argmax(weeks > 0))
    due = None if lead is None else expected_to_follow(series, lead, as_of, len(weeks))[first:]
    weeks = weeks[first:]
    usual = float(np.median(weeks[weeks > 0])) if (weeks > 0).any() else 0.0
    starts = _starts(day)
    if due is None and len(starts) >= _LEAST_DELIVERIES and usual >= SPARSE_ROWS:
        yield _due(series, as_of, starts, config)
        yield from _size(series, day, as_of, starts, config)
    elif len(weeks) < _LEAST_WEEKS:
        yield NotJudged("volume", series.name, "fewer than 16 weeks of rows")
    else:
        spans = (4,) if usual < SPARSE_ROWS else (1, 2, 4)
        found = (_of_span(series, weeks, due, as_of, n_weeks, config) for n_weeks in spans)
        yield from (finding for finding in found if finding is not None)


def expected_to_follow(series: Series, lead: Series, as_of: int, n_weeks: int) -> Doubles:
    """Rows to be expected of each week by when what they follow came, (n_weeks,) float64.

    A season of starts is then no surprise when it ends in completions. How long rows wait, and how
    many never come, is that of what started in the year before the week, and could be over by it.
    NaN where that is not known.

    Notes
    -----
    ``sum_a lead[w - a] f(a)``, ``f(a)`` the share of starts that are followed ``a`` weeks later.
    """
    reach = YEAR_WEEKS // 2
    begun = weekly_counts(lead.day, as_of, n_weeks + YEAR_WEEKS + 2 * reach)
    waited = series.numbers[WAITED]
    known = np.isfinite(waited) & (waited >= 0)
    end = (as_of - 1 - series.day[known].astype(np.int64)) // WEEK
    start = (as_of - 1 - (series.day[known] - waited[known]).astype(np.int64)) // WEEK
    apart = start - end
    expected = np.full(n_weeks, np.nan)
    for back in range(n_weeks):
        first, last = back + reach, back + reach + YEAR_WEEKS
        of_year = (start >= first) & (start < last) & (apart < reach)
        n_begun = float(begun[len(begun) - last : len(begun) - first].sum())
        if n_begun < _LEAST_BEGUN:
            continue
        share = np.bincount(apart[of_year], minlength=reach) / n_begun
        ago = begun[len(begun) - 1 - back - np.arange(reach)]
        expected[n_weeks - 1 - back] = float(share @ ago)
    return expected


def _starts(day: Days) -> Days:
    """First days of deliveries, (k,): days with rows after a break."""
    first = np.flatnonzero(np.diff(day, prepend=day[0] - BREAK_DAYS - 1) > BREAK_DAYS)
    return day[first]


def _of_span(
    series: Series,
    weeks: Doubles,
    due: Doubles | None,
    as_of: int,
    n_weeks: int,
    config: MonitorConfig,
) -> Finding | None:
    span = np.ones(n_weeks)
    summed = np.convolve(weeks, span, mode="valid")
    followed = None if due is None else np.convolve(due, span, mode="valid")
    best = _best_forecast(summed, followed, n_weeks)
    if best is None:
        return None
    forecasts, dispersion = best
    forecast, now = forecasts[0], float(summed[-1])
    mean = float(forecast[-1])
    # Seasons do not keep to weeks: what is as expected a week earlier or later is no surprise.
    tails = [count_tails(now, float(one[-1]), dispersion) for one in forecasts]
    p = min(1.0, 2 * min(max(low for low, _ in tails), max(high for _, high in tails)))
    change = now / max(mean, 1e-9) - 1
    is_empty = now == 0 and mean >= 3
    least = config.min_volume_change if change < 0 else config.min_volume_change / 0.6
    words = "week" if n_weeks == 1 else f"{n_weeks} weeks"
    found = Finding(
        # Nothing at all is a volume too: a family of its own would be picked by its outcome.
        "volume",
        f"{series.name}: rows in {words}",
        p,
        is_empty or (abs(change) >= least and abs(now - mean) >= _LEAST_ROWS),
        "critical",
        f"{now:,.0f} rows in the last {words}",
        f"about {mean:,.0f}, by the weeks before and the same season",
        "Ask who delivers the table why nothing comes."
        if is_empty
        else "Ask who delivers the table whether the export ran in full.",
        since=in_words(as_of - WEEK * n_weeks),
        drawn=_drawn(weeks, as_of, forecast, dispersion) if n_weeks == 1 else {},
    )
    return found.from_step(_step(weeks, due, as_of)) if found.counts else found


def _step(weeks: Doubles, due: Doubles | None, as_of: int) -> Step | None:
    """Since which week there are more or fewer rows, of the last thirteen, beside what was due."""
    best = _best_forecast(weeks, due, 1)
    if best is None:
        return None
    mean = np.maximum(best[0][0][-QUARTER_WEEKS:], 0.5)
    day = as_of - WEEK * np.arange(len(mean), 0, -1)
    return step_in(day, weeks[-len(mean) :] / mean, mean)


def _best_forecast(
    summed: Doubles, followed: Doubles | None, n_weeks: int
) -> tuple[list[Doubles], float] | None:
    """The forecast that was best over the last year, and the dispersion of what it missed."""
    best: tuple[float, list[Doubles], float] | None = None
    own = [] if followed is None else [[followed]]
    for forecasts in (*own, *_forecasts(summed, n_weeks)):
        forecast = forecasts[0]
        judged = np.flatnonzero(np.isfinite(forecast[:-n_weeks]))[-YEAR_WEEKS:]
        if len(judged) < QUARTER_WEEKS or not np.isfinite(forecast[-1]):
            continue
        mean, seen = np.maximum(forecast[judged], 0.5), summed[judged]
        beyond = ((seen - mean) ** 2 - mean) / mean**2
        # A mean of squares with its largest tenth cut, so that one odd week hides no other.
        kept = np.sort(beyond)[: max(int(0.9 * len(beyond)), 1)]
        dispersion = max(1.6 * float(kept.mean()), _LEAST_DISPERSION)
        missed = float(np.mean(np.abs(seen - mean)))
        if best is None or missed < best[0]:
            best = missed, forecasts, dispersion
    return None if best is None else (best[1], best[2])


def _forecasts(summed: Doubles, n_weeks: int) -> Iterator[list[Doubles]]:
    """Mean of the eight weeks before; and the same season before, times the growth.

    Each with what it would be a week earlier and a week later, where that differs.
    """
    yield [_lately(summed, n_weeks)]
    for lags in ((13, 26, 39, 52), (26, 52), (52,)):
        by_shift = [_seasonal(summed, n_weeks, lags, shift) for shift in (-1, 0, 1)]
        yield [np.mean(by_shift, axis=0), *by_shift]


def _lately(summed: Doubles, n_weeks: int) -> Doubles:
    ahead = np.full(len(summed), np.nan)
    width = max(8, 2 * n_weeks)
    for k in range(width + n_weeks, len(summed)):
        ahead[k] = summed[k - n_weeks + 1 - width : k - n_weeks + 1].mean()
    return ahead


def _seasonal(summed: Doubles, n_weeks: int, lags: tuple[int, ...], shift: int) -> Doubles:
    season = np.full(len(summed), np.nan)
    for k in range(max(lags) + 9, len(summed)):
        last = k - n_weeks + 1
        lately = float(summed[max(last - 26, 0) : last].sum())
        back = last - 26 - YEAR_WEEKS
        year_ago = float(summed[max(back, 0) : max(last - YEAR_WEEKS, 0)].sum())
        growth = (lately + 10) / (year_ago + 10) if back > 0 else 1.0
        near = np.mean([summed[k - lag + shift] for lag in lags])
        season[k] = float(near) * float(np.clip(growth, 0.5, 2.0))
    return season


def _drawn(
    weeks: Doubles, as_of: int, forecast: Doubles, dispersion: float
) -> dict[str, list[float | None] | int]:
    shown = slice(-YEAR_WEEKS, None)
    mean = forecast[shown]
    spread = np.sqrt(np.maximum(mean, 0.5) + dispersion * mean**2)
    return {
        "rows": [float(v) for v in weeks[shown]],
        "low": [None if not np.isfinite(v) else max(float(v), 0) for v in mean - 3 * spread],
        "high": [None if not np.isfinite(v) else float(v) for v in mean + 3 * spread],
        "as_of": as_of,
    }


def _due(series: Series, as_of: int, starts: Days, config: MonitorConfig) -> Finding:
    """A table that comes in deliveries: is the next one late?"""
    last, longest = int(starts[-1]), int(np.diff(starts).max())
    late = as_of - last - longest
    grace = max(config.grace_days, round(0.1 * longest))
    return Finding(
        "freshness",
        f"{series.name}: next delivery",
        # The calendar is no matter of chance: past the grace it is late.
        None,
        late > grace,
        "critical",
        f"the newest delivery began on {in_words(last)}",
        f"the next one within {longest} days, as ever before",
        "Ask who delivers the table why nothing comes.",
        since=in_words(last + longest),
    )


def _size(
    series: Series, day: Days, as_of: int, starts: Days, config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Rows of the newest delivery so far, and of late, against earlier ones by the same day."""
    # Earlier deliveries must not be counted beyond the start of those after them.
    so_far = min(as_of - int(starts[-1]), int(np.diff(starts).min()))
    if so_far < 3 and len(day) - np.searchsorted(day, starts[-1]) < config.min_rows:
        yield NotJudged("volume", series.name, "the newest delivery has only begun")
        return
    spans = [("newest delivery", 0)]
    # A delivery that stops half way shows in its newest days first.
    if so_far > 2 * config.window_days:
        spans.append((f"last {config.window_days} days of the delivery", config.window_days))
    for what, lately in spans:
        first = so_far - lately if lately else 0
        rows = _between(day, starts, first, so_far)
        if lately and np.median(rows[:-1]) < config.min_rows:
            continue
        shifted = [_between(day, starts, first + s, so_far + s)[-7:-1] for s in (-7, 7)]
        yield _held(series, what, rows, shifted if lately else [], as_of, int(starts[-1]), config)


def _between(day: Days, starts: Days, first: int, last: int) -> Doubles:
    """Rows of each delivery from its day ``first`` to before ``last``, (k,)."""
    counts = np.searchsorted(day, starts + last) - np.searchsorted(day, starts + first)
    return counts.astype(np.float64)


def _held(
    series: Series,
    what: str,
    rows: Doubles,
    shifted: list[Doubles],
    as_of: int,
    start: int,
    config: MonitorConfig,
) -> Finding:
    now, past = rows[-1], rows[-7:-1]
    means = [_next_delivery(p) for p in (past, *shifted)]
    mean = means[0]
    tails = [count_tails(now, m, _dispersion(past)) for m in means]
    p = min(1.0, 2 * min(max(low for low, _ in tails), max(high for _, high in tails)))
    change = now / max(mean, 1e-9) - 1
    least = config.min_volume_change if change < 0 else config.min_volume_change / 0.6
    return Finding(
        "volume",
        f"{series.name}: {what}",
        p,
        abs(change) >= least and abs(now - mean) >= _LEAST_ROWS,
        "critical",
        f"{now:,.0f} rows by day {as_of - start} of the delivery that began on {in_words(start)}",
        f"about {mean:,.0f}, by the deliveries before",
        "Ask who delivers the table whether the export ran in full.",
        since=in_words(start),
    )


def _dispersion(past: Doubles) -> float:
    """Of a delivery about what was expected, beyond what counts vary by themselves."""
    log = np.log(past + 1)
    between = float(np.var(np.diff(log), ddof=1)) / 2 if len(log) > 2 else 0.02
    beyond = max(between - float(np.mean(1 / (past + 1))), _LEAST_OF_DELIVERIES)
    # What is expected is itself the middle of three.
    return beyond * (1 + 1 / min(len(past), 3))


def _next_delivery(past: Doubles) -> float:
    log = np.log(past + 1)
    trend = float(np.median(np.diff(log))) if len(log) > 2 else 0.0
    return float(np.exp(np.median(log[-3:]) + trend)) - 1
