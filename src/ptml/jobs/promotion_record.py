"""What a comparison found as plain values: kept as evidence, and what the page is made of."""

import math
from datetime import date
from typing import Any

import numpy as np

from ptml.evaluate.groups import groupings, tellable
from ptml.evaluate.window.churn import Changed, changed
from ptml.evaluate.window.comparison import Figure
from ptml.evaluate.window.decision import Check
from ptml.evaluate.window.evenness import Evenness
from ptml.evaluate.window.resampling import Pair, Spread
from ptml.jobs.lists_compared import ListsCompared
from ptml.jobs.settings import Settings
from ptml.jobs.window import Window

MOST_EXAMPLES = 5


def window_record(window: Window) -> dict[str, Any]:
    """Days and data."""
    return {
        "first": str(window.first),
        "day": str(window.day),
        "days": window.settings.promotion.window_days,
        "fingerprint": window.history.fingerprint,
        "is_open": window.is_open,
    }


def figure_record(figure: Figure) -> dict[str, Any]:
    """One figure of both."""
    return {
        "model": figure.model,
        "name": figure.name,
        "people": figure.n_people,
        "n_outcomes": figure.n_outcomes,
        "margin": figure.margin,
        "is_loss": figure.is_loss,
        "verdict": figure.verdict,
        **_pair(figure.pair),
    }


def since_record(since: tuple[date, list[Figure]] | None) -> dict[str, Any] | None:
    """How the champion itself did since its own date; None where it was not looked at."""
    if since is None:
        return None
    first, figures = since
    return {"first": str(first), "figures": [figure_record(figure) for figure in figures]}


def check_record(check: Check) -> dict[str, Any]:
    """One check."""
    return {"name": check.name, "passed": check.passed, "says": check.says}


def evenness_record(row: Evenness) -> dict[str, Any]:
    """One group by one measure."""
    return {
        "measure": row.measure,
        "attribute": row.attribute,
        "group": row.group,
        "people": row.n_people,
        "passed": row.passed,
        **_pair(row.pair),
    }


def churn_record(lists: ListsCompared, window: Window) -> dict[str, Any] | None:
    """Whose lists and flags change; None without a champion or without lists."""
    tops = lists.tops()
    if tops is None or not np.isfinite(lists.challenger.preference).any():
        return None
    smallest = window.settings.promotion.smallest_group
    groups = dict(lists.groups)
    for grouping in groupings(window.protected, lists.people):
        told = tellable(grouping, smallest)
        names = np.array([*told.labels, "not told"], dtype=object)
        groups[f"{told.attribute} (audit only)"] = names[told.code]
    rows = [row for row in changed(tops, groups, smallest) if row.group != "not told"]
    return {
        "k": window.settings.promotion.list_length,
        "rows": [_changed(row) for row in rows],
        "flags": _flags(lists),
        "examples": _examples(lists, window.settings),
    }


def _changed(row: Changed) -> dict[str, Any]:
    return {name: _finite(value) for name, value in vars(row).items()}


def _flags(lists: ListsCompared) -> dict[str, int] | None:
    if lists.champion is None:
        return None
    before, after = lists.champion.flags, lists.challenger.flags
    both = sorted(before.keys() & after.keys())
    if not both:
        return None
    was = np.array([before[case][1] for case in both])
    will = np.array([after[case][1] for case in both])
    return {
        "cases": len(both),
        "kept": int((was & will).sum()),
        "gone": int((was & ~will).sum()),
        "new": int((~was & will).sum()),
    }


def _examples(lists: ListsCompared, settings: Settings) -> list[dict[str, Any]]:
    """A few lists that change, drawn by lot; whose they are is no matter of the decision.

    What a decision rested on is kept for years under its hash, so it names nobody: a person who
    is erased later need not be cut out of it.
    """
    tops = lists.tops()
    if tops is None:
        return []
    at = np.flatnonzero(tops.set_changed)
    rng = np.random.default_rng(settings.seed)
    drawn = np.sort(rng.permutation(at)[:MOST_EXAMPLES])
    return [
        {
            "employee": f"person {number}",
            "before": [lists.courses[c] for c in tops.before[k].tolist() if c >= 0],
            "after": [lists.courses[c] for c in tops.after[k].tolist() if c >= 0],
        }
        for number, k in enumerate(drawn.tolist(), start=1)
    ]


def _pair(pair: Pair | None) -> dict[str, Any]:
    parts = ("champion", "challenger", "gain")
    return {part: None if pair is None else _spread(getattr(pair, part)) for part in parts}


def _spread(spread: Spread) -> dict[str, float | None]:
    return {name: _finite(value) for name, value in vars(spread).items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
