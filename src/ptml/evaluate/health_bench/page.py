"""The page docs/benchmarks-health.md: what was planted, what was named, and how often wrongly."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ptml.decide.health.config import AlertConfig
from ptml.evaluate.health_bench.judging import KINDS, Count
from ptml.intervals import wilson_interval

TITLE = "# Benchmark of course health"
NAMES: Mapping[str, str] = {
    "harmful": "harmful",
    "no_lift": "no lift: truly as large as is worthwhile",
    "helps": "no lift: truly above 0 at all",
    "low_transfer": "little used",
    "fading": "fading",
    "redundant": "redundant",
    "outdated": "outdated",
}
RULE_NAMES: Mapping[str, str] = {
    "interval": "older rule",
    "alone": "each course alone",
    "held": "ptml",
}


@dataclass(frozen=True)
class Page:
    """All that the page tells.

    Attributes
    ----------
    counts : mapping of str to mapping of str to Count
        By rule and kind, over all organisations.
    coverage, width, harm_z : float
        Share of 90 % intervals of own takers that hold the truth, their mean width (points), and
        the harmful courses' estimate over its error, on average.
    """

    command: str
    seeds: tuple[int, ...]
    n_employees: int
    n_courses: int
    config: AlertConfig
    counts: Mapping[str, Mapping[str, Count]]
    coverage: float
    width: float
    harm_z: float
    n_intervals: int


def page_of(page: Page) -> str:
    """The page as Markdown."""
    return "\n".join([*_introduction(page), "", *_table(page), "", *_intervals(page)]) + "\n"


def _introduction(page: Page) -> list[str]:
    seeds = ", ".join(map(str, page.seeds))
    return [
        TITLE,
        "",
        f"Written by `{page.command}`. {len(page.seeds)} simulated organisations of"
        f" {page.n_employees:,} people, {page.n_courses} courses and twelve quarters (seeds"
        f" {seeds}; none was looked at while the rules were made). In each a fifth of the courses",
        "does nothing, one harms, one loses its effect a year before the end, two are dearer and",
        "longer twins of another, two are from another time (everybody is beyond them, and demand",
        "and liking fall), and two are learnt and not used.",
        "",
        "*False* is the share of the named courses that should not have been named, *found* the",
        "share of the planted ones that were named; 95 % intervals (Wilson), each course counting",
        f"as a case. Held is a share of false alarms of {page.config.false_alarms:.0%} on average"
        f" ({page.config.false_harm:.0%} of harm). What counts as false stands in",
        "[the method](methods/course-health.md).",
    ]


def _table(page: Page) -> list[str]:
    rules = [rule for rule in RULE_NAMES if rule in page.counts]
    head = ["alert"] + [f"{RULE_NAMES[r]}: {w}" for r in rules for w in ("false", "found")]
    lines = [_row(head), _row(["---"] * len(head))]
    for kind in KINDS:
        name = NAMES[kind]
        cells = [_cells(page.counts[rule][kind], rule, kind) for rule in rules]
        lines.append(_row([name, *(cell for pair in cells for cell in pair)]))
    return lines


def _cells(count: Count, rule: str, kind: str) -> tuple[str, str]:
    if rule == "interval" and kind in ("fading", "redundant", "outdated"):
        return "no rule", "no rule"
    return share(count.false, count.named), share(count.found, count.wanted)


def share(part: int, whole: int) -> str:
    """A share with its interval and what it is of.

    >>> share(1, 10), share(0, 0)
    ('.10 (.02 to .40), 1 of 10', 'none')
    """
    if not whole:
        return "none"
    low, high = wilson_interval(np.array([part / whole]), np.array([whole]))
    ends = f"{_short(low[0])} to {_short(high[0])}"
    return f"{_short(part / whole)} ({ends}), {part} of {whole}"


def _short(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value < 1 else f"{value:.2f}"


def _intervals(page: Page) -> list[str]:
    return [
        f"Of {page.n_intervals} 90 % intervals of lifts by own takers alone {page.coverage:.1%}"
        " hold the true mean lift of those takers; they are"
        f" {page.width:.2f} points wide on average.",
        f"The harmful courses' estimates lie {page.harm_z:.2f} standard errors from 0 on average.",
    ]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
