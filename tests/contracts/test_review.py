"""What is shown beside warnings: nothing that was not known, and nobody's protected attributes."""

from datetime import date

import pyarrow as pa
import pytest

from ptml.contracts.conformity import BrokenOutputError, conforming
from ptml.contracts.outputs import OUTPUT_TABLES

DAY = date(2026, 10, 1)


def absence(happened_on: date, until: date | None) -> pa.Table:
    return pa.table(
        {
            "employee_id": ["e1"],
            "happened_on": [happened_on],
            "kind": ["absence"],
            "enrolment_id": pa.nulls(1, pa.string()),
            "course_id": pa.nulls(1, pa.string()),
            "done": pa.nulls(1, pa.bool_()),
            "value": pa.nulls(1, pa.float64()),
            "until": pa.array([until], pa.date32()),
            "as_of": [DAY],
            "run_id": ["r"],
        }
    )


@pytest.mark.parametrize("until", [None, date(2026, 9, 30)])
def test_what_was_known_before_the_day_may_be_published(until: date | None) -> None:
    assert len(conforming("timelines", absence(date(2026, 9, 30), until))) == 1


@pytest.mark.parametrize(
    ("happened_on", "until"), [(DAY, None), (date(2026, 9, 30), DAY), (date(2026, 10, 5), None)]
)
def test_what_is_dated_on_the_day_or_later_breaks_the_contract(
    happened_on: date, until: date | None
) -> None:
    with pytest.raises(BrokenOutputError, match="known_before_the_day"):
        conforming("timelines", absence(happened_on, until))


@pytest.mark.parametrize("name", OUTPUT_TABLES)
def test_no_output_table_has_a_protected_attribute(name: str) -> None:
    columns = OUTPUT_TABLES[name].columns
    assert not [column for column in columns if column.startswith("protected")]
