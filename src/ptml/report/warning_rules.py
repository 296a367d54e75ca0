"""The plain rules of practice: how often they fire now, and how often they were right before."""

from ptml.explain.catalogue import RULE_WORDS
from ptml.report.figures import PlainTable
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables
from ptml.report.warning_quality import stage_name
from ptml.report.wording import count, parsed_list, percent, span

_NOT_UP = "performance_not_up"


def warning_rules(published: PublishedTables, findings: Findings) -> PlainTable | None:
    """Rules beside the model: None where none ever fired.

    The last column counts completions of this run on which the rule fires and the model is calm.
    """
    now = _firing(published)
    rows = []
    for name, item in findings.starting("transfer", "metric", "rule_precision"):
        rule, _, stage = name.partition("/")
        words = RULE_WORDS.get(rule, rule)
        ends = span(item.low, item.high, percent)
        fires, calm = now.get((rule, stage), (0, 0))
        rows.append(
            (
                words,
                stage_name(stage) if stage else "after two periods",
                count(item.payload.get("fired")),
                f"{percent(item.value)} ({ends})" if ends else percent(item.value),
                percent(item.payload.get("weak_share_of_all")),
                count(fires),
                count(calm) if stage else "",
            )
        )
    if not rows:
        return None
    head = (
        "Rule",
        "When",
        "Fired before",
        "Of these stayed unused",
        "Of all",
        "Fires now",
        "Of these not flagged",
    )
    return PlainTable(head, tuple(rows), frozenset({2, 3, 4, 5, 6}))


def _firing(published: PublishedTables) -> dict[tuple[str, str], tuple[int, int]]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    warnings = published.table("warnings")
    if "rules" in warnings:
        for stage, flagged, cell in warnings[["stage", "flagged", "rules"]].itertuples(index=False):
            for item in parsed_list(cell):
                key = (str(item.get("code")), str(stage))
                fires, calm = found.get(key, (0, 0))
                found[key] = fires + 1, calm + (not flagged)
    stalled = published.table("no_improvement")
    if "rule_fired" in stalled:
        found[_NOT_UP, ""] = int(stalled["rule_fired"].sum()), 0
    return found
