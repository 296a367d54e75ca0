"""The page about units: which are flagged, and which cases are theirs."""

import json
from typing import Any

import pandas as pd

from ptml.report.absence import Absent
from ptml.report.findings import Findings
from ptml.report.page import render_report
from ptml.report.published import PublishedTables
from ptml.report.unit_matters import UnitMatters, unit_matters

from .published import full_run


def unit(name: str, **columns: Any) -> dict[str, Any]:
    return {
        "org_unit_id": name,
        "flagged": False,
        "unit_effect": 0.0,
        "unit_effect_low": -0.4,
        "unit_effect_high": 0.4,
        "checked": 40,
        "weak_share": 0.3,
        "completions": 9,
        "people": 7,
        "over_threshold": 2,
        "blocked": 0,
        "blocked_by": '{"incident": 0, "opportunity": 0, "unit": 0}',
        "reasons": "[]",
        "interventions": "[]",
        **columns,
    }


UNITS = pd.DataFrame(
    [
        unit(
            "North",
            flagged=True,
            unit_effect=1.5,
            unit_effect_low=1.0,
            unit_effect_high=2.0,
            blocked_by='{"incident": 3, "opportunity": 1, "unit": 2}',
            reasons=json.dumps([{"text": "57 hours lost."}]),
            interventions=json.dumps([{"text": "Change the workplace."}]),
        ),
        unit("South"),
        unit("Tiny", completions=None, people=None, over_threshold=None, blocked_by="{}"),
    ]
)


def page(units: pd.DataFrame) -> UnitMatters | Absent:
    tables = {"unit_warnings": units}
    published = PublishedTables(tables)
    return unit_matters(published, Findings.read(published.table("evidence")))


def test_a_flagged_unit_is_shown_with_why_and_what_to_do() -> None:
    found = page(UNITS)
    assert isinstance(found, UnitMatters)
    assert found.title.startswith("1 of 3 units is flagged in the place of its people")
    (north,) = found.flagged
    assert (north.name, north.reasons, north.steps) == (
        "North",
        ("57 hours lost.",),
        ("Change the workplace.",),
    )
    assert "4.5 times what is usual (2.7 to 7.4)" in north.odds
    assert north.cases == "9 open trainings of 7 people, 2 of them at risk."


def test_cases_of_units_are_counted_by_matter_and_small_units_are_not() -> None:
    found = page(UNITS)
    assert isinstance(found, UnitMatters)
    assert found.lead[0].startswith("6 open trainings are the matter of a unit")
    assert found.cases is not None
    assert found.cases.rows == (("North", "9", "7", "2", "3", "1", "2"),)
    assert found.left_out[0].startswith("1 unit with fewer than five people")


def test_no_flag_and_no_case_are_said_plainly() -> None:
    found = page(UNITS.iloc[1:2])
    assert isinstance(found, UnitMatters)
    assert found.title == (
        "None of 1 unit with open trainings is flagged in the place of its people."
    )
    assert (found.flagged, found.cases) == ((), None)


def test_page_names_the_unit_and_nobody_in_it() -> None:
    tables = full_run(60)
    tables["unit_warnings"] = UNITS
    text = render_report(tables)
    section = text.split('id="units"')[1].split("</section>")[0]
    assert "North" in section
    assert not any(person in section for person in tables["warnings"]["employee_id"])


def test_run_without_units_says_so() -> None:
    assert isinstance(page(UNITS.iloc[:0]), Absent)
