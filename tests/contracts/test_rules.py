"""Every rule of every schema can be said in a sentence that starts with its column."""

import dataframely as dy
import polars as pl
import pytest

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.rules import rule_sentence


def _rules(schema: type[dy.Schema]) -> list[str]:
    impossible = {name: [None] for name in schema.columns()}
    frame = pl.DataFrame(impossible, schema={n: c.dtype for n, c in schema.columns().items()})
    _, failure = schema.filter(frame)
    return [name for name in failure.details().columns if name not in schema.columns()]


@pytest.mark.parametrize("table", list(INPUT_TABLES))
def test_every_rule_has_a_sentence_about_one_of_its_columns(table: str) -> None:
    schema = INPUT_TABLES[table].schema
    rules = _rules(schema)
    assert rules
    for rule in rules:
        column, sentence = rule_sentence(rule, schema)
        assert column in schema.columns()
        assert sentence.startswith(f"{column} ")
        assert "|" not in sentence
        assert "check__" not in sentence


def test_a_row_rule_names_what_it_is_held_against() -> None:
    schema = INPUT_TABLES["enrolments"].schema
    found = rule_sentence("completed_on_before_started_on", schema)
    assert found == ("completed_on", "completed_on before started_on")


def test_a_row_rule_with_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="is not named COLUMN_before_COLUMN"):
        rule_sentence("something_odd", INPUT_TABLES["enrolments"].schema)
