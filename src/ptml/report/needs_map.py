"""Where capability is missing: units by competencies, and what the trouble of a unit comes from."""

from dataclasses import dataclass

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.published import PublishedTables
from ptml.report.small_counts import FEWEST
from ptml.report.wording import count, level, percent, plural

# Below this many people a mean says too much about one of them.
_MOST_UNITS, _MOST_COMPETENCIES = 28, 28
_STEPS = 8
_CAUSES = {
    "capability": "skills are missing: training can help",
    "environment": "machines, process or staffing: training will not cure it",
    "motivation": "motivation: talk before training",
    "mixed": "several causes at once",
    "unclear": "the data do not say",
}


@dataclass(frozen=True)
class Cell:
    """The gap of a unit in a competency; ``step`` is its shade, 0 for nothing to show."""

    step: int
    text: str
    hint: str


@dataclass(frozen=True)
class UnitRow:
    """A unit with its cells, in the order of the columns."""

    unit: str
    people: str
    cause: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class NeedsMap:
    """Units with the widest gaps, by competency.

    Attributes
    ----------
    title : str
        The finding in one sentence.
    competencies : tuple of str
        The columns, the most needed first.
    units : tuple of UnitRow
        The rows, the most needy first.
    causes : tuple of (str, str, str)
        Cause, number of units, what it means.
    left_out : tuple of str
        Sentences about what the map does not show.
    """

    title: str
    competencies: tuple[str, ...]
    units: tuple[UnitRow, ...]
    causes: tuple[tuple[str, str, str], ...]
    left_out: tuple[str, ...]


def needs_map(published: PublishedTables) -> NeedsMap | Absent:
    """Lay out mean gaps by unit and competency; groups under five people are not shown."""
    needs = published.table("needs")
    by_competency = needs[needs["competency_id"].notna() & needs["gap"].notna()]
    if by_competency.empty:
        return absent(
            published,
            "No needs were published.",
            "They need `assignments`, `competencies`, `role_requirements` and `assessments`.",
            "no portraits",
            "no gaps",
            "needs",
        )
    frame = by_competency.assign(
        gap=pd.to_numeric(by_competency["gap"]), people=pd.to_numeric(by_competency["people"])
    )
    large = frame[frame["people"] >= FEWEST]
    total = (large["gap"] * large["people"]).groupby(large["org_unit_id"]).sum()
    wanted = (large["gap"] * large["people"]).groupby(large["competency_id"]).sum()
    units = _largest(total, _MOST_UNITS)
    competencies = _largest(wanted, _MOST_COMPETENCIES)
    as_such = needs[needs["competency_id"].isna()]
    causes = _causes(as_such)
    return NeedsMap(
        title=_title(published, wanted, large),
        competencies=tuple(map(published.competency, competencies)),
        units=tuple(
            _unit_row(published, unit, competencies, frame, causes, _heads(as_such))
            for unit in units
        ),
        causes=_cause_counts(causes),
        left_out=_left_out(as_such, frame, total, wanted),
    )


def _largest(total: "pd.Series[float]", most: int) -> list[str]:
    ranked = total.sort_index().sort_values(ascending=False, kind="stable")
    return [str(name) for name in ranked.head(most).index]


def _causes(units: pd.DataFrame) -> dict[str, str]:
    rows = units[units["cause"].notna() & ~_is_small(units)]
    return {str(u): str(c) for u, c in zip(rows["org_unit_id"], rows["cause"], strict=True)}


def _heads(units: pd.DataFrame) -> dict[str, float]:
    heads = pd.to_numeric(units["people"], errors="coerce")
    return dict(zip(units["org_unit_id"].astype(str), heads, strict=True))


def _is_small(rows: pd.DataFrame) -> "pd.Series[bool]":
    return pd.to_numeric(rows["people"], errors="coerce") < FEWEST


def _unit_row(
    published: PublishedTables,
    unit: str,
    competencies: list[str],
    frame: pd.DataFrame,
    causes: dict[str, str],
    heads: dict[str, float],
) -> UnitRow:
    own = frame[frame["org_unit_id"].astype(str) == unit]
    pairs = zip(own["gap"], own["people"], strict=True)
    gaps = dict(zip(own["competency_id"], pairs, strict=True))
    widest = float(frame.loc[frame["people"] >= FEWEST, "gap"].max()) or 1.0
    name = published.unit(unit)
    cells = tuple(
        _cell(f"{name}, {published.competency(competency)}", gaps.get(competency), widest)
        for competency in competencies
    )
    return UnitRow(name, count(heads.get(unit, own["people"].max())), causes.get(unit, ""), cells)


def _cell(where: str, found: tuple[float, float] | None, widest: float) -> Cell:
    if found is None:
        return Cell(0, "", f"{where}: no gap is shown")
    gap, people = found
    if people < FEWEST:
        return Cell(0, "·", f"{where}: under {FEWEST} people")
    hint = f"{where}: gap {level(gap)}, {plural(int(people), 'person', 'people')}"
    return Cell(round(_STEPS * max(gap, 0.0) / widest), level(gap), hint)


def _cause_counts(causes: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    found = list(causes.values())
    names = [*(c for c in _CAUSES if c in found), *sorted(set(found) - set(_CAUSES))]
    return tuple((name, plural(found.count(name), "unit"), _CAUSES.get(name, "")) for name in names)


def _title(published: PublishedTables, wanted: "pd.Series[float]", large: pd.DataFrame) -> str:
    if wanted.empty or wanted.max() <= 0:
        return "No unit with five people or more has a gap to speak of."
    first = published.competency(_largest(wanted, 1)[0])
    share = percent(float(wanted.max() / wanted.sum()))
    units = plural(int(large["org_unit_id"].nunique()), "unit")
    return f"The widest need over {units} is {first}: {share} of all that is missing."


def _left_out(
    as_such: pd.DataFrame,
    frame: pd.DataFrame,
    total: "pd.Series[float]",
    wanted: "pd.Series[float]",
) -> tuple[str, ...]:
    sentences = []
    n_units = int(_is_small(as_such).sum())
    if n_units:
        sentences.append(
            f"{plural(n_units, 'unit')} with fewer than {FEWEST} people "
            f"{'is' if n_units == 1 else 'are'} left out."
        )
    small = int((frame["people"] < FEWEST).sum())
    if small:
        sentences.append(
            f"{plural(small, 'cell')} with fewer than {FEWEST} people "
            f"{'is' if small == 1 else 'are'} not shown (·)."
        )
    if len(total) > _MOST_UNITS:
        sentences.append(
            f"The {_MOST_UNITS} units of {count(len(total))} in which most is missing are shown; "
            "all are in the table `needs`."
        )
    if len(wanted) > _MOST_COMPETENCIES:
        sentences.append(
            f"The {_MOST_COMPETENCIES} competencies of {count(len(wanted))} in which most is "
            "missing are shown."
        )
    return tuple(sentences)
