"""Model cards: plain, whole, made from evidence alone, and the same for the same training."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ptml.contracts.evidence import Evidence
from ptml.jobs.settings import Settings
from ptml.jobs.totals import evidence_table
from ptml.report.cards import CardFacts, headings, render_card
from ptml.report.figures import PlainTable

NAMES = ("recommend", "lift", "warnings")
ROOT = Path(__file__).resolve().parents[3]
SECTIONS = (
    "## In short",
    "## What it is for",
    "## What it is not for",
    "## Who answers for it",
    "## Version",
    "## Data",
    "## What it learns to foretell",
    "## How it works",
    "## How good it is",
    "## Checks",
    "## Groups of people",
    "## Limits",
    "## What is unknown",
    "## How to object, or have an error mended",
    "## When to train again",
)


def _facts(**settings: Any) -> CardFacts:
    return CardFacts(
        as_of="2026-10-02",
        fingerprint="ab12",
        code="ptml 0.1.0, source 00ff",
        seed=7,
        settings=Settings.model_validate(settings).model_dump(mode="json"),
        changed=PlainTable(("Setting", "Value", "Default"), ()),
        contents=PlainTable(("What", "Number", "Known"), (("People", "40", ""),)),
        tables=PlainTable(("Table", "Rows read", "Set aside"), (("employees", "40", "1"),)),
        set_aside=(),
        missing=(),
        protected=("gender",),
    )


def _evidence(*rows: Evidence) -> pd.DataFrame:
    return evidence_table(rows).to_pandas()


def _warned(**payload: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return (
        Evidence("transfer", "check", "calibrated/completion", 0.02, bound=0.05, verdict="pass"),
        Evidence("transfer", "check", "ranks_better/day_30", 0.4, bound=0.5, verdict="fail"),
        Evidence("transfer", "metric", "recall_flagged/completion", 0.2, 0.1, 0.3),
        Evidence("transfer", "metric", "precision_flagged/completion", 0.9, 0.8, 0.95),
        Evidence("transfer", "metric", "group/completion/gender/f/weak_share", 0.3, 0.2, 0.4,
                 payload={"people": 31}),
        Evidence("transfer", "metric", "groups_hidden/completion/gender", 1.0,
                 payload={"groups": ["x"]}),
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_card_has_every_section_even_when_nothing_is_known(name: str) -> None:
    card = render_card(name, _facts(), _evidence())
    assert headings(card)[1:] == SECTIONS
    assert "unknown" in card
    assert "None" not in card.replace("None.", "")


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_cards_have_the_structure_of_today(name: str) -> None:
    committed = (ROOT / "models" / name / "CARD.md").read_text(encoding="utf-8")
    assert headings(committed) == headings(render_card(name, _facts(), _evidence()))


def test_failed_checks_come_first_and_in_words() -> None:
    card = render_card("warnings", _facts(), _evidence(*_warned()))
    assert "1 passed, 1 failed" in card
    assert "- Ranks better, day 30: 0.40" in card.split("## What it is for")[0]
    table = card.split("## Checks")[1]
    assert table.index("not passed") < table.index("| passed |")


def test_a_model_that_must_pass_and_did_not_is_not_to_be_used() -> None:
    row = Evidence("lift", "check", "overlap", 0.5, bound=0.95, verdict="fail",
                   payload={"must_pass": True})  # fmt: skip
    assert "do not use this model" in render_card("lift", _facts(), _evidence(row))


def test_shares_missed_are_told_from_evidence_with_their_interval() -> None:
    card = render_card("warnings", _facts(), _evidence(*_warned())).replace("\u202f", " ")
    assert "Flags at completion miss 80 % (70 % to 90 %) of what stays unused" in card


def test_a_group_of_too_few_is_named_and_not_told() -> None:
    card = render_card("warnings", _facts(), _evidence(*_warned()))
    assert "| gender: x | too few to say |" in card
    assert "| gender: f | 31 |" in card


def test_a_refused_lift_is_counted() -> None:
    curve = Evidence("lift", "curve", "course_lift", payload={
        "title": ["A|B", "C"], "takers": [40, 2], "lift": [1.0, None], "low": [0.5, None],
        "high": [1.5, None], "status": ["ok", "too_few"]})  # fmt: skip
    card = render_card("lift", _facts(), _evidence(curve)).replace("\u202f", " ")
    assert "A lift is refused for 1 course of 2 (50 %): too few 1." in card
    assert "| A\\|B | 40 | +1.0 (+0.5 to +1.5) |" in card
    assert "refused: too few" in card


def test_a_course_of_fewer_than_five_takers_is_not_judged_nor_its_takers_counted() -> None:
    curve = Evidence("lift", "curve", "course_lift", payload={
        "title": ["A", "B", "C", "D"], "takers": [5, 4, 0, 1], "lift": [1.0, 2.0, 3.0, None],
        "low": [0.5, 1.5, 2.5, None], "high": [1.5, 2.5, 3.5, None],
        "status": ["ok", "ok", "ok", "too_few"]})  # fmt: skip
    card = render_card("lift", _facts(), _evidence(curve)).replace("\u202f", " ")
    assert "| A | 5 | +1.0 (+0.5 to +1.5) |" in card
    assert "| B | under 5 | not judged: known from courses like it alone |" in card
    assert "| C | 0 | not judged: known from courses like it alone |" in card
    assert "| D | under 5 | refused: too few |" in card


def test_an_owner_is_named_or_missed() -> None:
    assert "Nobody is named: name one in `settings.card`" in render_card(
        "lift", _facts(), _evidence()
    )
    named = {
        "owner": "Ada <b>",
        "contact": "ada@firm.example",
        "objections": "council@firm.example",
    }
    card = render_card("lift", _facts(card=named), _evidence())
    assert "Ada \\<b\\>, ada@firm.example." in card
    assert "Write to council@firm.example." in card


def test_the_label_is_told_with_the_settings_that_were_used() -> None:
    facts = _facts(warning={"label": {"window_days": 60}})
    assert "within 60 days of completion" in render_card("warnings", facts, _evidence())


def test_the_same_training_gives_the_same_card() -> None:
    facts, rows = _facts(), _evidence(*_warned())
    assert render_card("warnings", facts, rows) == render_card("warnings", replace(facts), rows)
