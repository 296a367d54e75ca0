"""Where things stand in the drawings of a scripted year: a timeline and one chart a measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ptml.report.year_view import MEASURES, POLICIES, Planted, Story, day_of

LEFT, WIDTH = 118.0, 1000.0


@dataclass(frozen=True)
class Timeline:
    """Months, bars of what happened, marks of looks and decisions; x in units of the drawing."""

    months: tuple[tuple[float, float, int, str], ...]
    bars: tuple[tuple[float, float, int, str], ...]
    looks: tuple[tuple[float, str, str], ...]
    decisions: tuple[tuple[float, str, str], ...]
    rollbacks: tuple[tuple[float, str], ...]


def timeline(story: Story, planted: Sequence[Planted]) -> Timeline:
    """Place everything on one line of time."""
    months = story["months"]
    begin, end = day_of(months[0]["day"]), day_of(months[-1]["next_day"])

    def x(day: date) -> float:
        share = min(max((day - begin).days / (end - begin).days, 0), 1)
        return round(LEFT + share * (WIDTH - LEFT - 4), 1)

    looks = [look for month in months for look in month["looks"]]
    return Timeline(
        tuple(
            (x(day_of(m["day"])), x(day_of(m["next_day"])), m["number"], f"{day_of(m['day']):%b}")
            for m in months
        ),
        tuple((x(p.on), x(p.until or end), k, p.name) for k, p in enumerate(planted) if p.on < end),
        tuple((x(day_of(look["day"])), look["advice"], look["day"]) for look in looks),
        tuple(
            (x(day_of(m["day"])), "promoted" if m["promoted"] else "refused", m["day"])
            for m in months
        ),
        tuple((x(day_of(look["day"])), look["day"]) for look in looks if look["rolled_back"]),
    )


@dataclass(frozen=True)
class Chart:
    """One measure, month by month."""

    title: str
    unit: str
    lines: tuple[tuple[str, str, tuple[str, ...]], ...]
    band: str
    ticks: tuple[tuple[float, str], ...]
    months: tuple[tuple[float, int], ...]
    edges: tuple[float, ...]
    rows: tuple[tuple[int, Mapping[str, Any], int], ...]


CHART_LEFT, CHART_RIGHT, TOP, BOTTOM = 44.0, 640.0, 14.0, 230.0


def charts(story: Story, planted: Sequence[Planted]) -> list[Chart]:
    """One chart a measure of which something is known."""
    found = [_chart(story, measure, planted) for measure in MEASURES]
    return [chart for chart in found if chart is not None]


def _chart(story: Story, measure: str, planted: Sequence[Planted]) -> Chart | None:
    known = [
        (m["number"], m["quality"][measure])
        for m in story["months"]
        if m["quality"].get(measure, {}).get("policies")
    ]
    if not known:
        return None
    rows = tuple((number, told["policies"], told["n"]) for number, told in known)
    values = [policy["value"] for _, of, _ in rows for policy in of.values()]
    values += [of["used"][k] for _, of, _ in rows for k in ("low", "high")]
    low, high = min(values), max(values)
    step = _step(high - low)
    low, high = np.floor(low / step) * step, np.ceil(high / step) * step
    if high <= low:
        high = low + step
    n = len(story["months"])

    def x(month: float) -> float:
        return round(CHART_LEFT + (month - 0.5) / n * (CHART_RIGHT - CHART_LEFT), 1)

    def y(value: float) -> float:
        return round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)

    def path(policy: str, key: str) -> list[str]:
        return [f"{x(number)},{y(of[policy][key])}" for number, of, _ in rows]

    title, unit, _ = MEASURES[measure]
    first = day_of(story["months"][0]["day"])
    return Chart(
        title,
        unit,
        tuple(
            (policy, POLICIES[policy], tuple(path(policy, "value")))
            for policy in ("always", "never", "used")
        ),
        " ".join([*path("used", "high"), *reversed(path("used", "low"))]),
        tuple((y(v), f"{v:g}") for v in np.arange(low, high + step / 2, step)),
        tuple((x(m["number"]), m["number"]) for m in story["months"]),
        tuple(
            x((p.on.year - first.year) * 12 + p.on.month - first.month + 0.5)
            for p in planted
            if p.on < day_of(story["months"][-1]["next_day"])
        ),
        rows,
    )


def _step(span: float) -> float:
    """A round step of an axis with about four parts."""
    raw = max(span, 1e-9) / 4
    power = 10.0 ** np.floor(np.log10(raw))
    return float(power * next(k for k in (1, 2, 2.5, 5, 10) if k * power >= raw))
