"""What the lists of a run are like, and what groups of people are offered, in plain words."""

from dataclasses import dataclass

from ptml.report.checks import with_interval
from ptml.report.figures import PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.wording import figure, in_words, number, percent

_MEASURES = {
    "coverage": ("Courses that at least one person is offered, of those open to somebody", True),
    "exposure_gini": (
        "How unevenly places in lists are spread over courses (0 = all alike, 1 = one has all)",
        False,
    ),
    "intra_list_diversity": (
        "How unlike the courses of one list are (0 = all teach the same, 1 = nothing in common)",
        False,
    ),
    "novelty": (
        "How rarely what is offered has been taken (bits; 1 = by half of the people, 3 = by one in "
        "eight)",
        False,
    ),
    "popular_share": ("Places in lists with one of the most taken tenth of courses", True),
    "mandatory_share": ("Places in lists with a mandatory course", True),
}
_OFFERED = {
    "expected_gain": "expected gain of a list, points",
    "full_list": "share with a full list",
    "advanced_share": "share of advanced and leadership courses",
    "hours": "hours of courses offered",
}


@dataclass(frozen=True)
class ListVariety:
    """Two tables, each empty where nothing is known; groups that clearly differ are named."""

    lists: PlainTable
    groups: PlainTable
    lead: str


def list_variety(findings: Findings) -> ListVariety:
    """Put the evidence on lists and on offers by group into words."""
    lists = tuple(
        (words, percent(item.value) if is_share else figure(item.value))
        for name, (words, is_share) in _MEASURES.items()
        if (item := findings.get("recommend", "metric", name)) is not None
    )
    offered = findings.starting("recommend", "metric", "offered")
    differing = tuple(one for one in offered if _differs(one[1]))
    return ListVariety(
        lists=PlainTable(("Measure", "Value"), lists, frozenset({1})),
        groups=PlainTable(
            ("Group", "What is offered", "Group", "Others", "Difference"),
            tuple(_row(part, item) for part, item in differing),
            frozenset({2, 3, 4}),
        ),
        lead=_lead(len(offered), len(differing)),
    )


def _differs(item: Finding) -> bool:
    return item.low is not None and item.high is not None and (item.low > 0 or item.high < 0)


def _lead(n_compared: int, n_differing: int) -> str:
    if not n_compared:
        return ""
    if not n_differing:
        return (
            f"No group is clearly offered more or less than the others ({n_compared} comparisons)."
        )
    return (
        f"In {n_differing} of {n_compared} comparisons a group is offered clearly more or less "
        "than the others; by chance alone about one in twenty would look so. A difference is a "
        "reason to look at roles and requirements, not a verdict."
    )


def _row(part: str, item: Finding) -> tuple[str, ...]:
    attribute, _, rest = part.partition("/")
    group, _, measure = rest.rpartition("/")
    return (
        f"{in_words(attribute)}: {group}",
        _OFFERED.get(measure, in_words(measure)),
        figure(number(item.payload.get("group_mean"))),
        figure(number(item.payload.get("others_mean"))),
        with_interval(item),
    )
