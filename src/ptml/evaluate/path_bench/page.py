"""The page of figures of learning paths."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import t

TITLE = "# Benchmark of learning paths"
_Figures = Mapping[str, Mapping[str, float]]

_NAMES = {
    "exact": "the search",
    "exact, goals": "the search, competencies weighed by the goals of units",
    "greedy": "greedy, step by step, same rules",
    "in a row": "first four recommendations in a row",
    "in a row, same rules": "first four recommendations that fit, same rules",
}


def page_of(
    measured: Sequence[_Figures], seeds: Sequence[int], employees: int, courses: int
) -> list[str]:
    """The page, line by line."""
    return [
        TITLE,
        "",
        f"Made by `ptml bench path` and by nothing else. {len(seeds)} simulated organisations of "
        f"{employees:,} people and {courses} courses (seeds {', '.join(map(str, seeds))}), models "
        "trained on each, paths as `ptml score` lays them. True points are those of the simulator: "
        "what each step adds to somebody who started those before it, every way counted in which "
        "it may go ([method](methods/learning-paths.md)). People whom a course can help; courses "
        "that run or that everybody has to take are left out. *In a row* is the rule before: it "
        "begins in the first week whatever is required, leaves no week between and knows no last "
        "week. *The same rules*: after what is required, with weeks between, within the weeks. "
        "Points over the weeks: a step counts from its end to the last week that a path may take. "
        "Goals are aside but in one row: they make other gaps count than performance alone does. "
        "Mean over organisations with a 95 % interval.",
        "",
        *_ways(measured),
        "",
        *_told(measured),
        "",
        *_search(measured),
    ]


def _ways(measured: Sequence[_Figures]) -> list[str]:
    lines = [
        "## What paths truly bring",
        "",
        "| way | points a person | hours | points for ten hours | points on average over the weeks "
        "| the same beside the search |",
        "|---|---|---|---|---|---|",
    ]
    best = _of(measured, "exact", "over_time")
    for way, name in _NAMES.items():
        points = _of(measured, way, "points")
        over_time = _of(measured, way, "over_time")
        beside = "" if way == "exact" else _said(over_time - best, 2, sign=True)
        cells = (
            _said(points, 2),
            f"{_of(measured, way, 'hours').mean():.0f}",
            _said(_of(measured, way, "points_per_ten_hours"), 2),
            _said(over_time, 2),
            beside,
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _told(measured: Sequence[_Figures]) -> list[str]:
    once, added = "exact", "exact, lifts added up"
    return [
        "## What is told of a path",
        "",
        "| | told less true, points a person | true lift in the 90 % interval |",
        "|---|---|---|",
        f"| overlaps counted once | {_said(_of(measured, once, 'bias'), 2, sign=True)} |"
        f" {_said(100 * _of(measured, once, 'coverage'), 0)} % |",
        f"| lifts added up | {_said(_of(measured, added, 'bias'), 2, sign=True)} | |",
    ]


def _search(measured: Sequence[_Figures]) -> list[str]:
    def worst(name: str) -> float:
        return float(_of(measured, "search", name).max())

    def mean(name: str) -> float:
        return float(_of(measured, "search", name).mean())

    n = int(_of(measured, "search", "checked").sum())
    return [
        "## The search",
        "",
        "| | |",
        "|---|---|",
        f"| paths proven to be the best | {100 * mean('proven'):.2f} % |",
        f"| largest gap of the others | {100 * worst('largest_gap'):.1f} % |",
        f"| partial paths looked at: median, 99 of 100 | {mean('nodes'):.0f},"
        f" {mean('nodes_99'):.0f} |",
        f"| CPU a person | {mean('milliseconds'):.3f} ms |",
        f"| CPU a person, HiGHS on the same problems | {mean('library_milliseconds'):.0f} ms |",
        f"| largest difference of value, {n} people | {worst('largest_difference'):.1e} points |",
        f"| paths on which greedy finds the best | {100 * mean('greedy_is_best'):.0f} % |",
    ]


def _of(measured: Sequence[_Figures], way: str, name: str) -> np.ndarray:
    return np.array([one[way][name] for one in measured], dtype=np.float64)


def _said(values: np.ndarray, decimals: int, sign: bool = False) -> str:
    form = f"{'+' if sign else ''}.{decimals}f"
    n = len(values)
    if n < 2:
        return f"{values.mean():{form}}"
    half = float(t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n))
    return f"{values.mean():{form}} ± {half:.{max(decimals, 1)}f}"
