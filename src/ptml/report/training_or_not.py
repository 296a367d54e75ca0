"""Is it training at all: units and people by what holds them back, and wishes against needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.figures import PlainTable
from ptml.report.published import PublishedTables
from ptml.report.small_counts import FEWEST, hidden_counts
from ptml.report.wording import (
    count,
    known,
    level,
    number,
    parsed_mapping,
    percent,
    plural,
    points,
)

_MOST_ROWS = 40
_CAUSES = ("environment", "motivation", "capability", "mixed", "unclear")
_MEANING = {
    "environment": "surroundings: repair that first",
    "motivation": "motivation: talk first",
    "capability": "missing skill: training can help",
    "mixed": "several together",
    "unclear": "not clear: ask",
}
_ASKED = {
    "ability": "ability",
    "motivation": "motivation",
    "environment": "the surroundings",
}
_SOURCES = ("performance", "capability", "incidents", "asked")
_SAYS = {
    "shared_by_the_unit": "the whole unit loses",
    "as_elsewhere": "as elsewhere",
    "skills_short": "skills are short",
    "skills_as_usual": "skills as usual",
    "hours_lost": "hours lost cost points",
    "quiet": "quiet",
    "unknown": "not known",
    "motivation_low": "motivation is low",
    "motivation_as_usual": "motivation as usual",
}
_VERDICTS = {
    "agree": "both agree: book it",
    "asked_not_needed": "asked for, and the data show no need",
    "needed_not_asked": "needed, and not asked for",
    "not_training": "not a matter of training",
    "unclear": "nothing is known of it",
}
# A course whose interval reaches zero is not in vain; its estimate may still say nothing for it.
_ANOTHER_COURSE = (
    "both agree that there is a need; this course has not been seen to help: look for another one"
)
_ORDER = ("asked_not_needed", "not_training", "needed_not_asked", "agree", "unclear")


@dataclass(frozen=True)
class TrainingOrNot:
    """What the diagnosis says; nobody is named, and no group under five is counted."""

    title: str
    units: PlainTable | None
    people: PlainTable | None
    wishes: PlainTable | None
    left_out: tuple[str, ...]


def training_or_not(published: PublishedTables) -> TrainingOrNot | Absent:
    """Lay out causes of units and people, and wishes beside needs."""
    needs = published.table("needs")
    units = needs[needs["competency_id"].isna() & (pd.to_numeric(needs["people"]) >= FEWEST)]
    people = published.table("diagnoses")
    if units.empty and people.empty:
        return absent(
            published,
            "No diagnosis was published.",
            "It needs `assignments`, `performance` and `role_requirements`.",
            "no diagnosis",
            "no needs",
        )
    named = units[units["cause"].isin(_CAUSES[:-1])]
    order = pd.to_numeric(named["strength"], errors="coerce").fillna(0)
    ranked = named.assign(order=order).sort_values(
        ["order", "org_unit_id"], ascending=[False, True]
    )
    return TrainingOrNot(
        title=_title(units),
        units=_units(published, ranked.head(_MOST_ROWS)),
        people=_people(people),
        wishes=_wishes(published),
        left_out=_left_out(len(ranked), len(units)),
    )


def _title(units: pd.DataFrame) -> str:
    around = int((units["cause"] == "environment").sum())
    skill = int((units["cause"] == "capability").sum())
    if not around and not skill:
        return "No unit stands out: neither its surroundings nor its skills clearly hold it back."
    told = [
        f"{plural(around, 'unit is', 'units are')} held back by machines, process or staffing, "
        "which no course will cure"
        if around
        else "",
        f"{plural(skill, 'unit lacks', 'units lack')} skill" if skill else "",
    ]
    return f"Of {plural(len(units), 'unit')}, {'; '.join(text for text in told if text)}."


def _units(published: PublishedTables, units: pd.DataFrame) -> PlainTable | None:
    if units.empty:
        return None
    head = ("Unit", "People", "Likely cause", "How sure", "Points lost", "Performance", "Skill")
    rows = []
    for unit in units.to_dict("records"):
        evidence = parsed_mapping(unit["evidence"])
        says = _said(evidence)
        rows.append(
            (
                published.unit(unit["org_unit_id"]),
                count(unit["people"]),
                _MEANING[str(unit["cause"])],
                _sure(unit["strength"]),
                _lost(evidence, str(unit["cause"])),
                *(says[name] for name in _SOURCES),
            )
        )
    return PlainTable((*head, "Incidents", "What people say"), tuple(rows), frozenset({1, 4}))


def _said(evidence: Mapping[str, object]) -> dict[str, str]:
    sources = evidence.get("sources")
    told = dict.fromkeys(_SOURCES, "")
    for source in sources if isinstance(sources, list) else []:
        if isinstance(source, Mapping) and source.get("source") in told:
            told[str(source["source"])] = _SAYS.get(str(source.get("says")), "")
    return told


def _lost(evidence: Mapping[str, object], cause: str) -> str:
    lost = evidence.get("points_lost")
    if not isinstance(lost, Mapping):
        return ""
    if cause in lost:
        return level(lost[cause])
    return level(sum(max(number(value) or 0.0, 0.0) for value in lost.values()))


def _sure(strength: object) -> str:
    figure = number(strength)
    if figure is None:
        return "by written rules"
    words = (
        "very likely" if figure >= 0.9 else "likely" if figure >= 0.7 else "more likely than not"
    )
    # Of 128 readings; that all agree is no certainty.
    return f"{words} ({percent(figure) if figure < 0.995 else 'over ' + percent(0.99)})"


def _people(people: pd.DataFrame) -> PlainTable | None:
    if people.empty:
        return None
    causes = {meaning: int((people["cause"] == cause).sum()) for cause, meaning in _MEANING.items()}
    questions = {
        f"of all these: ask about {asked} first": int((people["first_question"] == question).sum())
        for question, asked in _ASKED.items()
    }
    rows = (*_told(causes), *_told(questions))
    return PlainTable(("People below target", "How many"), rows, frozenset({1}))


def _told(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    hidden = hidden_counts(counts)
    for name, n in counts.items():
        yield name, "not told" if name in hidden else count(n)


def _wishes(published: PublishedTables) -> PlainTable | None:
    wishes = published.table("wishes")
    if wishes.empty:
        return None
    place = wishes["verdict"].map({name: k for k, name in enumerate(_ORDER)})
    asked = pd.to_numeric(wishes["asked"], errors="coerce").fillna(0)
    ranked = wishes.assign(place=place, n=asked, gap_known=pd.to_numeric(wishes["gap"]).fillna(0))
    ranked = ranked.sort_values(
        ["place", "n", "gap_known", "org_unit_id", "subject_id"],
        ascending=[True, False, False, True, True],
        kind="stable",
    )
    # Some of each verdict: the first alone would fill the table.
    some = ranked.groupby("verdict", sort=False).head(_MOST_ROWS // len(_ORDER))
    return PlainTable(
        ("Unit", "What", "People who ask", "Mean gap", "Lift of the course", "Both together"),
        tuple(_wish(published, wish) for wish in some.to_dict("records")),
        frozenset({3, 4}),
    )


def _wish(published: PublishedTables, wish: Mapping[Any, Any]) -> tuple[str, ...]:
    is_course = wish["kind"] == "course"
    subject = wish["subject_id"]
    asked = wish["asked"]
    return (
        published.unit(wish["org_unit_id"]),
        published.title(str(subject)) if is_course else published.competency(subject),
        f"{count(asked)} of {count(wish['people'])}" if known(asked) and asked else "under five",
        level(wish["gap"]) if known(wish["gap"]) else "",
        points(wish["lift"]) if known(wish["lift"]) else "",
        _said_together(str(wish["verdict"]), number(wish["lift"])),
    )


def _said_together(verdict: str, lift: float | None) -> str:
    if verdict == "agree" and lift is not None and lift <= 0:
        return _ANOTHER_COURSE
    return _VERDICTS[verdict]


def _left_out(n_named: int, n_units: int) -> tuple[str, ...]:
    told = [
        "Points lost are against a unit to whom all is as usual. A cause is what most likely "
        "holds a unit back, never a verdict on a person; all rows are in the tables `needs`, "
        "`diagnoses` and `wishes`."
    ]
    if n_named > _MOST_ROWS:
        told.append(f"The {_MOST_ROWS} units of {count(n_named)} of which it is surest are shown.")
    if n_units > n_named:
        told.append(f"Of {plural(n_units - n_named, 'unit')} the evidence does not say.")
    return tuple(told)
