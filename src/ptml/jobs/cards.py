"""Write each model's card into its folder, before the folder is sealed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ptml
from ptml.contracts.dataset import Dataset
from ptml.contracts.evidence import Evidence
from ptml.contracts.requirements import missing_for
from ptml.jobs.settings import Settings
from ptml.jobs.source_hash import source_hash
from ptml.jobs.totals import evidence_table
from ptml.jobs.validate import set_aside_sentences
from ptml.report.cards import CARD_FILE, CardFacts, render_card
from ptml.report.figures import PlainTable
from ptml.report.wording import as_sentence, count, shortened

# What the data hold: words, what is counted, and the day by which a row counts as known.
_CONTENTS = (
    ("Courses enrolled for", "enrolments", "enrolled_on"),
    ("Completions", "enrolments", "completed_on"),
    ("Performance values", "performance", "period_end"),
    ("Assessments of capability", "assessments", "assessed_on"),
    ("Behaviour checks and other evidence of use, done", "transfer_evidence", "done_on"),
    ("Answers of people", "feedback", "asked_on"),
)


def write_cards(
    folder: Path,
    names: Sequence[str],
    dataset: Dataset,
    day: date,
    settings: Settings,
    evidence: Sequence[Evidence],
) -> None:
    """Write ``CARD.md`` beside each of the models ``names`` in ``folder``."""
    facts = card_facts(dataset, day, settings)
    rows = evidence_table(evidence).to_pandas()
    for name in names:
        (folder / name / CARD_FILE).write_text(render_card(name, facts, rows), encoding="utf-8")


def card_facts(dataset: Dataset, day: date, settings: Settings) -> CardFacts:
    """What the cards of one training tell of its data, code and settings."""
    kept = {table: n for table, n in dataset.rows_read.items() if n}
    return CardFacts(
        as_of=day.isoformat(),
        fingerprint=dataset.fingerprint,
        code=f"ptml {ptml.__version__}, source {source_hash(ptml)}",
        seed=settings.seed,
        settings=settings.model_dump(mode="json"),
        changed=_changed(settings),
        contents=_contents(dataset, day),
        tables=PlainTable(
            ("Table", "Rows read", "Set aside"),
            tuple(
                (table, count(n), count(dataset.rows_rejected.get(table, 0)))
                for table, n in sorted(kept.items())
            ),
            frozenset({1, 2}),
        ),
        set_aside=tuple(map(as_sentence, set_aside_sentences(dataset))),
        missing=tuple(map(as_sentence, missing_for(dataset))),
        protected=tuple(
            str(column).removeprefix("protected_").replace("_", " ")
            for column in dataset.query("SELECT * FROM protected_attributes LIMIT 0").columns
            if column != "employee_id"
        ),
    )


def _contents(dataset: Dataset, day: date) -> PlainTable:
    people = dataset.query(
        "SELECT count(*) AS n FROM employees"
        " WHERE coalesce(hired_on < $1, true) AND coalesce(left_on >= $1, true)",
        [day],
    )["n"].item()
    courses = dataset.query(
        "SELECT count(*) AS n FROM courses WHERE coalesce(opened_on < $1, true)", [day]
    )["n"].item()
    rows = [
        ("People employed on that day", count(people), ""),
        ("Courses that had opened", count(courses), ""),
        *(_known_before(dataset, day, *what) for what in _CONTENTS),
    ]
    return PlainTable(("What", "Number", "Known from to"), tuple(rows), frozenset({1}))


def _known_before(
    dataset: Dataset, day: date, words: str, table: str, column: str
) -> tuple[str, str, str]:
    found = dataset.query(
        f"SELECT count(*) AS n, min({column})::VARCHAR AS low, max({column})::VARCHAR AS high"
        f" FROM {table} WHERE {column} < $1",
        [day],
    ).iloc[0]
    if not found["n"]:
        return words, "none", ""
    return words, count(found["n"]), f"{str(found['low'])[:10]} to {str(found['high'])[:10]}"


def _changed(settings: Settings) -> PlainTable:
    """Settings that differ from the default; who answers for the models is told elsewhere."""
    own, usual = settings.model_dump(mode="json"), Settings().model_dump(mode="json")
    default = dict(_flat(usual))
    rows = tuple(
        (name, shortened(value), shortened(default.get(name)))
        for name, value in _flat(own)
        if value != default.get(name) and not name.startswith("card.")
    )
    return PlainTable(("Setting", "Value", "Default"), rows)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
