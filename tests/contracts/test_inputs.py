"""The table of tables hangs together."""

import pytest

from ptml.contracts.inputs import INPUT_TABLES


@pytest.mark.parametrize("name", list(INPUT_TABLES))
def test_a_table_names_only_what_exists(name: str) -> None:
    contract = INPUT_TABLES[name]
    columns = set(contract.columns)
    assert set(contract.key) | set(contract.order) <= columns
    assert set(contract.references) <= columns
    assert set(contract.without_column) <= columns - set(contract.required)
    assert set(contract.sorted_by) >= set(contract.key or columns)


@pytest.mark.parametrize("name", list(INPUT_TABLES))
def test_a_table_stands_after_those_it_points_to(name: str) -> None:
    order = list(INPUT_TABLES)
    for target in INPUT_TABLES[name].references.values():
        assert order.index(target) <= order.index(name)
        assert len(INPUT_TABLES[target].key) == 1


def test_what_each_letter_needs() -> None:
    needed = {letter: [] for letter in "ACLW"}  # type: dict[str, list[str]]
    for name, contract in INPUT_TABLES.items():
        if contract.needed_for:
            needed[contract.needed_for].append(name)
    assert needed == {
        "A": ["employees", "courses", "enrolments"],
        "C": [
            "competencies",
            "assignments",
            "role_requirements",
            "assessments",
            "course_competencies",
        ],
        "L": ["performance"],
        "W": ["transfer_evidence"],
    }
