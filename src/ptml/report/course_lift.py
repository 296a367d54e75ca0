"""What each course does to performance: estimate, interval, and which are not judged and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Findings
from ptml.report.intervals import IntervalRow, Tone, interval_plot
from ptml.report.published import PublishedTables
from ptml.report.small_counts import FEWEST
from ptml.report.wording import count, known, listed, number, plural, points, span, tick_points

_CURVE = ("course_id", "title", "lift", "low", "high", "takers", "status")
_MOST_ROWS = 240
_MOST_NAMED = 4
REFUSALS = {
    "no_overlap": "those who took it and those who did not are too unlike to compare",
    "too_few": "too few people have taken it",
    "no_history": "no performance score of those who could take it is known yet",
    "placebo_failed": "those who took it were moving ahead, or falling behind, before they decided",
    "designs_disagree": "two ways to estimate it contradict each other",
    "inseparable": "it is always taken together with another course",
}
_NOT_ESTIMATED = "no estimate was published"


@dataclass(frozen=True)
class Refusal:
    """A course without an estimate, and why."""

    title: str
    why: str
    takers: str


@dataclass(frozen=True)
class CourseLifts:
    """The verdicts on all courses.

    Attributes
    ----------
    headline : str
        How many courses help and harm.
    remainder : str
        How many cannot be told from no effect, and how many are not judged.
    named : str
        The best and all that harm, by name.
    n : dict of str to int
        Courses by verdict: ``helps``, ``harms``, ``unclear``, ``refused``.
    figure : Figure or None
        One row a course; None where all were refused.
    refusals : tuple of Refusal
        The courses without an estimate.
    n_left_out : int
        Courses whose interval spans zero that had no room on the page.
    """

    headline: str
    remainder: str
    named: str
    n: dict[str, int]
    figure: Figure | None
    refusals: tuple[Refusal, ...]
    n_left_out: int

    @property
    def n_judged(self) -> int:
        """Courses with an estimate."""
        return self.n["helps"] + self.n["harms"] + self.n["unclear"]


def course_lifts(published: PublishedTables, findings: Findings) -> CourseLifts | Absent:
    """Judge each course by its interval: above zero helps, below zero harms, else unclear.

    Of fewer than `FEWEST` takers a course is not judged.
    """
    frame = _frame(published, findings)
    if frame is None:
        return absent(
            published,
            "No lift was published, so no course can be said to help or to harm.",
            "Lift needs the input table `performance`: values against targets, by person and "
            "period.",
            "no lift",
        )
    rows = [_row(published, row) for row in frame.to_dict("records")]
    judged = sorted(
        (row for row in rows if isinstance(row, IntervalRow)),
        key=lambda row: (-(row.value or 0.0), row.label),
    )
    refusals = sorted(
        (row for row in rows if isinstance(row, Refusal)), key=lambda row: (row.why, row.title)
    )
    n = {tone: sum(row.tone == tone for row in judged) for tone in ("helps", "harms", "unclear")}
    n["refused"] = len(refusals)
    kept = _most_telling(judged)
    return CourseLifts(
        headline=_headline(n),
        remainder=_remainder(n),
        named=_named(judged),
        n=n,
        figure=_figure(kept) if kept else None,
        refusals=tuple(refusals),
        n_left_out=len(judged) - len(kept),
    )


def _frame(published: PublishedTables, findings: Findings) -> pd.DataFrame | None:
    curve = findings.get("lift", "curve", "course_lift")
    frame = curve.points(*_CURVE) if curve is not None else None
    health = published.table("course_health")
    if frame is not None:
        others = health[~health["course_id"].isin(frame["course_id"])]
        return pd.concat([frame, others[["course_id", "title"]]], ignore_index=True)
    if not health["lift"].notna().any() and not published.has("lift"):
        return None
    pairs = published.table("lift").assign(status=lambda t: t["status"].fillna("").astype(str))
    by_course = pairs.groupby("course_id", sort=True)
    status = by_course["status"].agg(lambda s: "ok" if "ok" in set(s) else s.mode().iloc[0])
    takers = by_course["support"].max()
    return pd.DataFrame(
        {
            "course_id": health["course_id"],
            "title": health["title"],
            "lift": health["lift"],
            "low": health["lift_low"],
            "high": health["lift_high"],
            "takers": health["course_id"].map(takers),
            "status": health["course_id"].map(status).where(health["lift"].isna(), "ok"),
        }
    )


def _row(published: PublishedTables, row: Mapping[Any, Any]) -> IntervalRow | Refusal:
    lift, low, high = number(row["lift"]), number(row["low"]), number(row["high"])
    title = str(row["title"]) if known(row["title"]) else published.title(row["course_id"])
    takers = number(row["takers"])
    said = "" if takers is None else _said_of_takers(int(takers))
    status = row["status"]
    if lift is not None and takers is not None and takers < FEWEST:
        # Such an estimate is one of courses alike: it says nothing of this one.
        status = "too_few"
    if lift is None or status not in ("ok", None):
        return Refusal(title, REFUSALS.get(str(status), _NOT_ESTIMATED), said)
    return IntervalRow(
        label=title,
        value=lift,
        low=low,
        high=high,
        text=points(lift),
        tone=_verdict(low, high),
        detail=said,
        sort=takers or 0.0,
    )


def _said_of_takers(n: int) -> str:
    return f"under {FEWEST} takers" if 0 < n < FEWEST else plural(n, "taker")


def _verdict(low: float | None, high: float | None) -> Tone:
    if low is not None and low > 0:
        return "helps"
    if high is not None and high < 0:
        return "harms"
    return "unclear"


def _most_telling(judged: list[IntervalRow]) -> list[IntervalRow]:
    """All that harm, then what is clear, then the rest, as far as the page has room."""
    first = {"harms": 0, "helps": 1}
    ranked = sorted(
        range(len(judged)),
        key=lambda i: (first.get(judged[i].tone, 2), -abs(judged[i].value or 0.0), i),
    )
    kept = set(ranked[:_MOST_ROWS])
    return [row for i, row in enumerate(judged) if i in kept]


def _headline(n: dict[str, int]) -> str:
    total = sum(n.values())
    if n["refused"] == total:
        return f"None of {plural(total, 'course')} can be judged by what it does at work."
    helps = f"{count(n['helps'])} of {plural(total, 'course')} clearly help"
    if not n["harms"]:
        return f"{helps}."
    return f"{helps}, {count(n['harms'])} do{'es' if n['harms'] == 1 else ''} harm."


def _remainder(n: dict[str, int]) -> str:
    unclear = f"{count(n['unclear'])} cannot be told from no effect" if n["unclear"] else ""
    refused = ""
    if n["refused"]:
        refused = f"{count(n['refused'])} {'is' if n['refused'] == 1 else 'are'} not judged"
    both = " and ".join(filter(None, (unclear, refused)))
    return f"Of the others, {both}." if both and n["helps"] + n["harms"] else ""


def _named(judged: list[IntervalRow]) -> str:
    helping = [row for row in judged if row.tone == "helps"]
    harming = [row for row in reversed(judged) if row.tone == "harms"]
    sentences = []
    if helping:
        sentences.append(f"{_with_interval(helping[0])} helps most.")
    if harming:
        verb = "does harm" if len(harming) == 1 else "do harm"
        sentences.append(
            f"{listed([_with_interval(row) for row in harming[:_MOST_NAMED]])} {verb}."
        )
    return " ".join(sentences) or "No course has an effect that is clear of zero."


def _with_interval(row: IntervalRow) -> str:
    return f"\u201c{row.label}\u201d ({row.text}; {span(row.low, row.high)})"


def _figure(rows: list[IntervalRow]) -> Figure:
    numbers = PlainTable(
        ("Course", "Lift (points)", "90 % interval", "Takers"),
        tuple((r.label, r.text, span(r.low, r.high) or "unknown", r.detail) for r in rows),
        frozenset({1, 2}),
    )
    return Figure(
        slug="figure-course-lift",
        title="What starting a course does to the performance score of the next two periods",
        note="Dot: best estimate, in points (100 = on target). Bar: 90 % interval. "
        "A bar that touches the line at zero may stand for no effect at all; of courses without "
        "any effect, about one in twenty looks as if it helped, and one as if it harmed.",
        plot=interval_plot(rows, tick_points, "points of performance score"),
        numbers=numbers,
    )
