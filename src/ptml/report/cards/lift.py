"""The lift model on its card."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

from ptml.report.cards.facts import CardFacts
from ptml.report.cards.findings import metric
from ptml.report.cards.words import ModelWords
from ptml.report.checks import checks, with_interval
from ptml.report.figures import PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.lift_quality import LiftQuality, lift_quality
from ptml.report.published import PublishedTables
from ptml.report.small_counts import FEWEST, told_count
from ptml.report.wording import count, in_words, listed, percent, plural, points, span

_METRICS = {
    "mean_lift": "Mean lift of the courses started, points",
    "calibration_slope": "Seen of each point predicted",
    "growth_of_takers": "Takers grow by themselves, points (taken out)",
    "spillover": "Points from each point of colleagues\u2019 lift",
    "boosted_r_slope": "What is not linear: seen of each point found",
}
_COUNTS = {"starts": "Starts learnt from", "controls": "Comparable people without the course"}


def lift_words(facts: CardFacts, findings: Findings) -> ModelWords:
    """Held-out figures, courses with their lifts, and limits."""
    quality = lift_quality(PublishedTables({}), findings)
    lead = quality.lead[:-1] if isinstance(quality, LiftQuality) and quality.checks else ()
    return ModelWords(
        title="Lift",
        held_out=(
            *lead,
            f"People were split into {facts.settings['lift']['n_folds']} folds; every figure below "
            "compares what was predicted with what came of people that the effects were not learnt "
            "from. Intervals: 95 % unless said otherwise.",
        ),
        metrics=PlainTable(("Figure", "Value (interval)"), tuple(_rows(findings))),
        groups_said=(
            "Lift was not compared by protected group at training: what it would say of groups is "
            "unknown. What each group is offered in expected gain is compared at each scoring, "
            "with intervals, in the report under \u201cWhat is offered\u201d. By course, over its "
            "takers:",
        ),
        groups=(("Lift by course", _courses(findings)),),
        limits=tuple(_limits(findings)),
    )


def _rows(findings: Findings) -> list[tuple[str, str]]:
    found = {name: metric(findings, "lift", name) for name in (*_METRICS, *_COUNTS)}
    rows = [(words, _said(found[name])) for name, words in _METRICS.items()]
    for name, words in _COUNTS.items():
        item = found[name]
        rows.append((words, "unknown" if item is None else count(item.value)))
    return rows


def _said(item: Finding | None) -> str:
    return "unknown" if item is None else with_interval(item)


def _courses(findings: Findings) -> PlainTable:
    curve = findings.get("lift", "curve", "course_lift")
    frame = None
    if curve is not None:
        frame = curve.points("title", "takers", "lift", "low", "high", "status")
    rows = () if frame is None else tuple(map(_of_course, frame.to_dict("records")))
    return PlainTable(("Course", "Takers", "Lift, points (90 %)"), rows, frozenset({1}))


def _of_course(row: Mapping[Hashable, Any]) -> tuple[str, str, str]:
    takers = int(row["takers"])
    if row["status"] != "ok":
        said = f"refused: {in_words(str(row['status']))}"
    elif takers < FEWEST:
        # As in the report: such an estimate is one of courses alike.
        said = "not judged: known from courses like it alone"
    else:
        said = f"{points(row['lift'])} ({span(row['low'], row['high'])})"
    return str(row["title"]), told_count(takers), said


def _limits(findings: Findings) -> list[str]:
    said = [
        "Nobody was assigned by lot. That takers and comparable people differ in nothing that "
        "matters and was not recorded is assumed; no data can prove it.",
        "Growth that begins with a course for another reason (a new manager, a new tool) is not "
        "told from its lift.",
        "A person\u2019s interval is wide: it is for choosing between courses, not for judging "
        "the person.",
    ]
    said += [c.question for c in checks(findings, "lift") if c.name == "Hidden confounder"]
    said.append(_refused(findings))
    spill = metric(findings, "lift", "spillover")
    if spill is not None:
        said.append(
            f"What colleagues pick up (points for each point: {with_interval(spill)}) is no part "
            "of a shown lift."
        )
    return said


def _refused(findings: Findings) -> str:
    curve = findings.get("lift", "curve", "course_lift")
    status = curve.payload.get("status") if curve is not None else None
    if not isinstance(status, list) or not status:
        return "For how many courses a lift is refused is unknown."
    n = Counter(str(s) for s in status)
    refused = sum(n.values()) - n["ok"]
    if not refused:
        return (
            f"A lift is given for all {count(len(status))} courses that were started; single "
            "people may still be refused one, with a reason."
        )
    why = listed([f"{in_words(s)} {count(k)}" for s, k in sorted(n.items()) if s != "ok"])
    share = percent(refused / len(status))
    return f"A lift is refused for {plural(refused, 'course')} of {len(status)} ({share}): {why}."
