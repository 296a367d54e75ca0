"""What fields of a copy are called."""

import pytest
from sqlalchemy import Table

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.review.store.schema import account_units, accounts, cases, decisions, objections, people
from ptml.review.words import wording_in
from ptml.review.words.fields import FIELDS, field_in

OF_A_PERSON = {
    name: contract.columns
    for name, contract in OUTPUT_TABLES.items()
    if "employee_id" in contract.columns
}
# Of other people, or secret: never in a copy.
LEFT_OUT = {"manager_id", "owner", "owner_id", "token", "password_hash"} | {
    *("made_by", "undone_by", "answered_by", "before")
}
STORED = (people, cases, decisions, objections, accounts, account_units)


@pytest.mark.parametrize("name", sorted(OF_A_PERSON))
def test_a_published_table_and_its_columns_are_called_by_words(name: str) -> None:
    assert {name, *OF_A_PERSON[name]} - set(FIELDS) - LEFT_OUT == set()


@pytest.mark.parametrize("table", STORED, ids=lambda table: table.name)
def test_what_the_page_itself_holds_is_called_by_words(table: Table) -> None:
    assert {column.name for column in table.columns} - set(FIELDS) - LEFT_OUT == set()


def test_a_field_is_called_in_the_language_of_the_page() -> None:
    assert field_in(wording_in("en"), "p_weak") == "Likelihood that it stays unused"
    assert field_in(wording_in("zh-Hant"), "p_weak") == "沒有用到工作上的可能性"


def test_a_field_without_a_word_is_called_by_its_name() -> None:
    assert field_in(wording_in("zh-Hans"), "of_later") == "of later"
