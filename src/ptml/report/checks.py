"""The checks and settings of a model, and what it said that no drawing has a place for."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ptml.report.check_plots import check_figure
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.wording import figure, in_words, known, percent, shortened, tenths_percent

# What a check asks, where its name alone does not say it.
_QUESTIONS = {
    "placebo_two_quarters_before": "Does the course seem to act before anybody took it? "
    "It must not.",
    "overlap": "Are there comparable people who did not take the course?",
    "balance": "Are takers and others alike once weighted?",
    "mean_lift": "Is the mean lift in a range that is possible?",
    "calibration_slope": "Do predicted points come true?",
}
_NAMES = {
    "rate_autoc": "Ranking is worth something (RATE, AUTOC)",
    "qini": "Ranking is worth something (Qini)",
    "forward_in_time": "Lifts hold in later quarters",
}
# On which side of its bound a figure should be.
_BOUNDS = {
    "overlap": "should be at least {}",
    "balance": "should be below {}",
    "placebo_two_quarters_before": "should be within \u00b1{}",
    "permuted_treatment": "should be within \u00b1{}",
    "designs_agree": "should be within \u00b1{}",
    "hidden_confounder": "should be above {}",
    "beats_constant": "should be above {}",
    "beats_zero": "should be above {}",
    "rate_autoc": "should be above {}",
    "qini": "should be above {}",
    "forward_in_time": "should be above {}",
    "plausible_size": "should be at most {}",
    "beats_popularity_in_role": "should be above {}",
    "second_stage_beats_first": "should be above {}",
    "second_stage_beats_role": "should be above {}",
}
_SHARES: dict[str, Callable[[object], str]] = {
    "overlap": percent,
    "hidden_confounder": tenths_percent,
}
_SNAKE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")


@dataclass(frozen=True)
class Check:
    """One check in words, with its figure and verdict.

    Attributes
    ----------
    name, question : str
        What is checked.
    value, bound : str
        The figure with its interval, and where it should be.
    verdict : str
        ``pass``, ``fail`` or ``not_judged``.
    judged : str
        The verdict in words.
    must_pass : bool
        Whether a model that fails it is refused.
    figure : Figure or None
        A small plot, where there is one for it.
    """

    name: str
    question: str
    value: str
    bound: str
    verdict: str
    judged: str
    must_pass: bool = False
    figure: Figure | None = None


def checks(findings: Findings, model: str) -> tuple[Check, ...]:
    """A model's checks in the order in which it gave them."""
    titles = _titles(findings) if model == "lift" else {}
    return tuple(
        Check(
            name=_NAMES.get(item.name, in_words(item.name).capitalize()),
            question=_in_plain_words(item.note) or _QUESTIONS.get(item.name.split("/")[0], ""),
            value=_value(item),
            bound=_bound(item),
            verdict=item.verdict if item.verdict in ("pass", "fail") else "not_judged",
            judged=item.judged,
            must_pass=item.payload.get("must_pass") is True,
            figure=check_figure(item, titles) if model == "lift" else None,
        )
        for item in findings.of_kind(model, "check")
    )


def _value(item: Finding) -> str:
    say = _SHARES.get(item.name)
    return with_interval(item) if say is None else say(item.value)


def _bound(item: Finding) -> str:
    if item.bound is None:
        return ""
    say = _SHARES.get(item.name, figure)
    return _BOUNDS.get(item.name, "bound {}").format(say(item.bound) if item.bound else "0")


def _in_plain_words(note: str) -> str:
    """A note without machine's names: `(started_ever)` becomes `(started ever)`."""
    return _SNAKE.sub(lambda found: in_words(found[0]), note)


def _titles(findings: Findings) -> dict[str, str]:
    """Titles of courses by id, as far as the curve of their lifts has them."""
    curve = findings.get("lift", "curve", "course_lift")
    frame = curve.points("course_id", "title") if curve is not None else None
    if frame is None:
        return {}
    pairs = zip(frame["course_id"], frame["title"], strict=True)
    return {str(course): str(title) for course, title in pairs if known(title)}


def settings(findings: Findings, model: str) -> PlainTable:
    """A model's settings; one a row, nested ones by their own names."""
    rows: list[tuple[str, str]] = []
    for item in findings.of_kind(model, "setting"):
        if item.value is not None:
            rows.append((in_words(item.name), f"{item.value:g}"))
        for key, value in item.payload.items():
            if key == "tried":
                # Every trial of a search: for machines, a person reads the best and the spread.
                continue
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
