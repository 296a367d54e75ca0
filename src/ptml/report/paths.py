"""Learning paths, counted: how long, what they bring, what stands in the way. Nobody is named."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.bars import lying
from ptml.report.figures import Figure, PlainTable
from ptml.report.published import PublishedTables
from ptml.report.small_counts import FEWEST, told_count
from ptml.report.wording import count, parsed_list, percent, plural, points

_MOST_COURSES = 12
# Fewer people than this would be about persons.
_OBSTACLES = {
    "environment.unit": "What holds them back is around the work: only what is required is planned",
    "required.no_course": "A competency is far below the role, and no course that may be begun "
    "works on it",
    "required.no_room": "A competency is far below the role, and its courses do not fit",
    "time.required_first": "What runs and what everybody has to take fills half of the time",
    "time.unknown_hours": "Courses have no hours and so no place in time",
    "seats.full": "Courses are full for this quarter",
    "nothing.open": "No course that may be begun is expected to bring anything",
    "search.stopped": "The search was stopped before its path was proven to be the best",
}
_PARTS = {
    "required": "running, due, or on a competency far below the role",
    "elective": "chosen for what it brings",
    "practice": "a short course between two steps",
}


@dataclass(frozen=True)
class PathsView:
    """What paths come to.

    Attributes
    ----------
    title : str
    proof : str
        How sure it is that no better paths exist.
    doubt : str
        How many elective steps may bring nothing; empty = hardly any.
    parts, obstacles : PlainTable
    figure : Figure
        The courses that are planned most.
    seats : PlainTable or None
        Courses that more paths want than there are seats.
    """

    title: str
    proof: str
    doubt: str
    parts: PlainTable
    obstacles: PlainTable
    figure: Figure
    seats: PlainTable | None


def paths_view(published: PublishedTables) -> PathsView | Absent:
    """Count paths; what is counted under five is not told."""
    plans, paths = published.table("path_plans"), published.table("paths")
    if plans.empty or paths.empty:
        return absent(
            published,
            "No learning path was laid.",
            "Paths are laid from recommendations.",
            "no recommendations",
        )
    return PathsView(
        title=_title(plans),
        proof=_proof(plans),
        doubt=_doubt(paths),
        parts=_parts(paths),
        obstacles=_obstacles(plans),
        figure=_courses(published, paths, len(plans)),
        seats=_seats(published),
    )


def _title(plans: pd.DataFrame) -> str:
    with_steps = plans[pd.to_numeric(plans["steps"]) > 0]
    told = (
        f"{count(len(with_steps))} of {plural(len(plans), 'person', 'people')} have a path; the"
        f" middle one takes {float(pd.to_numeric(with_steps['weeks']).median()):.0f} weeks"
    )
    lift = pd.to_numeric(plans["lift"]).dropna()
    if lift.empty:
        return told + "."
    return f"{told} and is expected to add {points(float(lift.median()))} points of performance."


def _proof(plans: pd.DataFrame) -> str:
    gap = pd.to_numeric(plans["optimality_gap"])
    proven = percent(float((gap <= 0).mean()))
    told = (
        f"{proven} of the paths are proven to be the best that can be laid of the courses compared"
    )
    if (gap > 0).any():
        told += f"; of the others a better one may bring up to {percent(float(gap.max()))} more"
    return told + ". A lift that two steps share is counted once."


def _doubt(paths: pd.DataFrame) -> str:
    chosen = paths[paths["part"] == "elective"]
    low = pd.to_numeric(chosen["lift_low"]).dropna()
    unclear = int((low <= 0).sum())
    if unclear < FEWEST:
        return ""
    rest = len(low) - unclear
    # A rest under five would be about persons.
    told = "Nearly all" if 0 < rest < FEWEST else f"{count(unclear)} of {count(len(low))}"
    return (
        f"{told} elective steps may bring nothing: the 90 % interval of what they add reaches"
        " zero. They are planned because the estimate lies above it."
    )


def _parts(paths: pd.DataFrame) -> PlainTable:
    rows = [
        (name, count(int((paths["part"] == name).sum())), meaning)
        for name, meaning in _PARTS.items()
    ]
    return PlainTable(("Part", "Steps", "What it is"), tuple(rows), frozenset({1}))


def _obstacles(plans: pd.DataFrame) -> PlainTable:
    found: Counter[str] = Counter()
    for cell in plans["in_the_way"]:
        found.update({str(item["text_key"]) for item in parsed_list(cell)})
    rows = [(meaning, told_count(found[key])) for key, meaning in _OBSTACLES.items() if found[key]]
    return PlainTable(("What stands in the way", "People"), tuple(rows), frozenset({1}))


def _courses(published: PublishedTables, paths: pd.DataFrame, n_people: int) -> Figure:
    planned = paths[paths["part"] != "practice"].groupby("course_id", sort=True).size()
    top = planned.sort_values(ascending=False, kind="stable").head(_MOST_COURSES)
    top = top[top >= FEWEST] if (top >= FEWEST).any() else top.head(1)
    titles = [published.title(course) for course in top.index]
    texts = [percent(n / n_people) for n in top]
    return Figure(
        slug="figure-paths",
        title=f"The course planned most stands on the paths of {texts[0]} of people",
        note="Share of people on whose path the course stands.",
        plot=lying(titles, [n / n_people for n in top], texts),
        numbers=PlainTable(
            ("Course", "Paths", "Share"),
            tuple(zip(titles, map(count, top), texts, strict=True)),
            frozenset({1, 2}),
        ),
    )


def _seats(published: PublishedTables) -> PlainTable | None:
    seats = published.table("path_seats")
    short = seats[pd.to_numeric(seats["short"]) > 0]
    if short.empty:
        return None
    columns = ("seats", "taken", "wanted", "short", "planned")
    rows = [
        (
            published.title(row["course_id"]),
            str(row["quarter"]),
            *(count(row.get(c)) for c in columns),
        )
        for row in short.sort_values(["quarter", "course_id"]).to_dict("records")
    ]
    head = ("Course", "Quarter", "Seats", "Taken", "Would begin it", "Too few", "Planned")
    return PlainTable(head, tuple(rows), frozenset({2, 3, 4, 5, 6}))
