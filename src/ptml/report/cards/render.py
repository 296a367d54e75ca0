"""A model card as Markdown: the same training gives the same text."""

import re
from collections.abc import Callable, Mapping
from functools import cache

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from ptml.report.cards.facts import CardFacts
from ptml.report.cards.findings import (
    check_table,
    failed,
    judged,
    not_known,
    verdict,
    what_is_asked,
)
from ptml.report.cards.lift import lift_words
from ptml.report.cards.markdown import bullets, plain, table
from ptml.report.cards.recommend import recommend_words
from ptml.report.cards.warnings import warnings_words
from ptml.report.cards.words import ModelWords
from ptml.report.findings import Findings
from ptml.report.wording import date

CARD_FILE = "CARD.md"
"""The card's name within a model's folder; loaders pass it by, hashes cover it."""
# Parts that are left out leave empty lines behind.
_GAPS = re.compile(r"\n{3,}")
_WORDS: Mapping[str, Callable[[CardFacts, Findings], ModelWords]] = {
    "recommend": recommend_words,
    "lift": lift_words,
    "warnings": warnings_words,
}


def render_card(name: str, facts: CardFacts, evidence: pd.DataFrame) -> str:
    """Render the card of one model.

    Parameters
    ----------
    name : str
        ``recommend``, ``lift`` or ``warnings``.
    facts : CardFacts
        What it was made from and who answers for it.
    evidence : DataFrame
        Rows of the `evidence` table; those of other models are passed by.

    Returns
    -------
    str
        Markdown. Nothing in it depends on a clock or a place.
    """
    findings = Findings.read(evidence)
    found = judged(findings, name)
    card = (
        _environment()
        .get_template(f"{name}.md")
        .render(
            facts=facts,
            settings=facts.settings,
            card=facts.card,
            as_of=date(facts.as_of),
            words=_WORDS[name](facts, findings),
            verdict=verdict(found),
            failed=failed(found),
            checks=check_table(found),
            asked=what_is_asked(found),
            unknown=not_known(findings, name),
        )
    )
    return _GAPS.sub("\n\n", card)


def headings(card: str) -> tuple[str, ...]:
    """The headings of a card down to the second level, in order: its structure."""
    return tuple(re.findall(r"^##? .+$", card, re.MULTILINE))


@cache
def _environment() -> Environment:
    # The text is Markdown: `plain` and `table` escape what comes from data.
    environment = Environment(
        loader=PackageLoader("ptml.report.cards"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(plain=plain, table=table, bullets=bullets)
    return environment
