"""Course health: which courses ask for attention, and whether liking a course says what it does."""

from dataclasses import dataclass

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.curves import Dot, Frame, Label, Line, XYPlot, spread
from ptml.report.figures import Figure, PlainTable
from ptml.report.published import PublishedTables
from ptml.report.scales import axis_over
from ptml.report.sentences import sentence
from ptml.report.wording import (
    count,
    known,
    level,
    number,
    parsed_list,
    percent,
    plural,
    points,
    span,
)

_MOST_ALERTS = 60
_FEWEST_FOR_PLOT = 6
_NAMED = 5
# Practitioners call a course liked from 4 of 5 on.
_LIKED = 4.0


@dataclass(frozen=True)
class AlertedCourse:
    """A course with its alerts and the figures behind them."""

    title: str
    alerts: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CourseAlerts:
    """Courses that ask for attention."""

    title: str
    courses: tuple[AlertedCourse, ...]
    n_left_out: int
    figure: Figure | None


def course_alerts(published: PublishedTables) -> CourseAlerts | Absent:
    """Collect the alerts of `course_health`, most alerts first."""
    health = published.table("course_health")
    if health.empty:
        return absent(
            published,
            "No course health was published.",
            "It needs enrolments of at least one course.",
            "course_health",
            "course health",
        )
    rows = [(parsed_list(row["alerts"]), row) for row in health.to_dict("records")]
    alerted = sorted(
        ((alerts, row) for alerts, row in rows if alerts),
        key=lambda item: (-len(item[0]), str(item[1]["title"]), str(item[1]["course_id"])),
    )
    n = len(alerted)
    total = plural(len(health), "course")
    return CourseAlerts(
        title=f"{count(n)} of {total} {'asks' if n == 1 else 'ask'} for attention."
        if n
        else f"None of {total} raised an alert.",
        courses=tuple(
            _course(published, alerts, row) for alerts, row in alerted[:_MOST_ALERTS]
        ),
        n_left_out=max(n - _MOST_ALERTS, 0),
        figure=_liking_and_lift(published, health),
    )


def _course(
    published: PublishedTables, alerts: list[object], row: dict[str, object]
) -> AlertedCourse:
    enrolled, completed = number(row["enrolled"]), number(row["completed"])
    rate = completed / enrolled if enrolled and completed is not None else None
    ends = span(row["lift_low"], row["lift_high"])
    figures = [
        ("Enrolled", count(enrolled)),
        ("Completed", percent(rate)),
        ("Exam", level(row["mean_exam"])),
        ("Satisfaction", level(row["mean_satisfaction"])),
        ("Used at work", percent(row["transfer_rate"])),
        ("Lift", points(row["lift"]) + (f" ({ends})" if ends else "")),
    ]
    if known(row["roi"]):
        figures.append(("Return", f"{percent(row['roi'])}"))
    return AlertedCourse(
        title=published.title(row["course_id"]),
        alerts=tuple(sentence(alert) for alert in alerts),
        figures=tuple(figures),
    )


def _liking_and_lift(published: PublishedTables, health: pd.DataFrame) -> Figure | None:
    columns = ["mean_satisfaction", "lift"]
    frame = health[["course_id", *columns]].copy()
    frame[columns] = frame[columns].apply(pd.to_numeric, errors="coerce")
    frame = frame.dropna().sort_values("course_id", kind="stable")
    if len(frame) < _FEWEST_FOR_PLOT:
        return None
    x_axis = axis_over(frame["mean_satisfaction"], lambda v: f"{v:g}", bounds=(1.0, 5.0))
    y_axis = axis_over(frame["lift"], points, include=(0.0,))
    area = Frame(x_axis, y_axis)
    liked = frame["mean_satisfaction"] >= _LIKED
    hollow = frame[liked & (frame["lift"] < 0.5)].nsmallest(_NAMED, "lift")
    worth = frame[~liked & (frame["lift"] > 1.5)].nlargest(2, "lift")
    tones = dict.fromkeys(hollow.index, "harms") | dict.fromkeys(worth.index, "ours")
    dots = tuple(
        Dot(
            area.x(row["mean_satisfaction"]),
            area.y(row["lift"]),
            tones.get(index, "peer"),
            radius=5.0 if index in tones else 4.0,
            hint=f"{published.title(row['course_id'])}: satisfaction "
            f"{level(row['mean_satisfaction'])}, lift {points(row['lift'])}",
        )
        for index, row in frame.iterrows()
    )
    labels = [
        _named(area, published, frame.loc[index], tones[index])
        for index in [*hollow.index, *worth.index]
    ]
    return Figure(
        slug="figure-liking-lift",
        title=_liking_title(frame, int((liked & (frame["lift"] < 0.5)).sum())),
        note="Each dot is a course: what takers thought of it, and what it did to their "
        "performance. Named: liked but with little lift, and effective though not much liked.",
        plot=XYPlot(
            x_axis,
            y_axis,
            "mean satisfaction, 1 to 5",
            "lift, points",
            lines=(_zero(area),),
            dots=dots,
            labels=spread(labels),
        ),
        numbers=PlainTable(
            ("Course", "Satisfaction", "Lift"),
            tuple(
                (published.title(r["course_id"]), level(r["mean_satisfaction"]), points(r["lift"]))
                for r in frame.to_dict("records")
            ),
            frozenset({1, 2}),
        ),
    )


def _zero(area: Frame) -> Line:
    return area.line([area.x_axis.low, area.x_axis.high], [0.0, 0.0], "reference")


def _named(
    area: Frame, published: PublishedTables, row: "pd.Series[float]", tone: str
) -> Label:
    x, y = area.x(row["mean_satisfaction"]), area.y(row["lift"])
    title = published.title(row["course_id"])
    short = title if len(title) <= 28 else title[:27] + "…"
    right = area.x_axis.at(row["mean_satisfaction"]) < 55
    return Label(x + 9 if right else x - 9, y + 4, short, tone, "start" if right else "end")


def _liking_title(frame: pd.DataFrame, n_hollow: int) -> str:
    together = frame["mean_satisfaction"].corr(frame["lift"])
    if n_hollow and (pd.isna(together) or together < 0.5):
        said = "is liked but does" if n_hollow == 1 else "are liked but do"
        return f"Liking a course says little: {plural(n_hollow, 'course')} {said} next to nothing"
    return "What people think of a course, and what it does"
