"""What the report says of goals and plans: findings, and no small figure."""

import json

import pandas as pd

from ptml.report.absence import Absent
from ptml.report.goals import GoalsView, goals_view
from ptml.report.plans import PlansView, plans_view
from ptml.report.published import PublishedTables

GOALS = pd.DataFrame(
    [
        ("north", "sales", "running", 92.0, 12),
        ("north", "errors", "running", 104.0, 12),
        ("south", "sales", "running", None, None),
        ("south", "sales", "next", None, None),
    ],
    columns=["org_unit_id", "kpi_id", "phase", "attainment", "people"],
).assign(period_end="2026-12-31", perspective="financial", courses=3)
NEEDS = pd.DataFrame(
    [
        ("north", None, 0.5, 12, None, 0.6, None),
        ("north", "closing", 0.4, 12, 2.0, 0.8, 1),
        ("north", "advice", 0.5, 12, 0.5, 0.25, 2),
    ],
    columns=[
        *("org_unit_id", "competency_id", "gap", "people", "goal_weight", "gap_by_goal"),
        "priority",
    ],
)
WEIGHTS = pd.DataFrame(
    [("north", "closing", '[{"kpi_id": "sales", "share": 1.0}]'), ("north", "advice", "[]")],
    columns=["org_unit_id", "competency_id", "sources"],
)
ALONE = pd.DataFrame(
    [
        ("course", "talk", None, None, "serves_no_goal", '["small_talk"]'),
        ("goal", None, "south", "morale", "no_competency", "[]"),
    ],
    columns=["kind", "course_id", "org_unit_id", "kpi_id", "reason", "competencies"],
)
NAMES = pd.DataFrame([("kpi", "sales", "Sales per head")], columns=["kind", "id", "name"])


def view(**tables: pd.DataFrame) -> GoalsView:
    given = {"goal_attainment": GOALS, "needs": NEEDS, "competency_weights": WEIGHTS}
    found = goals_view(PublishedTables({**given, "alignment": ALONE, "names": NAMES, **tables}))
    assert isinstance(found, GoalsView)
    return found


def test_needs_stand_by_what_the_unit_must_achieve() -> None:
    first = view().first
    assert first is not None
    assert [row[1] for row in first.rows] == ["closing", "advice"]
    assert [row[-1] for row in first.rows] == ["Sales per head", "no goal"]


def test_goals_furthest_below_target_come_first_and_hidden_ones_are_counted() -> None:
    found = view()
    assert found.title.startswith("4 goals of 2 units are in force; of 2 that run")
    assert found.attainment is not None
    assert [row[4] for row in found.attainment.rows] == ["92", "104"]
    assert found.left_out[0].startswith("1 goal without results")


def test_what_is_alone_is_listed_with_its_reason() -> None:
    found = view()
    assert found.courses is not None
    assert found.goals is not None
    assert found.courses.rows[0][1] == "small_talk"
    assert "drives a goal" in found.courses.rows[0][2]
    assert "known to drive it" in found.goals.rows[0][3]
    nothing = view(alignment=ALONE.head(0))
    assert nothing.courses is None
    assert "every goal has an open course" in nothing.lead[-1]


def test_without_goals_it_says_what_it_needs() -> None:
    found = goals_view(PublishedTables({}))
    assert isinstance(found, Absent)
    assert "kpi_competencies" in found.why[0]


def plans(statuses: dict[str, int], role: int = 6) -> PlansView:
    own = [("own", status) for status, n in statuses.items() for _ in range(n)]
    rows = [*own, *[("role", None)] * role]
    frame = pd.DataFrame(rows, columns=["asked_by", "status"])
    frame = frame.assign(
        employee_id=[f"SECRET-{k}" for k in range(len(frame))],
        competency_id="closing",
        no_course="not_taught",
        courses=json.dumps([]),
    )
    found = plans_view(PublishedTables({"development_plans": frame}))
    assert isinstance(found, PlansView)
    assert "SECRET" not in str(found)
    return found


def told(statuses: dict[str, int]) -> dict[str, str]:
    return {row[0]: row[1] for row in plans(statuses).statuses.rows}


def test_plans_are_counted_and_nobody_is_named() -> None:
    assert told({"reached": 7, "behind": 9})["reached"] == "7"
    found = plans({"reached": 7})
    assert found.without is not None
    assert found.without.rows == (("closing", "13"),)


def test_a_small_count_cannot_be_worked_out_from_the_others() -> None:
    counts = told({"reached": 2, "behind": 9, "unknown": 30})
    assert (counts["reached"], counts["behind"], counts["unknown"]) == (
        "not told",
        "not told",
        "30",
    )
    two = told({"reached": 2, "behind": 4, "unknown": 30})
    assert two["unknown"] == "30"
    assert two["overdue"] == "0"
