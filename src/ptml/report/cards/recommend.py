"""The recommender on its card."""

from ptml.report.cards.facts import CardFacts
from ptml.report.cards.findings import metric
from ptml.report.cards.words import ModelWords
from ptml.report.checks import with_interval
from ptml.report.figures import PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.wording import count, percent

_METRICS = {
    "ndcg_at_10/chosen": "How high the next course stood among ten (NDCG@10): what is used",
    "ndcg_at_10/popularity_in_role": "The same: most popular in the role",
    "ndcg_at_10/popularity": "The same: most popular",
    "recall_at_20/chosen": "Next course found among the first 20: what is used",
    "recall_at_20/popularity": "The same: most popular",
    "second_stage_ndcg_at_10/first": "NDCG@10, eligible courses first: as ranked first",
    "second_stage_ndcg_at_10/second": "The same: ranked a second time",
    "completion_auc": "Completion: of two, tells who completes (AUC)",
    "completion_brier/estimated": "Completion: squared error of the probability",
    "completion_brier/same_for_all": "The same: one probability for all",
}
_HISTORIES = {
    "warm": "three choices or more",
    "short_history": "one or two choices",
    "new_hire": "no choice so far",
    "new_course": "courses that had just opened",
}


def recommend_words(facts: CardFacts, findings: Findings) -> ModelWords:
    """Held-out figures, people by how much was known of them, and limits."""
    return ModelWords(
        title="Recommender",
        held_out=_held_out(facts, findings),
        metrics=PlainTable(("Figure", "Value (interval)"), tuple(_rows(findings))),
        groups_said=(
            "What each protected group is offered is compared at each scoring, with intervals, in "
            "the report under \u201cWhat is offered\u201d; how well a list fits is not compared by "
            "protected group: unknown. Apart by how much was known of a person:",
        ),
        groups=(("By what was known", _histories(findings)),),
        limits=tuple(_limits(findings)),
    )


def _held_out(facts: CardFacts, findings: Findings) -> tuple[str, ...]:
    ours = metric(findings, "recommend", "ndcg_at_10/chosen")
    if ours is None:
        return ("Nothing could be held out: how good the lists are is unknown.",)
    settings = facts.settings["recommend"]
    return (
        f"The newest {settings['held_out_days']} days of choices (more where they held too few "
        f"people) were kept apart, with a gap of {settings['gap_days']} days, and foretold from "
        f"what came before: {_people(ours)}.",
        f"Intervals: {percent(ours.level)}, by drawing people anew.",
    )


def _people(item: Finding) -> str:
    return f"{count(item.payload.get('people'))} people"


def _rows(findings: Findings) -> list[tuple[str, str]]:
    found = {name: metric(findings, "recommend", name) for name in _METRICS}
    return [
        (_METRICS[name], "unknown" if i is None else with_interval(i)) for name, i in found.items()
    ]


def _histories(findings: Findings) -> PlainTable:
    rows = []
    for group, words in _HISTORIES.items():
        ours = metric(findings, "recommend", f"ndcg_at_10_of_{group}/chosen")
        bar = metric(findings, "recommend", f"ndcg_at_10_of_{group}/popularity_in_role")
        if ours is None or bar is None:
            rows.append((words, "too few to say", "", ""))
        else:
            people = count(ours.payload.get("people"))
            rows.append((words, people, with_interval(ours), with_interval(bar)))
    return PlainTable(("Of", "People", "NDCG@10", "Most popular in the role"), tuple(rows))


def _limits(findings: Findings) -> list[str]:
    said = [
        "It foretells what people choose, which is not what helps them: lift says that, and "
        "ranking weighs both.",
        "People choose from what they were shown and sent to before. The lists repeat such habits "
        "as far as the choices hold them.",
        "Somebody who has chosen nothing yet gets what people in the same place choose.",
    ]
    setting = findings.get("recommend", "setting", "selection")
    if setting is not None and setting.payload.get("windows") is not None:
        said.append(
            f"Which way to learn is used was chosen on {setting.payload['windows']} windows of "
            "time; another month may choose another way, and lists then change."
        )
    done = metric(findings, "recommend", "completed_share")
    if done is not None:
        said.append(
            f"{percent(done.value)} of {count(done.payload.get('starts'))} starts were completed; "
            "how likely a person is to complete a course is told little better than that alone "
            "wherever the two squared errors above overlap."
        )
    return said
