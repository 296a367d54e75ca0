"""Time to proficiency: the curve of all, medians of groups, what goes with it, spread of teams."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.curves import LARGE, Frame, Label, Line, XYPlot, area_between, spread
from ptml.report.figures import Figure, PlainTable
from ptml.report.intervals import IntervalRow, interval_plot
from ptml.report.published import PublishedTables
from ptml.report.scales import axis_over
from ptml.report.wording import count, date, figure, in_words, number, percent, plural, span

_DIMENSIONS = {
    "all": "everybody",
    "job_family": "job family",
    "unit_group": "part of the organisation",
    "cohort": "year of the beginning",
}
_MOST_GROUPS, _MOST_FACTORS = 24, 24


@dataclass(frozen=True)
class ProficiencyView:
    """How soon new people reach their level, and what goes with it.

    Attributes
    ----------
    title : str
    curve, medians, factors, spread : Figure or None
    table : PlainTable
        Medians of all groups.
    named : tuple of str
        One sentence an association that is named.
    left_out : tuple of str
    """

    title: str
    curve: Figure | None
    medians: Figure | None
    factors: Figure | None
    spread: Figure | None
    named: tuple[str, ...]
    left_out: tuple[str, ...]


def proficiency_view(published: PublishedTables) -> ProficiencyView | Absent:
    """Lay out the curve of everybody, medians by group, associations and the spread of teams."""
    curves, teams = published.table("proficiency_curves"), published.table("team_spread")
    if curves.empty and teams.empty:
        return absent(
            published,
            "Nothing was published about the time to proficiency.",
            "It needs `performance`, and `employees.hired_on` within the time that it covers.",
            "performance",
        )
    factors = published.table("proficiency_factors")
    return ProficiencyView(
        title=_title(curves),
        curve=_curve(curves),
        medians=_medians(published, curves),
        factors=_factors(published, factors),
        spread=_spread(teams),
        named=_named(published, factors),
        left_out=_left_out(factors),
    )


def _of_all(curves: pd.DataFrame) -> pd.DataFrame:
    return curves[curves["dimension"] == "all"].sort_values("month")


def _title(curves: pd.DataFrame) -> str:
    all_rows = _of_all(curves)
    if all_rows.empty:
        return "Too few people have begun within the data to say how soon they become proficient."
    first = all_rows.iloc[0]
    people = plural(int(first["people"]), "person has begun", "people have begun")
    return f"{people} within the data; half of those who stay are proficient {_half(first)}."


def _half(row: "pd.Series[float]") -> str:
    median = number(row["median_months"])
    if median is None:
        low = number(row["median_low"])
        after = f" (and not within {count(low)} months)" if low is not None else ""
        return f"later than can be seen yet{after}"
    return f"after {count(median)} months ({_range(row)})"


def _range(row: "pd.Series[float]") -> str:
    low, high = number(row["median_low"]), number(row["median_high"])
    if low is None:
        return "interval not known"
    return f"{count(low)} to {count(high)}" if high is not None else f"{count(low)} or more"


def _curve(curves: pd.DataFrame) -> Figure | None:
    rows = _of_all(curves)
    if len(rows) < 2:
        return None
    months = rows["month"].astype(float).tolist()
    axes = (
        axis_over(months, lambda value: f"{value:g}", snug=True),
        axis_over([0.0, 1.0], percent),
    )
    frame = Frame(*axes)
    shares = {name: pd.to_numeric(rows[name]).tolist() for name in _SHARES}
    stayed = _stairs(frame, months, shares["reached_if_stayed"], "peer")
    reached = _stairs(frame, months, shares["reached"], "ours")
    low = _stairs(frame, months, shares["reached_low"], "ours")
    high = _stairs(frame, months, shares["reached_high"], "ours")
    end = frame.x(months[-1])
    labels = spread(
        [
            Label(end, frame.y(shares["reached"][-1]) - 6, "of all who began", "ours", "end"),
            Label(
                end,
                frame.y(shares["reached_if_stayed"][-1]) - 6,
                "if nobody left",
                "peer",
                "end",
            ),
        ]
    )
    last = percent(shares["reached"][-1])
    return Figure(
        slug="figure-proficiency",
        title=f"{last} of all who began are proficient within {count(months[-1])} months.",
        note="The strong line counts who has left as not proficient; the other takes them out as "
        "if leaving said nothing. Shaded: 90 % interval. The curve ends where fewer than five "
        "people are still open.",
        plot=XYPlot(
            *axes,
            "months since the beginning",
            "share proficient",
            lines=(stayed, reached),
            labels=labels,
            area=area_between(high, low),
            size=LARGE,
        ),
        numbers=PlainTable(
            ("Month", "Still open", "Proficient", "90 % interval", "If nobody left", "Left"),
            tuple(
                (
                    count(row["month"]),
                    count(row["at_risk"]),
                    percent(row["reached"]),
                    span(row["reached_low"], row["reached_high"], percent),
                    percent(row["reached_if_stayed"]),
                    percent(row["left"]),
                )
                for row in rows.to_dict("records")
            ),
            frozenset(range(6)),
        ),
    )


_SHARES = ("reached", "reached_low", "reached_high", "reached_if_stayed")


def _stairs(frame: Frame, months: list[float], shares: list[float], tone: str) -> Line:
    xs = [month for month in months for _ in range(2)][1:]
    ys = [share for share in shares for _ in range(2)][:-1]
    return frame.line(xs, ys, tone)


def _medians(published: PublishedTables, curves: pd.DataFrame) -> Figure | None:
    groups = curves[curves["month"] == 0]
    order = {name: k for k, name in enumerate(_DIMENSIONS)}
    groups = groups.assign(order=groups["dimension"].map(order))
    groups = groups.sort_values(["order", "group_id"], kind="stable").head(_MOST_GROUPS)
    if groups["median_months"].notna().sum() < 1:
        return None
    longest = float(pd.to_numeric(curves["month"]).max())
    rows = [
        IntervalRow(
            _group(published, row),
            number(row["median_months"]),
            number(row["median_low"]),
            longest if number(row["median_high"]) is None else number(row["median_high"]),
            "not yet" if number(row["median_months"]) is None else count(row["median_months"]),
            tone="ours" if row["dimension"] == "all" else "plain",
            detail=plural(int(row["people"]), "person", "people"),
        )
        for row in groups.to_dict("records")
    ]
    return Figure(
        slug="figure-proficiency-groups",
        title="Months until half of those who stay are proficient.",
        note="Dot: median; bar: its 90 % interval, to the edge where its end is not seen yet. Not "
        "a ranking: groups differ in work, targets and people.",
        plot=interval_plot(rows, lambda value: f"{value:g}", "months", reference=None),
        numbers=PlainTable(
            ("Group", "People", "Median, months (90 % interval)"),
            tuple(
                (line.label, line.detail, _median_text(row))
                for line, row in zip(rows, groups.to_dict("records"), strict=True)
            ),
            frozenset({1}),
        ),
    )


def _group(published: PublishedTables, row: Mapping[Hashable, Any]) -> str:
    name, dimension = str(row["group_id"]), str(row["dimension"])
    if dimension == "all":
        return "Everybody"
    if dimension == "unit_group":
        return published.unit(name)
    return f"Began in {name}" if dimension == "cohort" else f"Job family {name}"


def _median_text(row: Mapping[Hashable, Any]) -> str:
    median = number(row["median_months"])
    told = "not seen yet" if median is None else count(median)
    low = number(row["median_low"])
    return told if low is None else f"{told} ({_range(pd.Series(row))})"


def _factor(published: PublishedTables, row: Mapping[Hashable, Any]) -> str:
    if row["factor"] == "course":
        return published.title(row["course_id"])
    return in_words(str(row["factor"])).capitalize()


def _judged(factors: pd.DataFrame) -> pd.DataFrame:
    judged = factors[(factors["finding"] != "too_few") & (factors["design"] == "landmark")]
    return judged.assign(
        p=pd.to_numeric(judged["p_value"]), text=judged["course_id"].fillna("")
    ).sort_values(["p", "factor", "text"], kind="stable")


def _factors(published: PublishedTables, factors: pd.DataFrame) -> Figure | None:
    judged = _judged(factors).head(_MOST_FACTORS)
    if judged.empty:
        return None
    tones = {"sooner": "helps", "later": "harms"}
    rows = [
        IntervalRow(
            _factor(published, row),
            number(row["ratio"]),
            number(row["ratio_low"]),
            number(row["ratio_high"]),
            figure(row["ratio"]),
            tone=tones.get(str(row["finding"]), "unclear"),  # type: ignore[arg-type]
            detail=plural(int(row["people_with"]), "person", "people"),
        )
        for row in judged.to_dict("records")
    ]
    return Figure(
        slug="figure-proficiency-factors",
        title="What new people did in their first 90 days, and how fast they became proficient.",
        note="Dot: how many times as fast as those without it, from day 90 on, among people of one "
        "job family; bar: 90 % interval. An association and no effect: who takes a course may be "
        "keener anyway. Coloured only where chance is ruled out over all that was looked at.",
        plot=interval_plot(rows, lambda value: f"{value:g}", "times as fast", reference=1.0),
        numbers=PlainTable(
            ("In the first days", "People with it", "Without", "Times as fast", "90 % interval"),
            tuple(
                (
                    _factor(published, row),
                    count(row["people_with"]),
                    count(row["people_without"]),
                    figure(row["ratio"]),
                    span(row["ratio_low"], row["ratio_high"], figure),
                )
                for row in judged.to_dict("records")
            ),
            frozenset({1, 2, 3, 4}),
        ),
    )


def _named(published: PublishedTables, factors: pd.DataFrame) -> tuple[str, ...]:
    # By the other design what the keen choose is named more than twice as often.
    named = factors[
        factors["finding"].isin(["sooner", "later"]) & (factors["design"] == "landmark")
    ]
    return tuple(
        f"{_factor(published, row)} in the first days: "
        f"{figure(row['ratio'])} times as fast "
        f"({span(row['ratio_low'], row['ratio_high'], figure)}). It goes with it; that it is the "
        "reason is not shown."
        for row in named.to_dict("records")
    )


def _spread(teams: pd.DataFrame) -> Figure | None:
    if len(teams) < 2:
        return None
    teams = teams.sort_values(["period_end", "period_start"])
    names = ("between_sd", "between_sd_low", "between_sd_high")
    values = {name: pd.to_numeric(teams[name]).tolist() for name in names}
    places = [float(k) for k in range(len(teams))]
    ends = teams["period_end"].tolist()
    axes = (
        axis_over(places, lambda k: _period(ends, k), snug=True, n_ticks=4),
        axis_over([v for name in names for v in values[name]], lambda v: f"{v:g}", include=(0.0,)),
    )
    frame = Frame(*axes)
    first, last = (percent(teams["share_between"].iloc[k]) for k in (0, -1))
    lines = [frame.line(places, values[name], "ours") for name in names]
    return Figure(
        slug="figure-team-spread",
        title=f"Where people work goes with {first} of the differences between them in the first "
        f"period, and with {last} in the last.",
        note="Line: how far the means of units lie apart (standard deviation, points), what chance "
        "makes of small teams taken off; shaded: 90 % interval. The share in the title falls where "
        "people within units come to differ more, even if units lie as far apart.",
        plot=XYPlot(
            *axes,
            "end of the period",
            "spread between units, points",
            lines=(lines[0],),
            area=area_between(lines[2], lines[1]),
        ),
        numbers=PlainTable(
            ("Period until", "Units", "Between units", "90 % interval", "Share", "90 % interval"),
            tuple(
                (
                    date(row["period_end"]),
                    count(row["units"]),
                    figure(row["between_sd"]),
                    span(row["between_sd_low"], row["between_sd_high"], figure),
                    percent(row["share_between"]),
                    span(row["share_between_low"], row["share_between_high"], percent),
                )
                for row in teams.to_dict("records")
            ),
            frozenset({1, 2, 3, 4, 5}),
        ),
    )


def _period(ends: list[object], place: float) -> str:
    if abs(place - round(place)) > 1e-6 or not 0 <= round(place) < len(ends):
        return ""
    day = pd.Timestamp(ends[round(place)])  # type: ignore[arg-type]
    return f"{day:%b %Y}"


def _left_out(factors: pd.DataFrame) -> tuple[str, ...]:
    n_few = int(((factors["finding"] == "too_few") & (factors["design"] == "landmark")).sum())
    if not n_few:
        return ()
    return (
        f"{plural(n_few, 'course or kind of support', 'courses and kinds of support')} that too "
        "few new people met in time are not judged.",
    )
