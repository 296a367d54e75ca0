"""Development plans, counted: who asks for what, and how far own goals are. Nobody is named."""

from dataclasses import dataclass

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.figures import PlainTable
from ptml.report.names import PublishedNames
from ptml.report.published import PublishedTables
from ptml.report.small_counts import FEWEST, hidden_counts
from ptml.report.wording import count, percent, plural

_MOST_COMPETENCIES = 12
_STATUSES = {
    "reached": "the level is at the target",
    "on_track": "not surely behind the straight line from the start to the date",
    "behind": "surely behind that line, with the error of the level taken into account",
    "overdue": "the date has passed and the level is not there",
    "unknown": "nothing was assessed since, or not closely enough: an assessment would tell",
    "no_date": "no date was set",
}
_ASKED_BY = {
    "both": "the person and the role: these come first",
    "own": "the person alone: talk about where it leads",
    "role": "the role alone: talk about why it is not in the plan",
}


@dataclass(frozen=True)
class PlansView:
    """What plans come to.

    Attributes
    ----------
    title : str
    asked, statuses : PlainTable
        Rows of plans by who asks, and own goals by progress.
    without : PlainTable or None
        Competencies asked for in plans that no open course teaches further, by number of rows.
    left_out : tuple of str
    """

    title: str
    asked: PlainTable
    statuses: PlainTable
    without: PlainTable | None
    left_out: tuple[str, ...]


def plans_view(published: PublishedTables) -> PlansView | Absent:
    """Count plans; what is counted under five is not told, nor can it be worked out."""
    plans = published.table("development_plans")
    if plans.empty:
        return absent(
            published,
            "No development plan was published.",
            "It needs `assignments`, `role_requirements` and `assessments`, or `personal_goals`.",
            "no portraits",
            "no gaps",
        )
    own = plans[plans["asked_by"] != "role"]
    return PlansView(
        title=_title(plans, own),
        asked=_counts(plans["asked_by"], _ASKED_BY, ("Asked for by", "Rows of plans", "")),
        statuses=_counts(own["status"], _STATUSES, ("Own goals", "Number", "Meaning")),
        without=_without(plans, PublishedNames.of(published)),
        left_out=(
            f"Counts under {FEWEST} are not told, nor one from which such a count could be"
            " worked out.",
        ),
    )


def _title(plans: pd.DataFrame, own: pd.DataFrame) -> str:
    people = plural(int(plans["employee_id"].nunique()), "person has", "people have")
    with_own = int(own["employee_id"].nunique())
    if with_own < FEWEST:
        return f"{people} something to learn by their role; hardly anybody has goals of their own."
    both = int((own["asked_by"] == "both").sum())
    share = percent(both / len(own)) if both >= FEWEST else "few"
    return (
        f"{people} something in their plan, {count(with_own)} of them goals of their own; {share}"
        " of these the role asks for too."
    )


def _counts(
    column: "pd.Series[str]", meanings: dict[str, str], head: tuple[str, ...]
) -> PlainTable:
    found = column.value_counts()
    n = {name: int(found.get(name, 0)) for name in meanings}
    hidden = hidden_counts(n)
    rows = tuple(
        (name.replace("_", " "), "not told" if name in hidden else count(n[name]), meaning)
        for name, meaning in meanings.items()
    )
    return PlainTable(head, rows, frozenset({1}))


def _without(plans: pd.DataFrame, names: PublishedNames) -> PlainTable | None:
    rows = plans[plans["no_course"] == "not_taught"]
    n = rows["competency_id"].value_counts()
    n = n[n >= FEWEST].sort_index().sort_values(ascending=False, kind="stable")
    if n.empty:
        return None
    return PlainTable(
        ("Competency", "Rows of plans without an open course that leads further"),
        tuple((names.competency(c), count(k)) for c, k in n.head(_MOST_COMPETENCIES).items()),
        frozenset({1}),
    )
