"""The words of the page: every code has one."""

import pytest

from ptml.explain.catalogue import SEEN
from ptml.explain.interventions import ACTIONS
from ptml.review.cases.asked import SHOWN, SORTS
from ptml.review.cases.facts import ACTIVITIES
from ptml.review.cases.states import DISMISSALS, OUTCOMES, Kind, State
from ptml.review.words import wording_in
from ptml.review.words.terms import TERMS, term
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.completions import STAGES

CODES = {
    "state": State,
    "stage": STAGES,
    "warned": STAGES,
    "shown": SHOWN,
    "sort": SORTS,
    "kind": Kind,
    "kind_hint": Kind,
    "decided": Kind,
    "dismissal": DISMISSALS,
    "outcome": OUTCOMES,
    "reason": {key.partition(".")[0] for key in SEEN},
    "owner": {action.owner for action in ACTIONS},
    "event": {"enrolled", "started", "completed", "dropped", "exam", *ACTIVITIES},
    "unit_matter": set(UNIT_MATTERS) - {""},
}


@pytest.mark.parametrize("section", sorted(CODES))
def test_every_code_has_a_word(section: str) -> None:
    assert set(TERMS[section]) == {str(code) for code in CODES[section]}


def test_there_is_no_section_that_nothing_is_called_by() -> None:
    assert set(TERMS) == set(CODES)


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert term(wording_in("en"), "reason", "{new}") == "{new}"
