"""One number a person that changes when any of the person's rows does."""

from datetime import date

import pyarrow as pa
import pytest

from ptml.contracts.ids import IdMap
from ptml.contracts.inputs import INPUT_TABLES
from ptml.features.bucket import LOGS
from ptml.jobs.person_inputs import input_digests

PEOPLE = IdMap.of(["A", "B", "C"])
ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32(), "DOUBLE": pa.float64()}


def rows(name: str, *told: dict[str, object]) -> pa.Table:
    """Rows of a table; what is not told is empty."""
    kinds = INPUT_TABLES[name].duckdb_types
    schema = pa.schema([(c, ARROW.get(kind, pa.int64())) for c, kind in kinds.items()])
    return pa.Table.from_pylist(list(told), schema=schema)


def tables(**told: pa.Table) -> dict[str, pa.Table]:
    """All personal tables, most of them without rows."""
    people = rows("employees", *({"employee_id": name} for name in PEOPLE.ids))
    return {**{name: rows(name) for name in LOGS}, "employees": people, **told}


ENROLMENTS = rows(
    "enrolments",
    {"enrolment_id": "1", "employee_id": "A", "course_id": "X", "exam_score": 60.0},
    {"enrolment_id": "2", "employee_id": "B", "course_id": "X", "exam_score": 60.0},
    {"enrolment_id": "3", "employee_id": "A", "course_id": "Y", "exam_score": 70.0},
)


def who_changed(one: dict[str, pa.Table], other: dict[str, pa.Table]) -> str:
    """Ids of the people whose digests differ."""
    pairs = zip(input_digests(one, PEOPLE), input_digests(other, PEOPLE), strict=True)
    return "".join(i for i, (then, now) in zip(PEOPLE.ids, pairs, strict=True) if then != now)


def test_digests_are_sixteen_hex_digits_and_the_order_of_rows_is_no_matter() -> None:
    found = input_digests(tables(enrolments=ENROLMENTS), PEOPLE).to_pylist()
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in found)
    assert len(set(found)) == len(PEOPLE)
    assert (
        who_changed(tables(enrolments=ENROLMENTS), tables(enrolments=ENROLMENTS.take([2, 1, 0])))
        == ""
    )


@pytest.mark.parametrize("row", [0, 2])
def test_a_changed_row_changes_its_person_alone(row: int) -> None:
    scores = ENROLMENTS["exam_score"].to_pylist()
    scores[row] += 1
    at = ENROLMENTS.schema.get_field_index("exam_score")
    other = ENROLMENTS.set_column(at, "exam_score", pa.array(scores, pa.float64()))
    assert who_changed(tables(enrolments=ENROLMENTS), tables(enrolments=other)) == "A"


def test_evidence_belongs_to_the_person_of_its_enrolment() -> None:
    told = rows(
        "transfer_evidence",
        {"enrolment_id": "2", "observed_on": date(2026, 8, 1)},
        {"enrolment_id": "nobody's", "observed_on": date(2026, 8, 1)},
    )
    one = tables(enrolments=ENROLMENTS)
    assert who_changed(one, {**one, "transfer_evidence": told}) == "B"


def test_two_rows_that_change_places_between_tables_are_seen() -> None:
    absence = rows("absences", {"employee_id": "C"})
    goal = rows("personal_goals", {"employee_id": "C"})
    assert who_changed(tables(absences=absence), tables(personal_goals=goal)) == "C"
