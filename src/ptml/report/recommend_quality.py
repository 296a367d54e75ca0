"""How well the recommendations foretell what people chose next, beside simpler ways."""

from dataclasses import dataclass

from ptml.report.absence import Absent, absent
from ptml.report.checks import Check, checks, settings, with_interval
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.intervals import IntervalRow, interval_plot
from ptml.report.published import PublishedTables
from ptml.report.wording import figure, in_words, percent

_PEERS = {
    "chosen": "what this run uses",
    "ptml": "ptml: place, what follows what, factors",
    "place": "by role, unit, grade and gap alone",
    "ease": "from choices (EASE)",
    "als": "from choices (ALS)",
    "bpr": "from choices (BPR)",
    "lmf": "from choices (logistic factors)",
    "bm25": "similar courses (BM25)",
    "cosine": "similar courses (cosine)",
    "popularity_in_role": "most popular in the role",
    "popularity": "most popular",
}
_GROUPS = {
    "warm": "people with three choices or more",
    "short_history": "people with one or two choices",
    "new_hire": "people without any choice",
    "new_course": "courses that had just opened",
}
_STAGES = {
    "second": "ranked a second time",
    "first": "as ranked first",
    "in_role": "most popular in the role",
}
_METRICS = {
    "recall_at_20": (
        "Found among the first 20",
        "Recall@20: the share of courses that people really took next which stood among the first "
        "20 offered to them.",
    ),
    "ndcg_at_10": (
        "How high it stood among the first 10",
        "NDCG@10: 1 if the course taken next always came first, less the further down, 0 if it "
        "was not among ten.",
    ),
}


@dataclass(frozen=True)
class RecommendQuality:
    """Held-out figures of the recommender beside its peers."""

    lead: str
    figures: tuple[Figure, ...]
    checks: tuple[Check, ...]
    settings: PlainTable


def recommend_quality(published: PublishedTables, findings: Findings) -> RecommendQuality | Absent:
    """Draw each metric with one row a peer, the one in use first."""
    drawn = tuple(
        _figure(name, peers)
        for name in _METRICS
        if (peers := findings.starting("recommend", "metric", name))
    )
    second = findings.starting("recommend", "metric", "second_stage_ndcg_at_10")
    drawn += tuple(_second_stage(stages) for stages in [second] if stages)
    drawn += tuple(_by_group(groups) for groups in [_groups(findings)] if groups)
    if not drawn and not findings.of_kind("recommend", "check"):
        return absent(
            published,
            "Nothing is known about how good the recommendations are on held-out time.",
            "That needs a model trained with enough enrolments to hold some out.",
            "no recommendations",
            "held-out",
        )
    return RecommendQuality(
        lead=_lead(findings),
        figures=drawn,
        checks=checks(findings, "recommend"),
        settings=settings(findings, "recommend"),
    )


def _lead(findings: Findings) -> str:
    recall = dict(findings.starting("recommend", "metric", "recall_at_20"))
    ours = recall.get("chosen") or recall.get("als")
    if ours is None or ours.value is None:
        return ""
    sentence = (
        f"On time the model had not seen, {percent(ours.value)} of the courses that people took "
        "next stood among the first 20 offered to them"
    )
    popular = recall.get("popularity")
    if popular is None or popular.value is None:
        return sentence + "."
    return f"{sentence}; simply offering the most popular ones finds {percent(popular.value)}."


def _second_stage(stages: tuple[tuple[str, Finding], ...]) -> Figure:
    rows = [
        IntervalRow(
            label=_STAGES.get(stage, in_words(stage)),
            value=item.value,
            low=item.low,
            high=item.high,
            text=figure(item.value, item.low, item.high),
            tone="ours" if stage == "second" else "peer",
        )
        for stage, item in stages
    ]
    return Figure(
        slug="figure-second-stage",
        title="What ranking a second time would gain",
        note="NDCG@10 with eligible courses in front, so it is not to be compared with the figures "
        f"beside. Whether it is used stands below. Bar: {percent(stages[0][1].level)} interval.",
        plot=interval_plot(rows, lambda v: f"{v:g}", "", reference=0.0, bounds=(0.0, 1.0)),
        numbers=PlainTable(
            ("Way of ranking", "Figure on held-out time"),
            tuple((_STAGES.get(s, in_words(s)), with_interval(item)) for s, item in stages),
            frozenset({1}),
        ),
    )


def _groups(findings: Findings) -> list[tuple[str, Finding, Finding]]:
    """Each group with what is used and the bar, where both are known."""
    found = []
    for group in _GROUPS:
        ways = dict(findings.starting("recommend", "metric", f"ndcg_at_10_of_{group}"))
        if "chosen" in ways and "popularity_in_role" in ways:
            found.append((group, ways["chosen"], ways["popularity_in_role"]))
    return found


def _by_group(groups: list[tuple[str, Finding, Finding]]) -> Figure:
    rows = [
        IntervalRow(
            label=f"{_GROUPS[group]}: {_PEERS[way]}",
            value=item.value,
            low=item.low,
            high=item.high,
            text=figure(item.value, item.low, item.high),
            tone="ours" if way == "chosen" else "peer",
        )
        for group, *both in groups
        for way, item in zip(("chosen", "popularity_in_role"), both, strict=True)
    ]
    return Figure(
        slug="figure-by-history",
        title="How it does for newcomers and new courses",
        note="NDCG@10 as beside, apart by how much was known. A new course has nothing but what it "
        f"is about to go by. Bar: {percent(groups[0][1].level)} interval.",
        plot=interval_plot(rows, lambda v: f"{v:g}", "", reference=0.0, bounds=(0.0, 1.0)),
        numbers=PlainTable(
            ("Of", "What this run uses", "Most popular in the role", "People"),
            tuple(
                (
                    _GROUPS[group],
                    with_interval(ours),
                    with_interval(bar),
                    str(ours.payload.get("people", "")),
                )
                for group, ours, bar in groups
            ),
            frozenset({1, 2, 3}),
        ),
    )


def _figure(name: str, peers: tuple[tuple[str, Finding], ...]) -> Figure:
    title, note = _METRICS[name]
    order = {peer: i for i, peer in enumerate(_PEERS)}
    ranked = sorted(peers, key=lambda item: (order.get(item[0], len(order)), item[0]))
    rows = [
        IntervalRow(
            label=_PEERS.get(peer, in_words(peer)),
            value=item.value,
            low=item.low,
            high=item.high,
            text=figure(item.value, item.low, item.high),
            tone="ours" if peer == ranked[0][0] else "peer",
        )
        for peer, item in ranked
    ]
    level = percent(ranked[0][1].level)
    return Figure(
        slug=f"figure-{name.replace('_', '-')}",
        title=title,
        note=f"{note} Bar: {level} interval.",
        plot=interval_plot(rows, lambda v: f"{v:g}", "", reference=0.0, bounds=(0.0, 1.0)),
        numbers=PlainTable(
            ("Way of choosing", "Figure on held-out time"),
            tuple((_PEERS.get(p, in_words(p)), with_interval(item)) for p, item in ranked),
            frozenset({1}),
        ),
    )
