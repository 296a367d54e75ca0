"""What units must achieve: which gaps count most by it, how far it is, and what serves nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.figures import PlainTable
from ptml.report.names import PublishedNames
from ptml.report.published import PublishedTables
from ptml.report.wording import count, date, known, level, number, parsed_list, plural

_MOST_ROWS = 15
_ON_TARGET = 100.0
_COURSE_REASONS = {
    "teaches_nothing": "the source does not say what it teaches",
    "serves_no_goal": "nothing that it teaches drives a goal of any unit with people",
}
_GOAL_REASONS = {
    "no_competency": "nothing that a role asks for or a course teaches is known to drive it",
    "no_course": "no course teaches what drives it",
    "no_open_course": "courses taught what drives it, and none of them is open",
}


@dataclass(frozen=True)
class GoalsView:
    """What the run says of goals; nobody is named.

    Attributes
    ----------
    title : str
        The finding in one sentence.
    lead : tuple of str
    first : PlainTable or None
        Needs by what the unit must achieve, those that count most first.
    attainment : PlainTable or None
        Goals that run, those furthest below target first.
    courses, goals : PlainTable or None
        Courses that serve no goal, and goals that no course serves.
    left_out : tuple of str
    """

    title: str
    lead: tuple[str, ...]
    first: PlainTable | None
    attainment: PlainTable | None
    courses: PlainTable | None
    goals: PlainTable | None
    left_out: tuple[str, ...]


def goals_view(published: PublishedTables) -> GoalsView | Absent:
    """Lay out goals in force, the needs that count by them, and what is not aligned."""
    goals = published.table("goal_attainment")
    if goals.empty:
        return absent(
            published,
            "No goal is in force on the day.",
            "It needs `goals` whose period runs or comes next, and `kpi_competencies`.",
        )
    names = PublishedNames.of(published)
    running = goals[goals["phase"] == "running"]
    running = running.assign(points=pd.to_numeric(running["attainment"], errors="coerce"))
    alignment = published.table("alignment")
    courses, kpis = (alignment[alignment["kind"] == kind] for kind in ("course", "goal"))
    return GoalsView(
        title=_title(goals, running),
        lead=_lead(courses, kpis),
        first=_first(published, names),
        attainment=_attainment(running, names),
        courses=_courses(published, courses, names),
        goals=_goals(kpis, names),
        left_out=_left_out(running, courses, kpis),
    )


def _title(goals: pd.DataFrame, running: pd.DataFrame) -> str:
    units = plural(int(goals["org_unit_id"].nunique()), "unit")
    told = running["points"].dropna()
    if told.empty:
        return (
            f"{plural(len(goals), 'goal')} of {units} are in force; none has results to show yet."
        )
    on = int((told >= _ON_TARGET).sum())
    return (
        f"{plural(len(goals), 'goal')} of {units} are in force; of {count(len(told))} that run and"
        f" have results, {count(on)} are on target so far."
    )


def _lead(courses: pd.DataFrame, kpis: pd.DataFrame) -> tuple[str, ...]:
    told = [
        "A gap counts by what the unit must achieve: goals of the unit and of those above it flow"
        " through what drives their KPIs to a weight on each competency, with a mean of 1."
    ]
    if courses.empty and kpis.empty:
        told.append("Every open course serves a goal, and every goal has an open course.")
    return tuple(told)


def _first(published: PublishedTables, names: PublishedNames) -> PlainTable | None:
    needs = published.table("needs")
    rows = needs[needs["priority"].notna()]
    if rows.empty:
        return None
    rows = rows.assign(
        weighed=pd.to_numeric(rows["gap_by_goal"]),
        total=pd.to_numeric(rows["gap_by_goal"]) * pd.to_numeric(rows["people"]),
    )
    top = rows.sort_values(["total", "org_unit_id", "competency_id"], ascending=[False, True, True])
    top = top.head(_MOST_ROWS)
    sources = _sources(published, top)
    return PlainTable(
        ("Unit", "Competency", "People", "Gap", "Weight by goals", "Gap by goals", "Most for"),
        tuple(
            (
                names.unit(row["org_unit_id"]),
                names.competency(row["competency_id"]),
                count(row["people"]),
                level(row["gap"]),
                level(row["goal_weight"]),
                level(row["weighed"]),
                _most_for(sources.get((row["org_unit_id"], row["competency_id"])), names),
            )
            for row in top.to_dict("records")
        ),
        frozenset({2, 3, 4, 5}),
    )


def _sources(published: PublishedTables, rows: pd.DataFrame) -> Mapping[tuple[Any, Any], object]:
    weights = published.table("competency_weights")
    key = ["org_unit_id", "competency_id"]
    found = rows[key].merge(weights[[*key, "sources"]], on=key)
    return {(u, c): s for u, c, s in zip(*(found[n] for n in (*key, "sources")), strict=True)}


def _most_for(sources: object, names: PublishedNames) -> str:
    listed = parsed_list(sources)
    first = listed[0] if listed else None
    return names.kpi(first.get("kpi_id")) if isinstance(first, Mapping) else "no goal"


def _attainment(running: pd.DataFrame, names: PublishedNames) -> PlainTable | None:
    told = running[running["points"].notna()]
    if told.empty:
        return None
    low = told.sort_values(["points", "org_unit_id", "kpi_id"]).head(_MOST_ROWS)
    return PlainTable(
        ("Unit", "Goal", "Perspective", "Until", "So far", "People", "Open courses for it"),
        tuple(
            (
                names.unit(row["org_unit_id"]),
                names.kpi(row["kpi_id"]),
                str(row["perspective"]) if known(row["perspective"]) else "",
                date(row["period_end"]),
                f"{number(row['points']) or 0:.0f}",
                count(row["people"]),
                count(row["courses"]),
            )
            for row in low.to_dict("records")
        ),
        frozenset({4, 5, 6}),
    )


def _courses(
    published: PublishedTables, rows: pd.DataFrame, names: PublishedNames
) -> PlainTable | None:
    return _table(
        ("Course", "Teaches", "Why it is listed"),
        (
            (
                published.title(row["course_id"]),
                _competencies(row["competencies"], names),
                _COURSE_REASONS.get(str(row["reason"]), str(row["reason"])),
            )
            for row in rows.head(_MOST_ROWS).to_dict("records")
        ),
    )


def _goals(rows: pd.DataFrame, names: PublishedNames) -> PlainTable | None:
    return _table(
        ("Unit", "Goal", "Driven by", "Why it is listed"),
        (
            (
                names.unit(row["org_unit_id"]),
                names.kpi(row["kpi_id"]),
                _competencies(row["competencies"], names),
                _GOAL_REASONS.get(str(row["reason"]), str(row["reason"])),
            )
            for row in rows.head(_MOST_ROWS).to_dict("records")
        ),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> PlainTable | None:
    found = tuple(rows)
    return PlainTable(head, found) if found else None


def _competencies(cell: object, names: PublishedNames) -> str:
    return ", ".join(names.competency(one) for one in parsed_list(cell))


def _left_out(running: pd.DataFrame, courses: pd.DataFrame, kpis: pd.DataFrame) -> tuple[str, ...]:
    hidden = int(running["points"].isna().sum())
    shown = int(running["points"].notna().sum())
    told = []
    if hidden:
        told.append(
            f"{plural(hidden, 'goal')} without results, or with those of fewer than five people"
            " (or from which such could be worked out), have no figure."
        )
    for n, what, where in (
        (shown, "goals that run", "goal_attainment"),
        (len(courses), "courses", "alignment"),
        (len(kpis), "goals without a course", "alignment"),
    ):
        if n > _MOST_ROWS:
            told.append(f"{_MOST_ROWS} of {count(n)} {what} are shown; all are in `{where}`.")
    return tuple(told)
