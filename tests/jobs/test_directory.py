"""Who people are and what ids stand for, as of the day."""

from datetime import date

import pyarrow as pa

from ptml.features.company_inputs import CompanyInputs
from ptml.jobs.directory import names_table, people_table, units_table
from tests.features.small import Row, assignment, dataset_of, loaded, quarter_result, rows_of


def company(**tables: list[Row]) -> CompanyInputs:
    with dataset_of(**tables) as dataset:
        return CompanyInputs.of(dataset)


def people(day: str, *employees: str, **tables: list[Row]) -> list[Row]:
    history, _ = loaded(**tables)
    found: list[Row] = people_table(history, rows_of(history, day, *employees)).to_pylist()
    return found


def test_people_stand_where_they_stood_the_day_before() -> None:
    places = [
        assignment(valid_from="2025-01-01", valid_to="2026-10-01", grade=2, manager_id="bob"),
        assignment(valid_from="2026-10-01", org_unit_id="other", role_id="head", grade=3),
    ]
    staff: list[Row] = [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob")]
    [ann] = people("2026-10-01", "ann", employees=staff, assignments=places)
    assert ann == {
        "employee_id": "ann",
        "org_unit_id": "unit",
        "role_id": "seller",
        "grade": 2,
        "manager_id": "bob",
        "hired_on": date(2020, 1, 1),
    }
    [ann] = people("2026-10-02", "ann", employees=staff, assignments=places)
    assert (ann["org_unit_id"], ann["grade"], ann["manager_id"]) == ("other", 3, None)


def test_who_has_no_place_is_there_without_one() -> None:
    staff: list[Row] = [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob")]
    found = people("2026-10-01", employees=staff, assignments=[assignment("bob")])
    assert [row["employee_id"] for row in found] == ["ann", "bob"]
    assert set(found[0].values()) == {"ann", None, date(2020, 1, 1)}


def test_units_are_all_that_are_named_anywhere() -> None:
    found = units_table(
        company(
            org_units=[
                {"org_unit_id": "team", "name": "Team", "parent_id": "house"},
                {"org_unit_id": "house", "name": None, "parent_id": None},
            ],
            assignments=[assignment(org_unit_id="team")],
        )
    )
    assert found.to_pylist() == [
        {"org_unit_id": "house", "name": None, "parent_id": None},
        {"org_unit_id": "team", "name": "Team", "parent_id": "house"},
    ]
    bare = units_table(company(assignments=[assignment(org_unit_id="team")]))
    assert bare.to_pylist() == [{"org_unit_id": "team", "name": None, "parent_id": None}]


def test_what_has_no_name_is_called_by_its_id() -> None:
    found = names_table(
        company(
            assignments=[assignment(role_id="seller"), assignment("bob", role_id="coach")],
            employees=[{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob")],
            roles=[{"role_id": "seller", "title": "Seller"}, {"role_id": "coach", "title": None}],
            competencies=[{"competency_id": "k", "name": "Negotiation"}],
            kpis=[{"kpi_id": "sales", "name": "Sales"}, {"kpi_id": "cost", "name": None}],
            performance=[quarter_result("2026-04-01", "2026-06-30", 90.0)],
        )
    )
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("competency", "k", "Negotiation"),
        ("kpi", "cost", "cost"),
        ("kpi", "sales", "Sales"),
        ("role", "coach", "coach"),
        ("role", "seller", "Seller"),
    ]


def test_a_company_of_which_nothing_is_told_has_no_names() -> None:
    assert units_table(company()).num_rows == 0
    assert names_table(company()).schema == pa.schema(
        [("kind", pa.string()), ("id", pa.string()), ("name", pa.string())]
    )
