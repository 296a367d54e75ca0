"""Part of the page: is the planted cause the reason that is named first?"""

from collections.abc import Sequence

from ptml.evaluate.warning_bench.causes import CAUSES, GROUPS, REASON_FAMILIES
from ptml.evaluate.warning_bench.goals import told
from ptml.evaluate.warning_bench.results import Named, named_instead, over_named
from ptml.evaluate.warning_bench.tables import markdown_table
from ptml.transfer.completions import STAGES

_GROUP_WORDS = dict(
    zip(
        GROUPS,
        (
            "flagged",
            "flagged and truly at risk",
            "... and the person was asked about the cause",
            "... and the cause leads by 0.5 log-odds",
        ),
        strict=True,
    )
)
_FIGURES = {
    "first": "named first",
    "first_two": "among the first two",
    "chance": "always the most frequent cause",
    "answers": "by answers alone",
}


def reason_lines(named: Sequence[Named]) -> list[str]:
    """Lines of Markdown; none without cases."""
    if not named:
        return []
    mapping = "; ".join(f"{cause}: {_families(cause)}" for cause in CAUSES)
    return [
        "",
        "## Is the planted cause named first?",
        "",
        "The planted main cause of a case is the term of the simulator's log-odds that lies "
        "furthest above the mean of the organisation. It is the same at both stages: that nothing "
        "was practised by day 30 is a sign of it. Truly at risk: all terms together lie above the "
        "mean. Families of reasons that count as naming it: "
        f"{mapping}. A reason that may be chance is not shown and names nothing. *By answers "
        "alone* weights people's mean answers (the unit's, for the chance to practise) by the "
        "spread of the planted terms: a yardstick of what can be told, which nobody could build "
        "without knowing the simulator.",
        "",
        *_share_table(named),
        "",
        "What is named first where each cause was planted (cases flagged and truly at risk, all "
        "organisations):",
        "",
        *_instead_table(named),
    ]


def _families(cause: str) -> str:
    return ", ".join(f"`{family}`" for family in sorted(REASON_FAMILIES[cause]))


def _share_table(named: Sequence[Named]) -> list[str]:
    rows = []
    for stage in STAGES:
        for group, words in _GROUP_WORDS.items():
            n = sum(
                one.figures["cases"] for one in named if (one.stage, one.group) == (stage, group)
            )
            found = [over_named(named, stage, group, figure) for figure in _FIGURES]
            if n:
                cells = ("" if one is None else told(one, 2) for one in found)
                rows.append([stage, words, f"{n:,}", *cells])
    return markdown_table(["stage", "cases", "how many", *_FIGURES.values()], rows, 2)


def _instead_table(named: Sequence[Named]) -> list[str]:
    rows = []
    for stage in STAGES:
        for cause, families in named_instead(named, stage, "at_risk").items():
            n = sum(families.values())
            if n:
                ranked = sorted(families.items(), key=lambda one: (-one[1], one[0]))
                shares = ", ".join(f"`{family}` {count / n:.0%}" for family, count in ranked)
                rows.append([stage, cause, shares, f"{n:,}"])
    return markdown_table(["stage", "planted", "named first", "cases"], rows, 3)
