"""The checks and settings of a model, and what it said that no drawing has a place for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ptml.report.figures import PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.wording import figure, in_words, percent, shortened

# What a check asks, where its name alone does not say it.
_QUESTIONS = {
    "placebo_two_quarters_before": "Does the course seem to act two quarters before it was taken? "
    "It must not.",
    "overlap": "Are there comparable people who did not take the course?",
    "balance": "Are takers and others alike once weighted?",
    "mean_lift": "Is the mean lift in a range that is possible?",
    "calibration_slope": "Do predicted points come true?",
}


@dataclass(frozen=True)
class Check:
    """One check in words, with its figure and verdict."""

    name: str
    question: str
    value: str
    bound: str
    verdict: str
    judged: str


def checks(findings: Findings, model: str) -> tuple[Check, ...]:
    """A model's checks in the order in which it gave them."""
    return tuple(
        Check(
            name=in_words(item.name).capitalize(),
            question=item.note or _QUESTIONS.get(item.name.split("/")[0], ""),
            value=with_interval(item),
            bound=figure(item.bound) if item.bound is not None else "",
            verdict=item.verdict if item.verdict in ("pass", "fail") else "not_judged",
            judged=item.judged,
        )
        for item in findings.of_kind(model, "check")
    )


def settings(findings: Findings, model: str) -> PlainTable:
    """A model's settings; one a row, nested ones by their own names."""
    rows: list[tuple[str, str]] = []
    for item in findings.of_kind(model, "setting"):
        if item.value is not None:
            rows.append((in_words(item.name), f"{item.value:g}"))
        for key, value in item.payload.items():
            said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            rows.append((f"{in_words(item.name)}: {in_words(key)}", shortened(said)))
        if item.value is None and not item.payload:
            rows.append((in_words(item.name), "unknown"))
    return PlainTable(("Setting", "Value"), tuple(rows), frozenset({1}))


def listed_plainly(items: Iterable[Finding]) -> PlainTable:
    """Findings as a plain table: what the page has no drawing for is still told."""
    rows = tuple(
        (
            in_words(item.model),
            item.kind,
            in_words(item.name),
            with_interval(item),
            item.note or _details(item),
        )
        for item in items
    )
    return PlainTable(("Model", "Kind", "Name", "Value", "Details"), rows, frozenset({3}))


def _details(item: Finding) -> str:
    return shortened(json.dumps(dict(item.payload), ensure_ascii=False), 80) if item.payload else ""


def with_interval(item: Finding) -> str:
    """A figure with its interval and the interval's coverage."""
    if item.value is None:
        return "unknown"
    said = figure(item.value, item.low, item.high)
    if item.low is None or item.high is None:
        return said
    ends = [figure(end, item.low, item.high) for end in (item.low, item.high)]
    return f"{said} ({percent(item.level)}: {ends[0]} to {ends[1]})"
