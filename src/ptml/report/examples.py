"""Worked examples: first what is known of a person, then what is suggested and what is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from ptml.report.course_lift import REFUSALS
from ptml.report.intervals import IntervalPlot, IntervalRow, interval_plot
from ptml.report.lots import Chosen, choose
from ptml.report.published import PublishedTables
from ptml.report.sentences import sentence
from ptml.report.training_use import TrainingUse, training_use
from ptml.report.wording import (
    in_words,
    known,
    level,
    listed,
    number,
    parsed_list,
    percent,
    plural,
    points,
    span,
    tick_points,
)

_TABLES = ("recommendations", "lift", "warnings", "portraits", "segments", "paths")
_MOST_GAPS, _MOST_COURSES, _MOST_REASONS = 3, 3, 4
# A level that may be off by this much is little more than the mean of the role.
_WIDE_SE = 0.75
# A smaller gap would read as 0.0.
_LEAST_GAP = 0.05
_STATES = {"below": "below target", "on": "on target", "above": "above target"}
_SEGMENTS = {
    "new": "new to the organisation",
    "core": "core staff",
    "high_potential": "high potential",
    "manager": "manages people",
}


@dataclass(frozen=True)
class Suggestion:
    """The first course for a person: why, then what to expect."""

    title: str
    reasons: tuple[str, ...]
    estimate: str
    plot: IntervalPlot | None


@dataclass(frozen=True)
class Example:
    """One person's card."""

    slug: str
    person: str
    situation: str
    known: tuple[str, ...]
    suggestion: Suggestion | None
    further: tuple[str, ...]
    training: TrainingUse | None
    unknown: tuple[str, ...]


def worked_examples(published: PublishedTables, n: int = 10) -> tuple[Example, ...]:
    """Build the cards of up to ``n`` people drawn by situation and lot."""
    chosen = choose(published, n)
    people = [person.employee_id for person in chosen]
    tables = {name: published.of_people(name, people) for name in _TABLES}
    plots = _plots(tables["recommendations"])
    cards = []
    for i, person in enumerate(chosen):
        own = {
            name: rows.get(person.employee_id, published.table(name).iloc[:0])
            for name, rows in tables.items()
        }
        plot = plots.get(person.employee_id)
        cards.append(_card(published, own, f"example-{i + 1}", person, plot))
    return tuple(cards)


def _plots(offers: Mapping[str, pd.DataFrame]) -> dict[str, IntervalPlot]:
    """The first course's interval by person, all on one axis so that cards can be compared."""
    rows = {}
    for person, own in offers.items():
        offer = own.sort_values("rank", kind="stable").iloc[0]
        value = number(offer["lift"])
        if value is not None:
            ends = number(offer["lift_low"]), number(offer["lift_high"])
            rows[person] = IntervalRow("", value, *ends, text=points(value))
    if not rows:
        return {}
    whole = interval_plot(rows.values(), tick_points, "points")
    return {
        person: replace(whole, rows=(placed,))
        for person, placed in zip(rows, whole.rows, strict=True)
    }


def _card(
    published: PublishedTables,
    own: Mapping[str, pd.DataFrame],
    slug: str,
    chosen: Chosen,
    plot: IntervalPlot | None,
) -> Example:
    offers = own["recommendations"].sort_values("rank", kind="stable").to_dict("records")
    lift = own["lift"].drop_duplicates("course_id").set_index("course_id")
    statuses = lift[["support", "status"]].to_dict("index")
    return Example(
        slug=slug,
        person=chosen.employee_id,
        situation=chosen.situation,
        known=(*_segment(own["segments"]), *_gaps(published, own["portraits"])),
        suggestion=_suggestion(published, offers[0], statuses, plot) if offers else None,
        further=tuple(
            f"\u201c{published.title(offer['course_id'])}\u201d: {_short(offer)}"
            for offer in offers[1:_MOST_COURSES]
        )
        + _path(published, own["paths"]),
        training=training_use(published, own["warnings"]),
        unknown=_unknown(published, own, offers, statuses),
    )


def _segment(segments: pd.DataFrame) -> tuple[str, ...]:
    if segments.empty:
        return ()
    row = segments.iloc[0]
    parts = []
    if known(row["segment"]):
        parts.append(_SEGMENTS.get(row["segment"], in_words(str(row["segment"]))))
    if known(row["performance_state"]):
        state = str(row["performance_state"])
        parts.append(f"performance {_STATES.get(state, in_words(state))}")
    return (f"{'; '.join(parts).capitalize()}.",) if parts else ()


def _widest(portraits: pd.DataFrame) -> pd.DataFrame:
    gaps = portraits.assign(gap=pd.to_numeric(portraits["gap"], errors="coerce"))
    ranked = gaps[gaps["gap"] >= _LEAST_GAP].sort_values(
        ["gap", "competency_id"], ascending=[False, True], kind="stable"
    )
    return ranked.head(_MOST_GAPS)


def _gaps(published: PublishedTables, portraits: pd.DataFrame) -> tuple[str, ...]:
    if portraits.empty:
        return ()
    widest = _widest(portraits)
    if widest.empty:
        return ("Meets what the role asks for, as far as has been assessed.",)
    return tuple(
        f"{published.competency(row['competency_id'])}: level {level(row['level'])}"
        + (f" give or take {level(row['level_se'])}" if known(row["level_se"]) else "")
        + f"; the role asks for {level(row['required'])}."
        for row in widest.to_dict("records")
    )


def _suggestion(
    published: PublishedTables,
    offer: Mapping[object, object],
    statuses: Mapping[object, Mapping[object, object]],
    plot: IntervalPlot | None,
) -> Suggestion:
    reasons = _reasons(offer)
    return Suggestion(
        title=published.title(offer["course_id"]),
        reasons=tuple(reasons[:_MOST_REASONS]),
        estimate=_estimate(offer, statuses.get(offer["course_id"], {})),
        plot=plot,
    )


def _reasons(offer: Mapping[object, object]) -> list[str]:
    """Why the course is offered, but for the lift, which the card tells with its interval."""
    items = parsed_list(offer["reasons"])
    return [
        sentence(item)
        for item in items
        if not (isinstance(item, Mapping) and item.get("code") == "lift")
    ]


def _estimate(offer: Mapping[object, object], status: Mapping[object, object]) -> str:
    sentences = []
    if number(offer["lift"]) is not None:
        ends = span(offer["lift_low"], offer["lift_high"])
        interval = f" (90\u202f% interval {ends})" if ends else ""
        sentences.append(
            f"Starting it is expected to change performance by {points(offer['lift'])} points"
            f"{interval}."
        )
        support = number(status.get("support"))
        if support is not None:
            takers = plural(int(support), "comparable past taker")
            sentences.append(f"That rests on {takers}.")
    if number(offer["p_complete"]) is not None:
        sentences.append(f"Chance of completing it: {percent(offer['p_complete'])}.")
    return " ".join(sentences)


def _short(offer: Mapping[object, object]) -> str:
    ends = span(offer["lift_low"], offer["lift_high"])
    if number(offer["lift"]) is not None:
        return f"{points(offer['lift'])} points" + (f" ({ends})." if ends else ".")
    reasons = _reasons(offer)
    return reasons[0] if reasons else "lift unknown."


def _path(published: PublishedTables, paths: pd.DataFrame) -> tuple[str, ...]:
    steps = paths.sort_values("step", kind="stable").to_dict("records")[:_MOST_COURSES]
    if len(steps) < 2:
        return ()
    said = [
        f"\u201c{published.title(step['course_id'])}\u201d ({_when(step['starts_in_week'])})"
        for step in steps
    ]
    return (f"A path through several: {listed(said)}.",)


def _when(weeks: object) -> str:
    n = number(weeks)
    if n is None:
        return "date unknown"
    return "at once" if n < 1 else f"in {plural(round(n), 'week')}"


def _unknown(
    published: PublishedTables,
    own: Mapping[str, pd.DataFrame],
    offers: list[dict[object, object]],
    statuses: Mapping[object, Mapping[object, object]],
) -> tuple[str, ...]:
    sentences = []
    if offers:
        sentences += _unknown_of_offer(published, offers[0], statuses)
    if own["portraits"].empty:
        sentences.append("Capability: no level was published for this person.")
    else:
        se = pd.to_numeric(_widest(own["portraits"])["level_se"], errors="coerce")
        wide = _widest(own["portraits"])["competency_id"][se > _WIDE_SE]
        unsure = [published.competency(competency) for competency in wide]
        if unsure:
            sentences.append(
                f"The level in {listed(unsure)} is little more than the mean of the role."
            )
    segments = own["segments"]
    if segments.empty or not known(segments.iloc[0]["performance_state"]):
        sentences.append("Whether performance is on target.")
    elif segments.iloc[0]["main_cause"] == "unclear":
        sentences.append("What holds performance back, if anything does.")
    if own["warnings"].empty:
        sentences.append("Whether earlier training is used at work: nothing recent was published.")
    return tuple(sentences)


def _unknown_of_offer(
    published: PublishedTables,
    offer: Mapping[object, object],
    statuses: Mapping[object, Mapping[object, object]],
) -> list[str]:
    title = f"\u201c{published.title(offer['course_id'])}\u201d"
    if number(offer["lift"]) is None:
        status = str(statuses.get(offer["course_id"], {}).get("status", ""))
        why = REFUSALS.get(status)
        return [f"What {title} does for performance{f': {why}' if why else ''}."]
    low, high = number(offer["lift_low"]), number(offer["lift_high"])
    if low is not None and high is not None and low <= 0 <= high:
        return [f"Whether {title} helps at all: the interval holds zero."]
    return []
