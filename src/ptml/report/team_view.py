"""Teams: what they are good at, what they lack, and what hangs on one person."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.figures import PlainTable
from ptml.report.published import PublishedTables
from ptml.report.wording import count, level, listed, percent, plural, points, span

_MOST_UNITS, _MOST_COMPETENCIES, _MOST_ROWS = 28, 28, 20
_STEPS = 8
_TONES = {"strength": "plus", "gap": "minus", "as_required": "even", "unclear": "", "too_few": ""}


@dataclass(frozen=True)
class TeamCell:
    """A unit in a competency: its shade, what stands there, and the whole sentence."""

    step: int
    tone: str
    text: str
    hint: str


@dataclass(frozen=True)
class TeamRow:
    """A unit with its cells, in the order of the columns."""

    unit: str
    people: str
    cells: tuple[TeamCell, ...]


@dataclass(frozen=True)
class TeamView:
    """What the run says of teams; nobody is named here.

    Attributes
    ----------
    title : str
        The finding in one sentence.
    lead : tuple of str
    competencies : tuple of str
        Columns of the map, the most needed first.
    units : tuple of TeamRow
    singles : PlainTable or None
        Units in which one person alone holds a critical competency.
    trends : PlainTable or None
        Where the same people's level has moved within a year, for sure.
    left_out : tuple of str
    """

    title: str
    lead: tuple[str, ...]
    competencies: tuple[str, ...]
    units: tuple[TeamRow, ...]
    singles: PlainTable | None
    trends: PlainTable | None
    left_out: tuple[str, ...]


def team_view(published: PublishedTables) -> TeamView | Absent:
    """Lay out strengths and gaps by unit and competency, cover by one person, and trends."""
    portraits = published.table("team_portraits")
    if portraits.empty:
        return absent(
            published,
            "No portraits of teams were published.",
            "They need `assignments`, `competencies`, `role_requirements` and `assessments`.",
            "no portraits",
        )
    told = portraits[portraits["standing"] != "too_few"].copy()
    for name in ("people", "level", "required", "trend", "trend_low", "trend_high"):
        told[name] = pd.to_numeric(told[name], errors="coerce")
    told["above"] = told["level"] - told["required"]
    competencies = _most_needed(told)
    units = _widest(told)
    widest = float(told["above"].abs().max()) if len(told) else 1.0
    shown = told[told["org_unit_id"].isin(units)]
    cells = {
        (str(row["org_unit_id"]), str(row["competency_id"])): row
        for row in shown.to_dict("records")
    }
    return TeamView(
        title=_title(told),
        lead=_lead(told),
        competencies=tuple(map(published.competency, competencies)),
        units=tuple(
            _row(published, unit, competencies, cells, shown, widest or 1.0) for unit in units
        ),
        singles=_singles(published, told),
        trends=_trends(published, told),
        left_out=_left_out(portraits, told),
    )


def _title(told: pd.DataFrame) -> str:
    if told.empty:
        return "No unit has five people with a known level in one competency."
    n = told["standing"].value_counts()
    return (
        f"Of {plural(len(told), 'unit and competency', 'units and competencies')}, "
        f"{plural(int(n.get('strength', 0)), 'is', 'are')} a strength for sure and "
        f"{count(n.get('gap', 0))} a gap."
    )


def _lead(told: pd.DataFrame) -> tuple[str, ...]:
    critical = told[told["critical"].eq(True)]
    nobody = int((pd.to_numeric(critical["holders"]) == 0).sum())
    alone = int(critical["single_holder"].eq(True).sum())
    return (
        f"In {count(nobody)} of {count(len(critical))} cases in which a competency is critical, "
        f"nobody is sure to reach what is required; in {count(alone)} it is one person alone. "
        "Who that is stands in the table `sole_holders`, for planning succession and nothing else.",
    )


def _most_needed(told: pd.DataFrame) -> list[str]:
    short = (-told["above"]).clip(lower=0) * told["people"]
    total = short.groupby(told["competency_id"]).sum().sort_index()
    ranked = total.sort_values(ascending=False, kind="stable")
    return [str(name) for name in ranked.head(_MOST_COMPETENCIES).index]


def _widest(told: pd.DataFrame) -> list[str]:
    people = told.groupby("org_unit_id")["people"].max().sort_index()
    ranked = people.sort_values(ascending=False, kind="stable")
    return [str(name) for name in ranked.head(_MOST_UNITS).index]


def _row(
    published: PublishedTables,
    unit: str,
    competencies: list[str],
    cells: dict[tuple[str, str], dict[Hashable, Any]],
    shown: pd.DataFrame,
    widest: float,
) -> TeamRow:
    name = published.unit(unit)
    people = shown.loc[shown["org_unit_id"] == unit, "people"].max()
    return TeamRow(
        name,
        count(people),
        tuple(
            _cell(f"{name}, {published.competency(one)}", cells.get((unit, one)), widest)
            for one in competencies
        ),
    )


def _cell(where: str, row: Mapping[Hashable, Any] | None, widest: float) -> TeamCell:
    if row is None:
        return TeamCell(0, "", "", f"{where}: not required, or of fewer than five people")
    above, standing = float(row["above"]), str(row["standing"])
    said = "not told apart" if standing == "unclear" else standing.replace("_", " ")
    hint = (
        f"{where}: mean level {level(row['level'])}, required {level(row['required'])} "
        f"({said}; {plural(int(row['people']), 'person', 'people')})"
    )
    step = round(_STEPS * min(abs(above) / widest, 1.0)) if standing == "gap" else 0
    return TeamCell(step, _TONES[standing], points(above), hint)


def _singles(published: PublishedTables, told: pd.DataFrame) -> PlainTable | None:
    alone = told[told["single_holder"].eq(True)]
    if alone.empty:
        return None
    alone = alone.sort_values(
        ["people", "org_unit_id", "competency_id"], ascending=[False, True, True]
    )
    rows = tuple(
        (
            published.unit(row["org_unit_id"]),
            published.competency(row["competency_id"]),
            count(row["people"]),
            percent(row["p_alone"]),
        )
        for row in alone.head(_MOST_ROWS).to_dict("records")
    )
    head = ("Unit", "Critical competency", "People who need it", "Nobody else does, probability")
    return PlainTable(head, rows, frozenset({2, 3}))


def _trends(published: PublishedTables, told: pd.DataFrame) -> PlainTable | None:
    moved = told[(told["trend_low"] > 0) | (told["trend_high"] < 0)]
    if moved.empty:
        return None
    order = moved["trend"].abs().sort_values(ascending=False, kind="stable").index
    rows = tuple(
        (
            published.unit(row["org_unit_id"]),
            published.competency(row["competency_id"]),
            count(row["trend_people"]),
            points(row["trend"]),
            span(row["trend_low"], row["trend_high"]),
        )
        for row in moved.loc[order].head(_MOST_ROWS).to_dict("records")
    )
    head = ("Unit", "Competency", "Same people", "Levels a year", "90 % interval")
    return PlainTable(head, rows, frozenset({2, 3, 4}))


def _left_out(portraits: pd.DataFrame, told: pd.DataFrame) -> tuple[str, ...]:
    sentences = []
    n_small = len(portraits) - len(told)
    if n_small:
        sentences.append(
            f"{plural(n_small, 'unit and competency', 'units and competencies')} with fewer than "
            "five people are not described, and counted in a sum above only where they cannot be "
            "told apart."
        )
    parts = [
        plural(n, one, many)
        for n, most, one, many in (
            (told["org_unit_id"].nunique(), _MOST_UNITS, "unit", "units"),
            (told["competency_id"].nunique(), _MOST_COMPETENCIES, "competency", "competencies"),
        )
        if n > most
    ]
    if parts:
        sentences.append(
            f"Of {listed(parts)} the largest and the most needed are shown; all are in "
            "`team_portraits`."
        )
    return tuple(sentences)
