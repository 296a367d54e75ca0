"""What the page says of a budget, from tables alone."""

import json
from typing import Any

import pandas as pd

from ptml.report.absence import Absent
from ptml.report.budget import budget_section, budget_view
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables

PLAN: dict[str, Any] = {
    "plan": "chosen",
    "quarter": "2026Q4",
    "money": 1000.0,
    "status": "found",
    "objective": 40.0,
    "bound": 40.02,
    "gap": 0.0005,
    "lift": 60.0,
    "lift_low": 40.0,
    "lift_high": 80.0,
    "spent": 700.0,
    "seats": 12,
    "people": 9,
    "mandatory_spent": 200.0,
    "mandatory_seats": 2,
    "solver": "dual",
    "refusals": "[]",
    "assumptions": json.dumps({"counted_on": "lower bound", "courses_per_person": 2}),
}


def tables(**changes: Any) -> PublishedTables:
    free = {**PLAN, "plan": "without_minima", "objective": 50.0}
    rule = {**PLAN, "plan": "most_lift_per_money", "objective": 32.0, "solver": "rule"}
    courses = ["A"] * 8 + ["B"] * 3 + ["C"] * 6
    return PublishedTables(
        {
            "budget_plans": pd.DataFrame([{**PLAN, **changes}, free, rule]),
            "shadow_prices": pd.DataFrame(
                {
                    "what": ["money", "seats", "seats"],
                    "subject_id": [None, "A", "B"],
                    "capacity": [1000.0, 8.0, 9.0],
                    "used": [900.0, 8.0, 3.0],
                    "price": [0.02, 2.1, 0.0],
                }
            ),
            "budget_curve": pd.DataFrame(
                {
                    "money": [100.0, 500.0, 1000.0],
                    "points": [None, 30.0, 40.0],
                    "bound": [None, 30.0, 40.02],
                    "spent": [None, 480.0, 900.0],
                    "people": [None, 5, 9],
                    "marginal": [None, 0.05, 0.02],
                }
            ),
            "allocations": pd.DataFrame(
                {
                    "course_id": courses,
                    "cost": 10.0,
                    "lift": 3.0,
                    "mandatory": [c == "C" for c in courses],
                }
            ),
        }
    )


def test_a_plan_is_told_with_its_proof_and_its_prices() -> None:
    told = " ".join(budget_view(tables()).sentences)
    for words in (
        "12 courses for 9 people",
        "+60.0 points (+40.0 to +80.0",
        "200 goes to 2 mandatory seats first, 700 is spent on courses, 100 is left.",
        "No plan whatever could bring over 0.05 % more: that is proven.",
        "25.0 % more than buying by most lift per money",
        "The minimum service costs 10.0 points, 20",
        "1,000 more of money would bring about 20.0 points.",
        "One more seat would bring, in points: 2.1 in A.",
        "100: the demands cannot be met",
    ):
        assert words in told, words


def test_what_is_refused_is_told_and_no_figure_with_it() -> None:
    why = json.dumps([{"demand": "money", "subject": "", "why": "mandatory courses cost 9"}])
    view = budget_view(tables(status="infeasible", refusals=why, objective=None))
    assert "nothing is bought" in view.lead
    assert view.refusals == ("Mandatory courses cost 9.",)
    assert view.told == ()


def test_a_course_of_few_people_and_the_next_are_not_named_so_that_totals_do_not_tell() -> None:
    rows = {row[0]: row[1] for row in budget_view(tables()).courses.rows}
    assert rows == {"A": "8"}


def test_without_a_budget_the_page_says_what_it_needs() -> None:
    section = budget_section(PublishedTables({}), Findings(()))
    assert isinstance(section, Absent)
    assert "budget.money" in section.why[0]
