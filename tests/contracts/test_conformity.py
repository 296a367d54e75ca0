"""Output tables against their contracts."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from ptml.contracts.conformity import BrokenOutputError, conforming, empty_output
from ptml.contracts.outputs import OUTPUT_TABLES

_STAMP = {"as_of": dt.date(2024, 7, 1), "run_id": "r1"}
_LIFT = {
    "employee_id": "e1",
    "course_id": "c1",
    "lift": 1.0,
    "lift_low": 0.5,
    "lift_high": 1.5,
    "support": 40,
    "status": "ok",
    **_STAMP,
}
_REFUSED = {**_LIFT, "course_id": "c2", "lift": None, "lift_low": None, "lift_high": None}


def _lift(**changes: Any) -> pa.Table:
    return pa.Table.from_pylist([{**_LIFT, **changes}, {**_REFUSED, "status": "too_few"}])


@pytest.mark.parametrize("name", list(OUTPUT_TABLES))
def test_an_empty_table_conforms(name: str) -> None:
    table = conforming(name, empty_output(name))
    assert table.column_names[-2:] == ["as_of", "run_id"]
    assert table.schema == OUTPUT_TABLES[name].arrow_schema


@pytest.mark.parametrize("name", list(OUTPUT_TABLES))
def test_keys_are_columns(name: str) -> None:
    assert set(OUTPUT_TABLES[name].key) <= set(OUTPUT_TABLES[name].columns)


def test_columns_come_back_in_the_contracts_order_and_types() -> None:
    table = _lift()
    turned = table.select(table.column_names[::-1])
    found = conforming("lift", turned)
    assert found.schema == OUTPUT_TABLES["lift"].arrow_schema
    assert found["support"].type == pa.int32()
    assert found.to_pylist()[0] == _LIFT


def test_nan_becomes_empty() -> None:
    table = pa.Table.from_pylist([{**_REFUSED, "status": "too_few", "lift": float("nan")}])
    assert conforming("lift", table)["lift"].to_pylist() == [None]


def test_narrow_floats_and_dictionaries_are_taken() -> None:
    table = _lift()
    narrow = table.set_column(2, "lift", table["lift"].cast(pa.float32()))
    coded = narrow.set_column(0, "employee_id", narrow["employee_id"].dictionary_encode())
    assert conforming("lift", coded).to_pylist() == table.to_pylist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "fine"}, "status"),
        ({"status": "no_overlap"}, "lift_there_exactly_where_status_is_ok"),
        ({"lift": None}, "lift_there_exactly_where_status_is_ok"),
        ({"lift_low": 2.0}, "lift_below_lift_low"),
        ({"lift_high": 0.0}, "lift_high_below_lift"),
        ({"lift": float("inf"), "lift_high": float("inf")}, "inf"),
        ({"support": -1}, "support"),
        ({"course_id": None}, "course_id"),
        ({"course_id": "c2"}, "employee_id, course_id repeated"),
        ({"run_id": ""}, "run_id"),
    ],
)
def test_a_broken_rule_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BrokenOutputError, match=message):
        conforming("lift", _lift(**changes))


def test_missing_and_unknown_columns_are_named() -> None:
    table = _lift().rename_columns({"support": "supporters"})
    with pytest.raises(BrokenOutputError, match=r"'support'.*'supporters'"):
        conforming("lift", table)


@pytest.mark.parametrize(
    ("column", "values"), [("support", [2.5, 3.5]), ("employee_id", [1, 2]), ("as_of", ["a", "b"])]
)
def test_another_type_is_not_bent_into_shape(column: str, values: list[Any]) -> None:
    table = _lift()
    at = table.column_names.index(column)
    with pytest.raises(BrokenOutputError, match=f"{column} is .* and has to be"):
        conforming("lift", table.set_column(at, column, pa.array(values)))


def test_the_unit_itself_is_one_row_among_its_needs() -> None:
    need = {
        "org_unit_id": "u1",
        "competency_id": None,
        "gap": 0.5,
        "people": 12,
        "cause": "mixed",
        "evidence": "{}",
        "strength": 0.7,
        "goal_weight": None,
        "gap_by_goal": None,
        "priority": None,
        **_STAMP,
    }
    table = pa.Table.from_pylist([need, {**need, "competency_id": "k1"}])
    assert conforming("needs", table).num_rows == 2
    with pytest.raises(BrokenOutputError, match="org_unit_id, competency_id repeated"):
        conforming("needs", pa.Table.from_pylist([need, need]))


def test_reasons_are_a_json_list() -> None:
    row = {
        **dict.fromkeys(["lift", "lift_low", "lift_high", "p_complete", "gap_closed"], None),
        "employee_id": "e1",
        "rank": 1,
        "course_id": "c1",
        "score": 0.4,
        "preference": 0.3,
        "reasons": "none",
        **_STAMP,
    }
    with pytest.raises(BrokenOutputError, match="is not JSON between"):
        conforming("recommendations", pa.Table.from_pylist([row]))
