"""Whose use on the job was checked, and what the others leave open, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ptml.report.figures import PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.wording import count, in_words, listed, number, percent, span
from ptml.transfer.topics import TOPICS, topic_of

# Below this many standard deviations two groups count as alike (Austin 2009).
ALIKE = 0.1
_MOST_TOPICS = 3
_WHY_UNKNOWN = {
    "no_check": "{n} were not checked",
    "absent": "{n} were followed by a long absence",
    "role_changed": "{n} by a change of role",
    "helped": "{n} had help because of a warning",
}
# Topics whose code is a finding, as the thing that it is about.
_TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "not_learned": "exam results",
        "crammed": "rhythm of study",
        "no_practice": "practice tasks",
        "new_to_role": "time in the role",
        "manager": "the manager's team",
        "manager_support": "the manager's support",
        "mentor": "mentor meetings",
        "no_opportunity": "opportunity to use what was learnt",
        "not_used": "first uses",
        "fading": "time since the last use",
        "too_hard": "readiness for the course",
        "new_content": "how much was new",
        "not_needed": "need for the course",
        "repeated": "earlier courses on the same",
        "person": "earlier learning and level",
        "past_transfer": "earlier outcomes of the person",
        "unit_record": "earlier outcomes in the unit",
        "course_record": "earlier outcomes of the course",
        "course": "the form of the course",
        "team": "the unit",
        "peers": "colleagues on the same course",
        "absence": "absence",
    }
)


@dataclass(frozen=True)
class WhoIsChecked:
    """The choice of who is checked: sentences, and the share that stayed unused by assumption."""

    said: tuple[str, ...]
    shares: PlainTable


def who_is_checked(findings: Findings) -> WhoIsChecked | None:
    """Sum up who was checked; None where the model did not examine it."""
    if findings.get("transfer", "metric", "checked_auc") is None:
        return None
    sentences = (_coverage(findings), _foretold(findings), _differ(findings), _open(findings))
    return WhoIsChecked(tuple(s for s in sentences if s), _shares(findings))


def _coverage(findings: Findings) -> str:
    item = findings.get("transfer", "metric", "label_coverage")
    if item is None or item.value is None:
        return ""
    counted = {name: number(item.payload.get(name)) for name in _WHY_UNKNOWN}
    others = [_WHY_UNKNOWN[name].format(n=count(n)) for name, n in counted.items() if n]
    told = f"Checked: {percent(item.value)} of completed trainings."
    return f"{told} Of the others, {listed(others)}." if others else told


def _foretold(findings: Findings) -> str:
    item = findings.get("transfer", "metric", "checked_auc")
    if item is None or item.value is None:
        return ""
    ends = span(item.low, item.high, percent)
    by_chance = item.low is not None and item.low <= 0.5
    return (
        "Of two, one checked and one not, what is seen at the completion tells which is which "
        f"{percent(item.value)} of the time{f' ({ends})' if ends else ''}; 50\u202f% is a coin toss"
        f"{', so nothing speaks against checks at random.' if by_chance else '.'}"
    )


def _differ(findings: Findings) -> str:
    item = findings.get("transfer", "curve", "checked_differences")
    frame = None if item is None else item.points("feature", "family", "before", "after")
    if frame is None:
        return ""
    large = frame[frame["before"].abs() >= ALIKE]
    if large.empty:
        return "Checked and unchecked ones look alike in all that is seen."
    topics = [
        TOPICS[topic_of(str(row["feature"]), str(row["family"]))].code
        for row in large.to_dict("records")
    ]
    names = [_TOPICS.get(code, in_words(code)) for code in dict.fromkeys(topics)]
    most, left = large["before"].abs().max(), large["after"].abs().max()
    return (
        f"Checked and unchecked ones differ most in {listed(names[:_MOST_TOPICS])} "
        f"(by up to {most:.2f} standard deviations; {left:.2f} once weighted)."
    )


def _open(findings: Findings) -> str:
    parts = []
    checked, alike, within, worst = (
        _share(findings, name)
        for name in ("as_checked", "reweighted", "within_factor", "worst_case")
    )
    if checked is not None and checked.value is not None:
        parts.append(f"As checked, {percent(checked.value)} stayed unused")
    if alike is not None and alike.value is not None:
        ends = span(alike.low, alike.high, percent)
        parts.append(
            "with each checked one also counted for the unchecked ones that look like it, "
            f"{percent(alike.value)}{f' ({ends})' if ends else ''}"
        )
    if within is not None:
        parts.append(
            f"if the odds of the unchecked differ from those of checked ones that look alike by a "
            f"factor of up to {_factor(within)}, between {_between(within)}"
        )
    if worst is not None:
        parts.append(f"whatever the unchecked did, between {_between(worst)}")
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _shares(findings: Findings) -> PlainTable:
    return PlainTable(
        ("Stayed unused, of all completions", "Share", "From", "To"),
        tuple(_rows(findings)),
        frozenset({1, 2, 3}),
    )


def _rows(findings: Findings) -> Iterator[tuple[str, str, str, str]]:
    named = {
        "as_checked": "if the unchecked are like the checked",
        "reweighted": "if they are like checked ones that look alike",
        "within_factor": "if their odds differ from these by a factor of up to {factor}",
        "worst_case": "whatever they did",
    }
    for name, words in named.items():
        item = _share(findings, name)
        if item is not None:
            share = "" if item.value is None else percent(item.value)
            said = words.format(factor=_factor(item))
            yield (said, share, percent(item.low), percent(item.high))


def _share(findings: Findings, name: str) -> Finding | None:
    return findings.get("transfer", "metric", f"weak_share_{name}")


def _factor(item: Finding) -> str:
    factor = number(item.payload.get("gamma"))
    return "" if factor is None else f"{factor:g}"


def _between(item: Finding) -> str:
    return f"{percent(item.low)} and {percent(item.high)}"
