"""How well the warnings foretell weak transfer, at both stages, beside the plain exam rule."""

from dataclasses import dataclass

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.checks import Check, checks, settings, with_interval
from ptml.report.curves import Dot, Frame, Label, XYPlot
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.intervals import IntervalRow, interval_plot
from ptml.report.published import PublishedTables
from ptml.report.scales import axis_over
from ptml.report.who_is_checked import WhoIsChecked, who_is_checked
from ptml.report.wording import count, figure, in_words, listed, number, percent, span

STAGES = {"completion": "at completion", "day_30": "after 30 days"}
FAIRNESS_CHECKS = ("flag_ratio", "missed_ratio", "calibrated_for_all")
"""Checks by protected group; they stand in a section of their own."""
_COIN_TOSS = 0.5
_SCORES = {
    "flag_rate": "Flagged",
    "precision_flagged": "Of those flagged, stayed unused",
    "recall_flagged": "Of those that stayed unused, flagged",
    "lead_days": "Median days from the warning to the first check of use",
    "auc": "AUC",
    "auc_reweighted": "AUC, weighted to stand for all completions",
    "auc_rule": "AUC of the rule \u201cexam below 60\u201d",
    "average_precision": "Average precision",
    "average_precision_rule": "Average precision of the rule",
    "ece": "Calibration error",
    "ece_reweighted": "Calibration error, weighted to stand for all completions",
    "same_top_reason": "Flagged: first reason stays the same when fitted anew",
    "some_reason_is_clear": "Flagged: some reason is told from chance",
}
_SHARES = frozenset(
    {
        "flag_rate",
        "precision_flagged",
        "recall_flagged",
        "same_top_reason",
        "some_reason_is_clear",
    }
)


@dataclass(frozen=True)
class WarningQuality:
    """Held-out evidence about the warning model."""

    lead: tuple[str, ...]
    figures: tuple[Figure, ...]
    scores: PlainTable
    checked: WhoIsChecked | None
    checks: tuple[Check, ...]
    settings: PlainTable


def stage_name(stage: str) -> str:
    """When a warning was estimated, in words."""
    return STAGES.get(stage, in_words(stage))


def warning_quality(published: PublishedTables, findings: Findings) -> WarningQuality | Absent:
    """Sum up the warning model's ranking, calibration and reach."""
    if not any(item.model == "transfer" for item in findings.items):
        return absent(
            published,
            "No warning model was fitted.",
            "It needs the input table `transfer_evidence`: behaviour checks after training.",
            "no warnings",
        )
    curves = findings.starting("transfer", "curve", "reliability")
    drawn = [_ranking(findings), *(_reliability(stage, item) for stage, item in curves)]
    return WarningQuality(
        lead=_lead(findings),
        figures=tuple(item for item in drawn if item is not None),
        scores=_scores(findings),
        checked=who_is_checked(findings),
        checks=checks(_without_fairness(findings), "transfer"),
        settings=settings(findings, "transfer"),
    )


def _without_fairness(findings: Findings) -> Findings:
    kept = (i for i in findings.items if i.name.split("/")[0] not in FAIRNESS_CHECKS)
    return Findings(tuple(kept))


def _by_stage(findings: Findings, name: str) -> dict[str, Finding]:
    order = {stage: i for i, stage in enumerate(STAGES)}
    found = findings.starting("transfer", "metric", name)
    return dict(sorted(found, key=lambda item: (order.get(item[0], len(order)), item[0])))


def _lead(findings: Findings) -> tuple[str, ...]:
    sentences = []
    said = [
        f"{percent(item.value)} of the time {stage_name(stage)}"
        for stage, item in _by_stage(findings, "auc").items()
        if item.value is not None
    ]
    if said:
        sentences.append(
            "Of two completed trainings, one that stays unused and one that does not, the model "
            f"tells which is which {listed(said)}."
        )
    coverage = findings.get("transfer", "metric", "label_coverage")
    if coverage is not None and coverage.value is not None:
        sentences.append(
            f"It could learn from {percent(coverage.value)} of completions; for the others nobody "
            "checked, or something else had changed, so the outcome is unknown."
        )
    weak = findings.get("transfer", "metric", "weak_share")
    if weak is not None and weak.value is not None:
        sentences.append(f"Where it is known, {percent(weak.value)} stayed unused.")
    return tuple(sentences)


def _ranking(findings: Findings) -> Figure | None:
    rules = _by_stage(findings, "auc_rule")
    models = _by_stage(findings, "auc")
    rows, body = [], []
    for stage in dict.fromkeys([*models, *rules]):
        named = (
            (models.get(stage), f"model, {stage_name(stage)}", "ours"),
            (rules.get(stage), f"rule \u201cexam below 60\u201d, {stage_name(stage)}", "peer"),
        )
        for item, label, tone in named:
            if item is None:
                continue
            text = figure(item.value, item.low, item.high)
            rows.append(
                IntervalRow(
                    label=label,
                    value=item.value,
                    low=item.low,
                    high=item.high,
                    text=text,
                    tone="ours" if tone == "ours" else "peer",
                )
            )
            body.append((label, with_interval(item)))
    if not rows:
        return None
    return Figure(
        slug="figure-warning-auc",
        title="How often the model tells the two apart, beside a plain rule",
        note="AUC on held-out time: 1 always, 0.5 a coin toss. Bar: 95 % interval.".replace(
            " %", "\u202f%"
        ),
        plot=interval_plot(rows, lambda v: f"{v:g}", "", reference=_COIN_TOSS, bounds=(0.0, 1.0)),
        numbers=PlainTable(("Way of warning", "AUC"), tuple(body), frozenset({1})),
    )


def _reliability(stage: str, item: Finding) -> Figure | None:
    frame = item.points("predicted", "observed", "count")
    if frame is None:
        return None
    frame = frame.apply(pd.to_numeric, errors="coerce").dropna(subset=["predicted", "observed"])
    if frame.empty:
        return None
    axes = (axis_over((0.0, 1.0), percent), axis_over((0.0, 1.0), percent))
    area = Frame(*axes)
    largest = max(number(frame["count"].max()) or 1.0, 1.0)
    dots = tuple(
        Dot(
            area.x(row["predicted"]),
            area.y(row["observed"]),
            "ours",
            radius=round(2.5 + 5.5 * ((number(row["count"]) or 0.0) / largest) ** 0.5, 1),
            hint=f"said {percent(row['predicted'])}, was {percent(row['observed'])}, "
            f"{count(row['count'])} cases",
        )
        for row in frame.to_dict("records")
    )
    line = area.line(frame["predicted"], frame["observed"], "ours thin")
    return Figure(
        slug=f"figure-reliability-{_slug(stage)}",
        title=f"When it says 30\u202f%, is it 30\u202f%? {stage_name(stage).capitalize()}",
        note="Each dot: cases with about the same estimate; the larger, the more of them. On the "
        "dashed line, as many were weak as was said.",
        plot=XYPlot(
            *axes,
            "estimated probability of weak transfer",
            "share that was weak",
            lines=(area.diagonal(), line),
            dots=dots,
            labels=(Label(area.x(0.5) + 14, area.y(0.5) + 24, "as said"),),
        ),
        numbers=PlainTable(
            ("Said", "Was weak", "Cases"),
            tuple(
                (percent(row["predicted"]), percent(row["observed"]), count(row["count"]))
                for row in frame.to_dict("records")
            ),
            frozenset({0, 1, 2}),
        ),
    )


def _slug(stage: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in stage.lower())


def _scores(findings: Findings) -> PlainTable:
    """Figures by stage, those that a reader can act on first."""
    found = {name: _by_stage(findings, name) for name in _SCORES}
    stages = dict.fromkeys(stage for by_stage in found.values() for stage in by_stage)
    rows = tuple(
        (_SCORES[name], *(_score(name, by_stage.get(stage)) for stage in stages))
        for name, by_stage in found.items()
        if by_stage
    )
    head = ("On held-out cases", *(stage_name(stage).capitalize() for stage in stages))
    return PlainTable(head, rows, frozenset(range(1, len(head))))


def _score(name: str, item: Finding | None) -> str:
    if item is None or item.value is None:
        return "unknown"
    if name == "lead_days":
        return count(item.value)
    if name not in _SHARES:
        return with_interval(item)
    ends = span(item.low, item.high, percent)
    return f"{percent(item.value)} ({ends})" if ends else percent(item.value)
