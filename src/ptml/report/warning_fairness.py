"""Warnings by protected group in plain words: who is flagged, missed and falsely flagged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ptml.report.checks import Check, checks, with_interval
from ptml.report.figures import PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.warning_quality import FAIRNESS_CHECKS, STAGES, stage_name
from ptml.report.wording import count, in_words, listed, number, percent, points, span

TOO_FEW = "too few to say"
_UNIT = "percentage points"
_TITLES = {
    "flag_ratio": "Flagged alike",
    "missed_ratio": "Missed alike",
    "calibrated_for_all": "Probability as true for every group",
}
_FLAGS = {
    "weak_share": "Stayed unused",
    "flag_rate": "Flagged",
    "false_negative_rate": "Missed",
    "false_positive_rate": "Falsely flagged",
}
_TRUTH = {
    "calibration_gap": f"Said too high by, {_UNIT}",
    "ece": "Calibration error",
    "blocked_share": "Left to the unit",
}
_TABLES = {"Flags by group": _FLAGS, "How true the probability is by group": _TRUTH}
_READING = (
    "With 95\u202f% intervals that count people, not cases. Missed: of those that stayed unused, "
    "not flagged. Falsely flagged: of those that did not. Left to the unit: something in the unit "
    "stood in the way, so nobody was flagged. A group of too few people is not told, nor one from "
    "which such a group could be worked out."
)
_BOTH = (
    "Where a flag brings help, those flagged least go short; where it is taken as a judgement, "
    "those flagged most bear it."
)
_NOTHING = (
    "Warnings were not compared by group: that needs a `protected_` column of employees (such as "
    "gender or birth year) and outcomes that were held out."
).replace("`", "")


@dataclass(frozen=True)
class WarningFairness:
    """What the audit by group found; tables are empty where nothing is known."""

    lead: tuple[str, ...]
    checks: tuple[Check, ...]
    groups: tuple[tuple[str, PlainTable], ...]
    reading: str
    proxies: PlainTable
    paths: PlainTable


def warning_fairness(findings: Findings) -> WarningFairness:
    """Put the evidence by group into words."""
    judged = tuple(_check(item, findings) for item in _judged(findings))
    return WarningFairness(
        lead=_lead(findings),
        checks=judged,
        groups=tuple(
            (f"{title}, {stage_name(stage)}", table)
            for stage in STAGES
            for title, columns in _TABLES.items()
            if (table := _table(findings, stage, columns)).rows
        ),
        reading=_READING,
        proxies=_proxies(findings),
        paths=_paths(findings),
    )


def _judged(findings: Findings) -> list[Finding]:
    of_model = findings.of_kind("transfer", "check")
    return [item for item in of_model if item.name.split("/")[0] in FAIRNESS_CHECKS]


def _lead(findings: Findings) -> tuple[str, ...]:
    ratios = [item for item in _judged(findings) if item.name.startswith("flag_ratio/")]
    if not ratios:
        return (_NOTHING,)
    by_verdict = {
        verdict: [_where(item) for item in ratios if item.verdict == verdict]
        for verdict in ("fail", "not_judged", "pass")
    }
    said = {
        "fail": "Flags are clearly uneven, for no reason that outcomes explain, by {}.",
        "not_judged": "Whether flags are uneven the data cannot tell by {}.",
        "pass": "Flags are even, or as uneven as outcomes are, by {}.",
    }
    return (*(said[v].format(listed(names)) for v, names in by_verdict.items() if names), _BOTH)


def _where(item: Finding) -> str:
    _, stage, attribute = item.name.split("/", 2)
    return f"{in_words(attribute)} ({stage_name(stage)})"


def _check(item: Finding, findings: Findings) -> Check:
    kind, where = item.name.split("/", 1)
    (check,) = checks(Findings((item,)), "transfer")
    words = (_calibrated(item),) if kind == "calibrated_for_all" else _compared(item, findings)
    name = f"{_TITLES[kind]}: {_where(item)}"
    bound = check.bound.replace("bound", "at most" if len(words) == 1 else "at least")
    if kind == "flag_ratio":
        words = (*words, _other_direction(findings, where))
    return replace(check, name=name, question=" ".join(filter(None, words)), bound=bound)


def _calibrated(item: Finding) -> str:
    group = item.payload.get("group")
    return item.note or f"Least true for {group}."


def _compared(item: Finding, findings: Findings) -> tuple[str, ...]:
    lowest, highest = item.payload.get("lowest"), item.payload.get("highest")
    rates = item.payload.get("rates")
    if not isinstance(rates, list) or len(rates) != 2:
        return (item.note, "")
    said = f"{percent(rates[0])} of {lowest}, {percent(rates[1])} of {highest}."
    same = item.payload.get("at_same_outcomes")
    if not isinstance(same, list) or len(same) != 3:
        return (said, item.note)
    equal = replace(item, value=number(same[0]), low=number(same[1]), high=number(same[2]))
    return (said, f"Were outcomes alike, the ratio would be {with_interval(equal)}.", item.note)


def _other_direction(findings: Findings, where: str) -> str:
    spared = findings.get("transfer", "metric", f"not_flagged_ratio/{where}")
    if spared is None:
        return ""
    return f"Of not being flagged the ratio is {with_interval(spared)}."


def _table(findings: Findings, stage: str, columns: Mapping[str, str]) -> PlainTable:
    groups: dict[tuple[str, str], dict[str, Finding]] = {}
    for part, item in findings.starting("transfer", "metric", f"group/{stage}"):
        attribute, _, rest = part.partition("/")
        group, _, measure = rest.rpartition("/")
        groups.setdefault((attribute, group), {})[measure] = item
    rows = [
        (
            f"{in_words(attribute)}: {group}",
            count(_people(found)),
            *(_measure(name, found.get(name)) for name in columns),
        )
        for (attribute, group), found in groups.items()
    ]
    rows += [(name, TOO_FEW, *([""] * len(columns))) for name in _hidden(findings, stage)]
    head = ("Group", "People", *columns.values())
    return PlainTable(head, tuple(rows), frozenset(range(1, len(head))))


def _people(found: dict[str, Finding]) -> object:
    return found["weak_share"].payload.get("people") if "weak_share" in found else None


def _measure(name: str, item: Finding | None) -> str:
    if item is None or item.value is None:
        return TOO_FEW
    if name == "ece":
        return with_interval(item).replace("95\u202f%: ", "")
    if name == "calibration_gap":
        said, ends = points(100 * item.value), span(_hundred(item.low), _hundred(item.high))
    else:
        said, ends = percent(item.value), span(item.low, item.high, percent)
    return f"{said} ({ends})" if ends else said


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _hidden(findings: Findings, stage: str) -> Iterator[str]:
    for attribute, item in findings.starting("transfer", "metric", f"groups_hidden/{stage}"):
        names = item.payload.get("groups")
        told = [str(name) for name in names] if isinstance(names, list) else []
        more = int(item.value or 0) - len(told)
        told += [f"{count(more)} more"] if more > 0 else []
        yield f"{in_words(attribute)}: {listed(told)}"


def _proxies(findings: Findings) -> PlainTable:
    topics = _topics(findings)
    rows = []
    for part, item in findings.starting("transfer", "metric", "proxy_auc"):
        attribute, _, group = part.partition("/")
        found = findings.get("transfer", "metric", f"proxies_found/{attribute}")
        n_found = 0 if found is None else int(found.value or 0)
        told = (
            listed(topics.get(attribute, [])) if n_found else "nothing that chance would not show"
        )
        ends = span(item.low, item.high, percent)
        rows.append((f"{in_words(attribute)}: {group}", f"{percent(item.value)} ({ends})", told))
    head = ("Group", "Told apart from others", "What goes with the attribute")
    return PlainTable(head, tuple(rows), frozenset({1}))


def _topics(findings: Findings) -> dict[str, list[str]]:
    """Topics of the features that go with each attribute, the closest first."""
    found: dict[str, list[str]] = {}
    for part, item in findings.starting("transfer", "metric", "proxy_feature"):
        words = in_words(str(item.payload.get("topic")))
        of_attribute = found.setdefault(part.partition("/")[0], [])
        if words not in of_attribute:
            of_attribute.append(words)
    return found


def _paths(findings: Findings) -> PlainTable:
    rows = []
    for part, item in findings.starting("transfer", "metric", "through_topic"):
        if not _is_clear(item):
            continue
        stage, _, rest = part.partition("/")
        where, _, topic = rest.rpartition("/")
        gap = findings.get("transfer", "metric", f"flag_gap/{stage}/{where}")
        attribute, _, group = where.partition("/")
        rows.append(
            (
                f"{in_words(attribute)}: {group}, {stage_name(stage)}",
                in_words(topic),
                _in_points(item),
                _in_points(gap),
            )
        )
    head = ("Group", "Reason", f"Through it, {_UNIT}", f"Whole difference, {_UNIT}")
    return PlainTable(head, tuple(rows), frozenset({2, 3}))


def _is_clear(item: Finding) -> bool:
    return item.low is not None and item.high is not None and (item.low > 0 or item.high < 0)


def _in_points(item: Finding | None) -> str:
    if item is None or item.value is None:
        return "unknown"
    return f"{points(100 * item.value)} ({span(_hundred(item.low), _hundred(item.high))})"
