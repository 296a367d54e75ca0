"""Completed training after which performance did not rise, by what stands behind it."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from ptml.contracts.outputs import NO_IMPROVEMENT_CAUSES
from ptml.report.bars import lying
from ptml.report.figures import Figure, PlainTable
from ptml.report.published import PublishedTables
from ptml.report.wording import count, in_words, parsed_list, percent, plural

CAUSES = {
    "environment": "the surroundings, which no training mends",
    "not_learnt": "not learnt",
    "not_practised": "not practised",
    "skill_mismatch": "not the skill that is needed",
    "unclear": "unclear",
}
SIGNS = {
    "denied_opportunity": "little opportunity",
    "incident": "a long incident in the unit",
    "unit_fell": "the whole unit fell",
    "high_load": "high workload",
    "low_exam": "failed exam",
    "below_usual": "exam far below what is usual",
    "not_used": "checks show little use",
    "tasks_undone": "practice tasks not done",
    "not_required": "the role does not ask for it",
    "no_gap": "closed no gap",
    "course_moves_nobody": "nobody gains by the course",
    "no_scores": "results not on record",
    "unclear": "nothing that says why",
}
_TOO_EARLY = "too_early"


@dataclass(frozen=True)
class StalledOverview:
    """Why performance did not move, over all completed training."""

    title: str
    causes: Figure | None


def stalled_overview(published: PublishedTables) -> StalledOverview | None:
    """Count completions without improvement by cause; None where the run published none."""
    stalled = published.table("no_improvement")
    if stalled.empty:
        return None
    judged = stalled[stalled["cause"].ne(_TOO_EARLY)]
    early = len(stalled) - len(judged)
    title = (
        f"After {plural(len(judged), 'completed training')} performance did not rise by a point."
        if len(judged)
        else "No completed training is known after which performance did not rise."
    )
    if early:
        title += (
            f" For {count(early)} more, two periods of results are not known yet: nothing is said."
        )
    return StalledOverview(title, _causes(judged) if len(judged) else None)


def _causes(judged: pd.DataFrame) -> Figure:
    counts = judged["cause"].value_counts()
    names = [name for name in NO_IMPROVEMENT_CAUSES if name in counts.index]
    names.sort(key=lambda name: -int(counts[name]))
    shares = [int(counts[name]) / len(judged) for name in names]
    said = [CAUSES.get(name, in_words(name)).capitalize() for name in names]
    texts = [percent(share) for share in shares]
    details = [_found(judged[judged["cause"].eq(name)]) for name in names]
    return Figure(
        slug="figure-no-improvement",
        title=f"Most often: {said[0][0].lower()}{said[0][1:]} ({texts[0]})",
        note="Share of completed training without improvement, by the first cause that holds: "
        "surroundings, then learning, then use, then need. What was found is no proof.",
        plot=lying(said, shares, texts, tones=["ours"] * len(names), details=details),
        numbers=PlainTable(
            ("Cause", "Completions", "Share", "Found most often"),
            tuple(
                (label, count(int(counts[name])), text, detail)
                for label, name, text, detail in zip(said, names, texts, details, strict=True)
            ),
            frozenset({1, 2}),
        ),
    )


def _found(cases: pd.DataFrame) -> str:
    """What was found most often for a cause, with how often."""
    counts: Counter[str] = Counter()
    cause = cases["cause"].iloc[0]
    for cell in cases["evidence"]:
        items = [item for item in parsed_list(cell) if isinstance(item, dict)]
        counts.update(str(i.get("code")) for i in items if i.get("speaks_for") == cause)
    return "; ".join(f"{SIGNS.get(c, in_words(c))} ({count(n)})" for c, n in counts.most_common(2))
