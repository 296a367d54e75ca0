"""The early warning on its card."""

from ptml.report.cards.facts import CardFacts
from ptml.report.cards.findings import metric
from ptml.report.cards.words import ModelWords
from ptml.report.figures import PlainTable
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables
from ptml.report.warning_fairness import warning_fairness
from ptml.report.warning_quality import STAGES, WarningQuality, stage_name, warning_quality
from ptml.report.who_is_checked import who_is_checked
from ptml.report.wording import count, percent, span

_NONE = PlainTable(("On held-out cases",), ())


def warnings_words(facts: CardFacts, findings: Findings) -> ModelWords:
    """Held-out figures by stage, protected groups, and limits."""
    quality = warning_quality(PublishedTables({}), findings)
    fair = warning_fairness(findings)
    groups = [*fair.groups]
    groups += [("Can the group be told from what the model sees?", fair.proxies)]
    groups += [("Where a difference in flags comes from", fair.paths)]
    shown = tuple((title, table) for title, table in groups if table.rows)
    lead = quality.lead if isinstance(quality, WarningQuality) else ()
    return ModelWords(
        title="Early warning",
        held_out=(*lead[:1], *_held_out(facts, findings)),
        metrics=quality.scores if isinstance(quality, WarningQuality) else _NONE,
        groups_said=(*fair.lead, *((fair.reading,) if shown else ())),
        groups=shown,
        limits=tuple(_limits(findings)),
    )


def _held_out(facts: CardFacts, findings: Findings) -> tuple[str, ...]:
    auc = metric(findings, "warnings", "auc/completion")
    if auc is None:
        return ("Nothing could be held out: how good the warnings are is unknown.",)
    return (
        f"Trainings completed from {auc.payload.get('completions')} were kept apart "
        f"({count(auc.payload.get('cases'))} with a known outcome, of which "
        f"{count(auc.payload.get('weak'))} weak) and foretold by a model of earlier ones; between "
        "the two lies a gap as long as the label\u2019s window.",
        "Intervals: 95\u202f%, by drawing people anew. Weighted to stand for all completions: see "
        "who gets checked, under limits.",
    )


def _limits(findings: Findings) -> list[str]:
    said: list[str] = []
    checked = who_is_checked(findings)
    if checked is not None:
        said += checked.said
    else:
        said.append("Who gets checked was not examined; how the unchecked fare is unknown.")
    said += [text for stage in STAGES if (text := _reach(findings, stage))]
    said += _units(findings)
    said.append(
        "The reasons say what the estimate rests on, not what caused it; one that is not marked "
        "clear may be chance."
    )
    return said


def _reach(findings: Findings, stage: str) -> str:
    recall = metric(findings, "warnings", f"recall_flagged/{stage}")
    precision = metric(findings, "warnings", f"precision_flagged/{stage}")
    if recall is None or precision is None or recall.value is None or precision.value is None:
        return ""
    missed = span(_rest(recall.high), _rest(recall.low), percent)
    wrong = span(_rest(precision.high), _rest(precision.low), percent)
    return (
        f"Flags {stage_name(stage)} miss {percent(1 - recall.value)} ({missed}) of what stays "
        f"unused, and {percent(1 - precision.value)} ({wrong}) of those flagged would have been "
        "well without help."
    )


def _rest(share: float | None) -> float | None:
    return None if share is None else 1 - share


def _units(findings: Findings) -> list[str]:
    weak = findings.get("transfer", "metric", "weak_share")
    found = []
    if weak is not None and weak.payload.get("blocked") is not None:
        found.append(
            f"In {count(weak.payload['blocked'])} known cases something in the unit stood in the "
            "way: such people are not flagged, their unit is told."
        )
    flagged = findings.get("transfer", "metric", "units_flagged")
    if flagged is not None:
        found.append(
            f"{count(flagged.payload.get('flagged'))} of {count(flagged.payload.get('units'))} "
            "units are told in the place of their people."
        )
    return found
