"""Units in the place of their people: counted bucket by bucket, and put into words."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.ids import IdMap
from ptml.explain.unit_totals import SEEN_OF_UNITS, UnitTotals
from ptml.explain.unit_warnings import unit_warnings_table
from ptml.explain.words import SECTIONS
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.units import Units

MIN_PEOPLE = 5
TROUBLE = list(SEEN_OF_UNITS).index("unit_trouble")


def units(**columns: Any) -> Units:
    """Three units, none flagged: fifty outcomes of ten people each."""
    n = 3
    return replace(
        Units.unknown(IdMap.of(["a", "b", "c"])),
        checked=np.full(n, 50, np.int32),
        weak=np.array([40, 15, 15], np.int32),
        people=np.full(n, 10, np.int32),
        usual=np.full(n, 0.33),
        share_low=np.array([0.7, 0.2, 0.2]),
        share_high=np.array([0.9, 0.4, 0.4]),
        effect=np.array([2.0, -0.1, -0.1]),
        low=np.array([1.4, -0.6, -0.6]),
        high=np.array([2.6, 0.4, 0.4]),
        **columns,
    )


def totals(of: Units, people: int = 8) -> UnitTotals:
    found = UnitTotals(of)
    found.completions[:] = 10
    found.people[:] = [people, 8, 8]
    found.over[:] = [6, 1, 1]
    found.matters[:, 0] = 10
    return found


def row(found: UnitTotals, unit: str = "a") -> pd.Series:
    table = unit_warnings_table(found, MIN_PEOPLE, SECTIONS)
    return table[table["org_unit_id"] == unit].iloc[0]


def test_a_flagged_unit_says_its_record_and_changes_the_workplace() -> None:
    found = row(totals(units(flagged=np.array([True, False, False]))))
    assert found["flagged"]
    (record,) = json.loads(found["reasons"])
    assert record["text"] == (
        "Of 50 courses of its people that were checked 40 stayed unused, 80 %, where 33 % is "
        "usual for these courses."
    )
    (step,) = json.loads(found["interventions"])
    assert (step["code"], step["owner"], step["rank"]) == ("change_workplace", "unit", 1)


def test_nothing_is_asked_of_a_unit_that_is_not_flagged_and_blocks_nobody() -> None:
    assert json.loads(row(totals(units()))["interventions"]) == []


def test_blocked_cases_are_counted_by_what_blocks_them_and_call_for_its_cure() -> None:
    found = totals(units())
    found.matters[0] = [5, 0, 4, 1]
    told = row(found)
    assert told["blocked"] == 4
    assert json.loads(told["blocked_by"]) == {"incident": 0, "opportunity": 4, "unit": 1}
    assert [step["code"] for step in json.loads(told["interventions"])] == ["reassign_work"]


def test_what_its_people_share_is_said_where_it_surely_raises_their_risk() -> None:
    found = totals(units())
    found.share[0, TROUBLE], found.share_squared[0, TROUBLE] = 6.0, 3.6
    found.seen[0, TROUBLE], found.n_seen[0, TROUBLE] = 570.0, 10
    _, shared = json.loads(row(found)["reasons"])
    assert (shared["code"], shared["values"]) == ("unit_trouble", {"value": 57})
    assert shared["share"] == pytest.approx(0.4)
    assert shared["text"].startswith("57 hours lost to incidents in the unit in three months:")
    found.share_squared[0, TROUBLE] = 36.0
    assert len(json.loads(row(found)["reasons"])) == 1


def test_nothing_is_counted_of_fewer_than_five_people() -> None:
    found = totals(units(flagged=np.array([True, False, False])), people=4)
    found.matters[0] = [5, 0, 4, 1]
    told = row(found)
    counted = ["completions", "people", "over_threshold", "blocked"]
    assert told[counted].isna().all()
    assert told["blocked_by"] == "{}"
    assert [step["code"] for step in json.loads(told["interventions"])] == ["change_workplace"]
    assert row(found, "b")["people"] == 8


def test_outcomes_of_fewer_than_five_people_are_not_told() -> None:
    few = replace(units(), people=np.array([4, 10, 10], np.int32))
    told = row(totals(few))
    assert told[["checked", "weak_share", "unit_effect", "unit_effect_high"]].isna().all()
    assert json.loads(told["reasons"]) == []


def test_units_without_open_completions_have_no_row() -> None:
    found = totals(units())
    found.completions[1] = 0
    assert unit_warnings_table(found, MIN_PEOPLE, SECTIONS)["org_unit_id"].tolist() == ["a", "c"]


def test_every_matter_is_counted() -> None:
    assert totals(units()).matters.shape == (3, len(UNIT_MATTERS))
