"""Units flagged in the place of their people, and cases that are the matter of the unit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.figures import PlainTable
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables
from ptml.report.wording import (
    count,
    known,
    number,
    parsed_list,
    parsed_mapping,
    percent,
    plural,
    span,
)

_MOST_UNITS = 40
_MATTERS = {
    "incident": "an incident in the unit",
    "opportunity": "no opportunity to use it",
    "unit": "the unit is flagged",
}
_HEAD = (
    "Unit",
    "Open trainings",
    "People",
    "At risk",
    *(w.capitalize() for w in _MATTERS.values()),
)


@dataclass(frozen=True)
class FlaggedUnit:
    """A unit that is flagged: how sure that is, its open cases, what its people share, what to do.

    Attributes
    ----------
    odds : str
        How much the unit multiplies the odds that training stays unused.
    """

    name: str
    odds: str
    cases: str
    reasons: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class UnitMatters:
    """What the run says of units; nobody of them is named."""

    title: str
    lead: tuple[str, ...]
    flagged: tuple[FlaggedUnit, ...]
    cases: PlainTable | None
    left_out: tuple[str, ...]


def unit_matters(published: PublishedTables, findings: Findings) -> UnitMatters | Absent:
    """Lay out flagged units and the cases that refer to a unit, counted by unit."""
    units = published.table("unit_warnings")
    if units.empty:
        return absent(
            published,
            "Nothing was published about units.",
            "It needs warnings, and `assignments` that say who works in which unit.",
            "no warnings",
        )
    flagged = units[units["flagged"].eq(True)]
    flagged = flagged.assign(effect=pd.to_numeric(flagged["unit_effect"], errors="coerce"))
    flagged = flagged.sort_values(["effect", "org_unit_id"], ascending=[False, True])
    counts = _counts(units)
    return UnitMatters(
        title=_title(len(flagged), len(units)),
        lead=tuple(filter(None, (_partition(findings), _referred(counts), _caution(len(flagged))))),
        flagged=tuple(
            _flagged(published, row) for row in flagged.head(_MOST_UNITS).to_dict("records")
        ),
        cases=_cases(published, counts),
        left_out=_left_out(units, counts),
    )


def _title(n_flagged: int, n_units: int) -> str:
    total = plural(n_units, "unit")
    if not n_flagged:
        return f"None of {total} with open trainings is flagged in the place of its people."
    are = "is" if n_flagged == 1 else "are"
    return (
        f"{count(n_flagged)} of {total} {are} flagged in the place of "
        f"{'its' if n_flagged == 1 else 'their'} people: there the unit explains as much as the "
        "person."
    )


def _partition(findings: Findings) -> str:
    found = [findings.get("transfer", "metric", f"{of}_share") for of in ("unit", "person")]
    told = [
        f"{percent(f.value)} ({span(f.low, f.high, percent)})"
        for f in found
        if f is not None and f.value is not None
    ]
    if len(told) < len(found):
        return ""
    return (
        f"Of what the course leaves open, {told[0]} lies between units and {told[1]} between "
        "people of one unit; the rest changes from one course of a person to the next."
    )


def _referred(counts: pd.DataFrame) -> str:
    total = int(counts[list(_MATTERS)].to_numpy().sum())
    if not total:
        return "No open training is referred to a unit."
    are = "is" if total == 1 else "are"
    return (
        f"{plural(total, 'open training')} {are} the matter of a unit and no flag on a person: "
        "the workplace is to change, and not the person."
    )


def _caution(n_flagged: int) -> str:
    if not n_flagged:
        return ""
    return (
        "This is what was seen, and no proof that the unit is the cause or anybody's fault: ask "
        "there first."
    )


def _flagged(published: PublishedTables, row: Mapping[Any, Any]) -> FlaggedUnit:
    reasons = [str(r["text"]) for r in parsed_list(row["reasons"]) if _has_text(r)]
    steps = [str(s["text"]) for s in parsed_list(row["interventions"]) if _has_text(s)]
    return FlaggedUnit(
        name=published.unit(row["org_unit_id"]),
        odds=_odds(row),
        cases=_open_cases(row),
        reasons=tuple(reasons),
        steps=tuple(steps),
    )


def _has_text(item: object) -> bool:
    return isinstance(item, Mapping) and bool(item.get("text"))


def _odds(row: Mapping[Any, Any]) -> str:
    names = ("unit_effect", "unit_effect_low", "unit_effect_high")
    effect, low, high = (number(row[name]) for name in names)
    if effect is None or low is None or high is None:
        return ""
    times, least, most = (f"{math.exp(v):.1f}" for v in (effect, low, high))
    return (
        f"The odds that training stays unused there are {times} times what is usual ({least} to "
        f"{most})."
    )


def _open_cases(row: Mapping[Any, Any]) -> str:
    if not known(row["completions"]):
        return "Fewer than five people have an open training there; they are not counted."
    people = plural(int(row["people"]), "person", "people")
    return (
        f"{plural(int(row['completions']), 'open training')} of {people}, "
        f"{count(row['over_threshold'])} of them at risk."
    )


def _counts(units: pd.DataFrame) -> pd.DataFrame:
    """Cases by matter of the units that may be counted, those with most first."""
    shown = units[units["completions"].notna()]
    found = [parsed_mapping(cell) for cell in shown["blocked_by"]]
    columns = {m: [int(number(f.get(m)) or 0) for f in found] for m in _MATTERS}
    counts = shown.assign(**columns)
    total = counts[list(_MATTERS)].sum(axis=1)
    counts = counts.assign(total=total)[total > 0]
    return counts.sort_values(["total", "org_unit_id"], ascending=[False, True])


def _cases(published: PublishedTables, counts: pd.DataFrame) -> PlainTable | None:
    if counts.empty:
        return None
    columns = ("completions", "people", "over_threshold", *_MATTERS)
    rows = tuple(
        (published.unit(row["org_unit_id"]), *(count(row[name]) for name in columns))
        for row in counts.head(_MOST_UNITS).to_dict("records")
    )
    return PlainTable(_HEAD, rows, frozenset(range(1, len(_HEAD))))


def _left_out(units: pd.DataFrame, counts: pd.DataFrame) -> tuple[str, ...]:
    sentences = []
    n_small = int(units["completions"].isna().sum())
    if n_small:
        sentences.append(
            f"{plural(n_small, 'unit')} with fewer than five people who have an open training "
            f"{'is' if n_small == 1 else 'are'} not counted."
        )
    if len(counts) > _MOST_UNITS:
        sentences.append(
            f"The {_MOST_UNITS} units of {count(len(counts))} with most cases are shown; all are "
            "in the table `unit_warnings`."
        )
    return tuple(sentences)
