"""Who is who: segments by state of performance, the course level that suits, and the rules."""

from dataclasses import dataclass

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.figures import PlainTable
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables
from ptml.report.small_counts import FEWEST, told_count
from ptml.report.wording import plural

_SEGMENTS = {
    "new": "new",
    "core": "core",
    "high_potential": "high potential",
    "manager": "managers",
}
_STATES = ("below", "on", "above")


@dataclass(frozen=True)
class WhoIsWho:
    """Counts of segments, and the rules that made them."""

    title: str
    counts: PlainTable
    rules: tuple[str, ...]
    fingerprint: str


def who_is_who(published: PublishedTables, findings: Findings) -> WhoIsWho | Absent:
    """Count segments by state of performance; fewer than five are not counted."""
    segments = published.table("segments")
    if segments.empty:
        return absent(published, "No segments were published.", "They come with every run.", "")
    found = findings.get("segments", "setting", "segment_rules")
    payload = {} if found is None else found.payload
    rules = payload.get("rules")
    return WhoIsWho(
        title=_title(segments),
        counts=_counts(segments),
        rules=tuple(map(str, rules)) if isinstance(rules, list) else (),
        fingerprint=str(payload.get("sha256", ""))[:12],
    )


def _title(segments: pd.DataFrame) -> str:
    n, below = len(segments), int((segments["performance_state"] == "below").sum())
    return f"Of {plural(n, 'person', 'people')}, {told_count(below)} are below target."


def _counts(segments: pd.DataFrame) -> PlainTable:
    rows = []
    for segment, name in _SEGMENTS.items():
        own = segments[segments["segment"] == segment]
        states = [told_count(int((own["performance_state"] == state).sum())) for state in _STATES]
        levels = own["course_level"].dropna().value_counts()
        fit = ", ".join(sorted(str(k) for k, n in levels.items() if n >= FEWEST))
        rows.append((name, told_count(len(own)), *states, fit))
    head = ("Segment", "People", *(f"{state} target" for state in _STATES), "Courses that suit")
    return PlainTable(head, tuple(rows), frozenset({1, 2, 3, 4}))
