"""Course health: which courses ask for attention, and whether liking a course says what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.alerts import alert_sentence
from ptml.report.curves import Dot, Frame, Label, Line, XYPlot, uncovered
from ptml.report.figures import MOST_UNFOLDED, Figure, PlainTable
from ptml.report.published import PublishedTables
from ptml.report.scales import axis_over
from ptml.report.wording import (
    UNKNOWN,
    count,
    level,
    number,
    parsed_list,
    percent,
    plural,
    points,
    shortened,
    span,
    tick_points,
)

_FIGURES = (
    "Enrolled",
    "Completed",
    "Exam",
    "Satisfaction",
    "Used at work",
    "Lift",
    "Return",
)
_MOST_ALERTS, _MOST_COURSES = 60, 200
_FEWEST_FOR_PLOT = 6
_NAMED = 2
# Practitioners call a course liked from 4 of 5 on.
_LIKED = 4.0
# Points of lift under which a liked course is drawn hollow.
_LITTLE = 0.5


@dataclass(frozen=True)
class AlertedCourse:
    """A course with its alerts and the figures behind them, in the order of the head."""

    title: str
    alerts: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True)
class CourseAlerts:
    """Courses that ask for attention; the gravest are in sight, the others under a fold."""

    title: str
    head: tuple[str, ...]
    courses: tuple[AlertedCourse, ...]
    n_left_out: int
    figure: Figure | None
    everything: PlainTable

    @property
    def gravest(self) -> tuple[AlertedCourse, ...]:
        """Courses that are in sight at once."""
        return self.courses[:MOST_UNFOLDED]

    @property
    def others(self) -> tuple[AlertedCourse, ...]:
        """Courses that a reader has to unfold."""
        return self.courses[MOST_UNFOLDED:]


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
        key=lambda item: (not _harms(item[0]), -len(item[0]), str(item[1]["title"])),
    )
    n, shown = len(alerted), alerted[:_MOST_ALERTS]
    head, figures = _known_columns([_figures(row) for _, row in shown])
    total = plural(len(health), "course")
    return CourseAlerts(
        title=f"{count(n)} of {total} {'asks' if n == 1 else 'ask'} for attention."
        if n
        else _no_alert(len(health)),
        head=head,
        courses=tuple(
            AlertedCourse(
                published.title(row["course_id"]),
                tuple(alert_sentence(alert) for alert in alerts),
                cells,
            )
            for (alerts, row), cells in zip(shown, figures, strict=True)
        ),
        n_left_out=n - len(shown),
        figure=_liking_and_lift(published, health),
        everything=_everything(published, health),
    )


def _harms(alerts: list[Any]) -> bool:
    return any(isinstance(alert, Mapping) and alert.get("code") == "harmful" for alert in alerts)


def _known_columns(
    rows: list[tuple[str, ...]],
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The figures that are known of any course: their names, and the cells of each course."""
    kept = [i for i in range(len(_FIGURES)) if any(row[i] != UNKNOWN for row in rows)]
    return tuple(_FIGURES[i] for i in kept), [tuple(row[i] for i in kept) for row in rows]


def _no_alert(n: int) -> str:
    return (
        "The one course raised no alert."
        if n == 1
        else f"None of {count(n)} courses raised an alert."
    )


def _figures(row: Mapping[Any, Any]) -> tuple[str, ...]:
    enrolled, completed = number(row["enrolled"]), number(row["completed"])
    # Of those who are through, as alerts count it: who is in the middle of it is neither.
    rate = number(row.get("completion_rate"))
    if rate is None and enrolled and completed is not None:
        rate = completed / enrolled
    ends = span(row["lift_low"], row["lift_high"])
    return (
        count(enrolled),
        percent(rate),
        level(row["mean_exam"]),
        level(row["mean_satisfaction"]),
        percent(row["transfer_rate"]),
        points(row["lift"]) + (f" ({ends})" if ends else ""),
        percent(row["roi"]),
    )


def _everything(published: PublishedTables, health: pd.DataFrame) -> PlainTable:
    """The figures of the courses with most enrolments, less the columns that nobody knows."""
    ranked = health.assign(enrolled=pd.to_numeric(health["enrolled"], errors="coerce"))
    ranked = ranked.sort_values(
        ["enrolled", "course_id"], ascending=[False, True], kind="stable"
    ).head(_MOST_COURSES)
    records = ranked.to_dict("records")
    head, figures = _known_columns([_figures(row) for row in records])
    titles = [published.title(row["course_id"]) for row in records]
    rows = tuple((title, *cells) for title, cells in zip(titles, figures, strict=True))
    return PlainTable(("Course", *head), rows, frozenset(range(1, len(head) + 1)))


def _liking_and_lift(published: PublishedTables, health: pd.DataFrame) -> Figure | None:
    columns = ["mean_satisfaction", "lift"]
    frame = health[["course_id", *columns]].copy()
    frame[columns] = frame[columns].apply(pd.to_numeric, errors="coerce")
    frame = frame.dropna().sort_values("course_id", kind="stable")
    if len(frame) < _FEWEST_FOR_PLOT:
        return None
    x_axis = axis_over(frame["mean_satisfaction"], lambda v: f"{v:g}", bounds=(1.0, 5.0))
    y_axis = axis_over(frame["lift"], tick_points, include=(0.0,))
    area = Frame(x_axis, y_axis)
    liked = frame["mean_satisfaction"] >= _LIKED
    hollow = liked & (frame["lift"] < _LITTLE)
    worst = frame[hollow].nsmallest(_NAMED, "lift")
    worth = frame[~liked & (frame["lift"] > 1.5)].nlargest(_NAMED, "lift")
    tones = dict.fromkeys(frame.index[hollow], "hollow") | dict.fromkeys(worth.index, "ours")
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
    choices = [
        _names(area, published, frame.loc[index], tones[index])
        for index in [*worst.index, *worth.index]
    ]
    return Figure(
        slug="figure-liking-lift",
        title=_liking_title(frame, int(hollow.sum())),
        note="Each dot is a course: what takers thought of it, and what it did to their "
        "performance by best estimate. Hollow ones are liked (4 of 5 or more), with under half a "
        "point.",
        plot=XYPlot(
            x_axis,
            y_axis,
            "mean satisfaction, 1 to 5",
            "lift, points",
            lines=(_zero(area),),
            dots=dots,
            labels=uncovered(choices, dots),
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


def _names(
    area: Frame, published: PublishedTables, row: "pd.Series[float]", tone: str
) -> list[Label]:
    """The course's name at the places around its dot, the best first."""
    x, y = area.x(row["mean_satisfaction"]), area.y(row["lift"])
    name = shortened(published.title(row["course_id"]), 34)
    beside = [Label(x + 10, y + 5, name, tone), Label(x - 10, y + 5, name, tone, "end")]
    over = [Label(x - 6, y - 13, name, tone), Label(x + 6, y - 13, name, tone, "end")]
    under = [Label(x - 6, y + 23, name, tone), Label(x + 6, y + 23, name, tone, "end")]
    return [*beside, *over, *under]


def _liking_title(frame: pd.DataFrame, n_hollow: int) -> str:
    together = frame["mean_satisfaction"].corr(frame["lift"])
    if n_hollow and (pd.isna(together) or together < 0.5):
        said = plural(n_hollow, "liked course")
        verb = "is" if n_hollow == 1 else "are"
        return f"Liking a course says little: {said} {verb} estimated at under half a point of lift"
    return "What people think of a course, and what it does"
