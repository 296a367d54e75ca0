"""Sessions in simulators, VR and with a coach become evidence of an enrolment."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ptml.sources.importers.xapi import XapiOptions, import_xapi
from tests.sources.importers.places import reasons
from tests.sources.importers.xapi.statements import COURSE, statement, written

MAP = """
[[evidence]]
kind = "practice_task"
activity_type = "http://id.tincanapi.com/activitytype/simulation"
course = "https://example.com/ladders"
success_is_score = true

[[evidence]]
kind = "mentor_meeting"
verb = "http://id.tincanapi.com/verb/mentored"
person = "object"
course = "https://example.com/ladders"

[[evidence]]
kind = "behaviour_check"
activity = "https://example.com/checks/*"
due_when_done = true
"""
SIMULATION = {"id": "https://sim.example.com/7", "definition": {
    "type": "http://id.tincanapi.com/activitytype/simulation"
}}  # fmt: skip


def _evidence(tmp_path: Path, *statements: dict[str, Any], **options: Any) -> pd.DataFrame:
    (tmp_path / "map.toml").write_text(MAP)
    given = XapiOptions(mapping=tmp_path / "map.toml", **options)
    import_xapi(written(tmp_path, statements), tmp_path / "out", given)
    return pd.read_parquet(tmp_path / "out" / "transfer_evidence.parquet")


def test_a_simulation_after_the_course_is_a_practice_task(tmp_path: Path) -> None:
    found = _evidence(
        tmp_path,
        statement("completed"),
        statement(
            "https://example.com/drove", "2026-03-20T10:00:00Z", object=SIMULATION,
            result={"score": {"raw": 60, "min": 0, "max": 80}, "success": True},
        ),
        statement(
            "attempted", "2026-03-21T10:00:00Z", object=SIMULATION, result={"success": False}
        ),
    )  # fmt: skip
    enrolled = pd.read_parquet(tmp_path / "out" / "enrolments.parquet")
    assert found["enrolment_id"].unique().tolist() == enrolled["enrolment_id"].tolist()
    assert found["kind"].tolist() == ["practice_task"] * 2
    assert found["done_on"].astype(str).tolist() == ["2026-03-20", "2026-03-21"]
    assert found["score"].tolist() == [0.75, 0.0]
    assert found["due_on"].isna().all()


def test_a_coach_tells_of_the_person_and_an_observer_of_a_check_that_was_due(
    tmp_path: Path,
) -> None:
    coach = {"mbox": "mailto:coach@example.com"}
    found = _evidence(
        tmp_path,
        statement("completed"),
        statement(
            "http://id.tincanapi.com/verb/mentored", "2026-03-10T10:00:00Z", actor=coach,
            object={"objectType": "Agent", "mbox": "mailto:ann@example.com"},
        ),
        statement(
            "scored", "2026-04-01T10:00:00Z", object={"id": "https://example.com/checks/3"},
            result={"score": {"scaled": 0.8}},
            context={"contextActivities": {"grouping": [COURSE]}},
        ),
    )  # fmt: skip
    rows = found.set_index("kind")
    assert str(rows.loc["mentor_meeting", "done_on"]) == "2026-03-10"
    check = rows.loc["behaviour_check"]
    assert str(check["due_on"]) == str(check["done_on"]) == "2026-04-01"
    assert check["score"] == pytest.approx(0.8)


def test_practice_belongs_to_the_enrolment_that_began_last_before_it(tmp_path: Path) -> None:
    days = ("2025-01-10", "2026-01-12")
    found = _evidence(
        tmp_path,
        *(s for day in days for s in (
            statement("launched", f"{day}T08:00:00Z"), statement("completed", f"{day}T10:00:00Z"))),
        statement("attempted", "2025-12-01T10:00:00Z", object=SIMULATION),
        statement("attempted", "2026-02-01T10:00:00Z", object=SIMULATION),
    )  # fmt: skip
    enrolled = pd.read_parquet(tmp_path / "out" / "enrolments.parquet").set_index("enrolment_id")
    joined = found.join(enrolled, on="enrolment_id").sort_values("done_on")
    assert joined["enrolled_on"].astype(str).tolist() == list(days)


def test_practice_without_an_enrolment_is_kept_beside(tmp_path: Path) -> None:
    found = _evidence(
        tmp_path,
        statement("completed"),
        statement("attempted", "2026-03-01T10:00:00Z", object=SIMULATION),
    )
    assert found.empty
    [reason] = reasons(tmp_path / "out")
    assert "not enrolled by then" in reason


def test_practice_may_belong_to_enrolments_of_another_system(tmp_path: Path) -> None:
    known = pd.DataFrame(
        {"enrolment_id": ["m1"], "employee_id": ["ann@example.com"],
         "course_id": ["https://example.com/ladders"], "enrolled_on": ["2026-01-05"]}
    )  # fmt: skip
    (tmp_path / "lms").mkdir()
    known.to_csv(tmp_path / "lms" / "enrolments.csv", index=False)
    practised = statement("attempted", object=SIMULATION)
    found = _evidence(tmp_path, practised, enrolments=tmp_path / "lms")
    assert found["enrolment_id"].tolist() == ["m1"]
    assert pd.read_parquet(tmp_path / "out" / "enrolments.parquet").empty
