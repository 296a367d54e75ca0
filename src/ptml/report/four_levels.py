"""Every course on four levels side by side, with what it costs and brings, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from ptml.report.figures import MOST_UNFOLDED, PlainTable
from ptml.report.published import PublishedTables
from ptml.report.wording import count, known, level, number, parsed_list, percent, points, span

_HEAD = (
    "Course",
    "Did people like it?",
    "Did they learn?",
    "Do they use it at work?",
    "Do results get better?",
    "What it costs and brings",
)
_MOST_COURSES = 200
_NOT_ASKED, _NO_EXAM, _NOT_CHECKED = "nobody was asked", "no exam is known", "nobody has checked"
_NOT_JUDGED = "cannot be told"
ASSUMED: Mapping[str, str] = MappingProxyType(
    {
        "lift_unknown": "Where the effect of a course is not known, no benefit is told.",
        "cost_unknown": "Where the cost of a seat is not known, no return is told.",
        "value_unknown": "Nobody has said what a point of performance is worth, so no benefit is "
        "told; “pays from” says what a point would have to be worth.",
        "value_given": "A point of performance is worth {value}, as the organisation has said.",
        "time_not_counted": "The time that people spend on courses is not counted as a cost.",
        "time_counted": "An hour of a person's time costs {value}.",
        "takers_alike": "All who started are taken to gain what the average taker gains.",
        "two_periods": "Only the two periods after a course are counted.",
        "intangible": "What has no price is in no figure: people who stay, who are content, who "
        "help one another.",
    }
)


@dataclass(frozen=True)
class FourLevels:
    """The courses with most enrolments, the others under a fold, and what money takes for granted.

    Attributes
    ----------
    table : PlainTable
        Courses that are in sight at once.
    others : PlainTable or None
        Courses that a reader has to unfold.
    assumed : tuple of str
    n_left_out : int
        Courses in neither.
    """

    table: PlainTable
    others: PlainTable | None
    assumed: tuple[str, ...]
    n_left_out: int


def four_levels(published: PublishedTables) -> FourLevels | None:
    """Lay the courses out, those with most enrolments first; None where there are none."""
    health = published.table("course_health")
    if health.empty:
        return None
    ranked = health.assign(enrolled=pd.to_numeric(health["enrolled"], errors="coerce"))
    ranked = ranked.sort_values(
        ["enrolled", "course_id"], ascending=[False, True], kind="stable"
    ).head(_MOST_COURSES)
    records = ranked.to_dict("records")
    rows = tuple((published.title(row["course_id"]), *_cells(row)) for row in records)
    seen, others = rows[:MOST_UNFOLDED], rows[MOST_UNFOLDED:]
    return FourLevels(
        table=PlainTable(_HEAD, seen),
        others=PlainTable(_HEAD, others) if others else None,
        assumed=_assumed(records),
        n_left_out=len(health) - len(records),
    )


def _cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
    return _liked(row), _learnt(row), _used(row), _better(row), _money(row)


def _liked(row: Mapping[Any, Any]) -> str:
    if not known(row["mean_satisfaction"]):
        return _NOT_ASKED
    said = f"{level(row['mean_satisfaction'])} of 5"
    return said + _of(row, "satisfaction", "answers", level)


def _learnt(row: Mapping[Any, Any]) -> str:
    told = []
    if known(row["mean_exam"]):
        told.append(f"exam {level(row['mean_exam'])}" + _of(row, "exam", "exams", level))
    if known(row["level_after"]):
        told.append(
            f"assessed at {level(row['level_before'])} before and {level(row['level_after'])} after"
            f" ({count(row['level_n'])} people)"
        )
    return "; ".join(told) or _NO_EXAM


def _used(row: Mapping[Any, Any]) -> str:
    if not known(row["transfer_rate"]):
        return _NOT_CHECKED
    return percent(row["transfer_rate"]) + _of(row, "transfer", "checked", percent)


def _of(row: Mapping[Any, Any], name: str, people: str, say: Any) -> str:
    """Interval and number of people behind a figure, where they are known."""
    ends = span(row[f"{name}_low"], row[f"{name}_high"], say)
    n = f"{count(row[f'{name}_n'])} {people}" if known(row[f"{name}_n"]) else ""
    told = ", ".join(filter(None, (ends, n)))
    return f" ({told})" if told else ""


def _better(row: Mapping[Any, Any]) -> str:
    if not known(row["lift"]):
        return _NOT_JUDGED
    ends = span(row["lift_low"], row["lift_high"])
    said = f"{points(row['lift'])} points" + (f" ({ends})" if ends else "")
    low, high = number(row["lift_low"]), number(row["lift_high"])
    spans_zero = low is not None and high is not None and low <= 0 <= high
    return f"{said}, not told from none" if spans_zero else said


def _money(row: Mapping[Any, Any]) -> str:
    told = []
    if known(row["cost"]):
        told.append(f"cost {count(number(row['cost']))}")
    if known(row["time_cost"]):
        told.append(f"time {count(number(row['time_cost']))}")
    if known(row["benefit"]):
        told.append(f"benefit {count(number(row['benefit']))}")
    if known(row["roi"]):
        ends = span(row["roi_low"], row["roi_high"], percent)
        told.append(f"return {percent(row['roi'])}" + (f" ({ends})" if ends else ""))
    # Of a lift that may be none it would be a figure without an upper end.
    if known(row["break_even"]) and (number(row["lift_low"]) or 0.0) > 0:
        told.append(f"pays from {level(row['break_even'])} a point")
    return ", ".join(told) or "not known"


def _assumed(records: list[dict[Any, Any]]) -> tuple[str, ...]:
    """What any of the courses takes for granted, each thing once, in the order of `ASSUMED`."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in records:
        for item in parsed_list(row["assumed"]):
            if isinstance(item, Mapping):
                found.setdefault(str(item.get("code")), item.get("values") or {})
    return tuple(
        sentence.format_map({"value": level(found[code].get("value"))})
        for code, sentence in ASSUMED.items()
        if code in found
    )
