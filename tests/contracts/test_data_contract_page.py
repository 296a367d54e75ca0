"""The page for users says what the contract and the checks really do."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ptml.contracts.inputs import INPUT_TABLES

PAGE = (Path(__file__).parents[2] / "docs" / "data-contract.md").read_text(encoding="utf-8")
_EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_the_examples_print_what_the_page_shows() -> None:
    examples = _EXAMPLE.findall(PAGE)
    assert len(examples) == 2
    names: dict[str, Any] = {}
    for code, expected in examples:
        with redirect_stdout(StringIO()) as printed:
            exec(code, names)
        assert printed.getvalue() == expected


@pytest.mark.parametrize("name", list(INPUT_TABLES))
def test_every_table_is_listed_with_its_columns_in_order(name: str) -> None:
    contract = INPUT_TABLES[name]
    [(letter, columns)] = re.findall(rf"^\| `{name}` \|([^|]*)\| (.*) \|$", PAGE, re.MULTILINE)
    assert letter.strip(" *") == contract.needed_for
    listed = re.findall(r"`(\w+)`(\*?)", columns)
    required = set(contract.required)
    assert listed == [(column, "*" * (column in required)) for column in contract.columns]
