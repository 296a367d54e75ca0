import pandas as pd

from ptml.report.absence import Absent
from ptml.report.needs_map import NeedsMap, needs_map
from ptml.report.published import PublishedTables

NEEDS = pd.DataFrame(
    [
        ("North", None, None, 12, "environment"),
        ("North", "Selling", 1.2, 9, "capability"),
        ("North", "Repair", 3.9, 4, "capability"),
        ("South", None, None, 8, "capability"),
        ("South", "Selling", 0.4, 8, "capability"),
        ("Tiny", None, None, 2, "unclear"),
        ("Tiny", "Selling", 2.0, 2, "capability"),
    ],
    columns=["org_unit_id", "competency_id", "gap", "people", "cause"],
)


def _map(needs: pd.DataFrame) -> NeedsMap | Absent:
    return needs_map(PublishedTables({"needs": needs}))


def test_groups_under_five_people_are_neither_shown_nor_ranked() -> None:
    found = _map(NEEDS)
    assert isinstance(found, NeedsMap)
    assert [row.unit for row in found.units] == ["North", "South"]
    assert found.competencies == ("Selling",)
    assert "3.9" not in str(found)
    assert found.left_out == (
        "1 unit with fewer than 5 people is left out.",
        "2 cells with fewer than 5 people are not shown (·).",
    )
    assert "unclear" not in [cause for cause, _, _ in found.causes]


def test_a_small_group_is_marked_where_its_column_is_shown_for_others() -> None:
    more = pd.DataFrame([("South", "Repair", 0.9, 8, "capability")], columns=NEEDS.columns)
    found = _map(pd.concat([NEEDS, more], ignore_index=True))
    assert isinstance(found, NeedsMap)
    cells = dict(zip(found.competencies, found.units[0].cells, strict=True))
    assert (cells["Repair"].text, cells["Repair"].step) == ("·", 0)


def test_a_units_cause_and_its_meaning_are_told() -> None:
    found = _map(NEEDS)
    assert isinstance(found, NeedsMap)
    assert [row.cause for row in found.units] == ["environment", "capability"]
    assert found.causes[1][:2] == ("environment", "1 unit")
    assert "training will not cure it" in found.causes[1][2]


def test_names_are_shown_where_they_were_published() -> None:
    evidence = '{"unit_name": "North hall", "competency_name": "Selling well"}'
    found = _map(NEEDS.assign(evidence=evidence))
    assert isinstance(found, NeedsMap)
    assert found.competencies == ("Selling well",)
    assert found.units[0].unit == "North hall"


def test_no_needs_say_what_they_need() -> None:
    found = _map(NEEDS.iloc[:0])
    assert isinstance(found, Absent)
    assert "assessments" in found.why[0]
