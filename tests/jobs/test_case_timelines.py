"""What happened around a case: as the source dates it, up to the day, and no more than is due."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.jobs.case_timelines import timelines_table
from tests.features.small import Row, assignment, day_of, enrolment, loaded, quarter_result

DAY = "2026-10-01"


def timeline(**tables: list[Row]) -> pa.Table:
    """On the day, of those whose enrolment `n` is judged."""
    return timeline_on(DAY, tables)


def timeline_on(day: str, tables: dict[str, list[Row]]) -> pa.Table:
    history, _ = loaded(**tables)
    at = np.flatnonzero(history.enrolments.enrolment_id == "n").astype(np.int32)
    says_starts = any("started_on" in row for row in tables["enrolments"])
    return timelines_table(history, at, day_of(day), says_starts)


def told(table: pa.Table, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of some columns; dates as text."""
    rows = table.select(list(columns)).to_pylist()
    return [
        tuple(str(v) if isinstance(v, date) else v for v in (row[c] for c in columns))
        for row in rows
    ]


JUDGED = enrolment(
    "n", "2026-06-01", started_on="2026-06-03", completed_on="2026-07-01", exam_score=83.7
)


def test_an_enrolment_is_told_day_by_day_with_its_score_as_it_was_written() -> None:
    found = timeline(enrolments=[JUDGED])
    assert told(found, "happened_on", "kind", "enrolment_id", "course_id", "value") == [
        ("2026-06-01", "enrolled", "n", "sql", None),
        ("2026-06-03", "started", "n", "sql", None),
        ("2026-07-01", "completed", "n", "sql", 83.7),
    ]


def test_a_start_that_only_a_later_row_shows_has_no_day() -> None:
    unsaid = enrolment("n", "2026-06-01", started_on=None, completed_on="2026-07-01")
    said = enrolment("m", "2026-06-02", started_on="2026-06-04", dropped_on="2026-06-20")
    kinds = told(timeline(enrolments=[unsaid, said]), "kind", "enrolment_id")
    assert [which for kind, which in kinds if kind == "started"] == ["m"]
    no_column = enrolment("n", "2026-06-01", completed_on="2026-07-01")
    assert told(timeline(enrolments=[no_column]), "kind") == [("enrolled",), ("completed",)]


def test_only_people_with_a_judged_completion_are_told_of_and_with_all_their_courses() -> None:
    other = {**JUDGED, "enrolment_id": "bob's", "employee_id": "bob"}
    dropped = enrolment("d", "2025-01-07", started_on="2025-01-07", dropped_on="2025-02-01")
    people = [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob")]
    found = timeline(employees=people, enrolments=[JUDGED, dropped, other])
    assert set(told(found, "employee_id")) == {("ann",)}
    assert ("2025-02-01", "dropped", "d") in told(found, "happened_on", "kind", "enrolment_id")


@pytest.mark.parametrize(
    ("due_on", "done_on", "expected"),
    [
        ("2026-07-20", "2026-07-18", [("2026-07-18", True, 0.25)]),
        ("2026-07-20", None, [("2026-07-20", False, None)]),
        ("2026-07-20", "2026-10-01", [("2026-07-20", False, None)]),
        (None, "2026-07-18", [("2026-07-18", True, 0.25)]),
        ("2026-10-01", None, []),
        ("2026-10-20", "2026-10-05", []),
        (None, None, []),
    ],
)
@pytest.mark.parametrize("kind", ["practice_task", "behaviour_check"])
def test_evidence_is_done_or_was_due(
    due_on: str | None, done_on: str | None, expected: list[object], kind: str
) -> None:
    evidence = {"enrolment_id": "n", "due_on": due_on, "done_on": done_on, "score": 0.25}
    # Something of each column has to be there for its type to be known.
    typed = {"enrolment_id": "n", "kind": "tool_use", "due_on": "2026-07-02"}
    rows: list[Row] = [{**evidence, "kind": kind}, {**typed, "done_on": "2026-07-02", "score": 1.0}]
    found = timeline(enrolments=[JUDGED], transfer_evidence=rows)
    of_kind = [
        row[1:] for row in told(found, "kind", "happened_on", "done", "value") if row[0] == kind
    ]
    assert of_kind == expected


def test_a_result_is_told_on_the_day_on_which_it_was_known() -> None:
    results = [
        quarter_result("2026-04-01", "2026-06-30", 90.5),
        quarter_result("2026-07-01", "2026-09-30", 80.0),
    ]
    found = timeline(enrolments=[JUDGED], performance=results)
    of_kind = [
        r for r in told(found, "kind", "happened_on", "value", "until") if r[0] == "performance"
    ]
    assert of_kind == [("performance", "2026-07-01", 90.5, "2026-06-30")]


def test_a_change_is_another_role_or_unit_than_before_and_not_the_first_one() -> None:
    places = [
        assignment(valid_from="2025-01-01", valid_to="2025-06-01"),
        assignment(valid_from="2025-06-01", valid_to="2026-01-01", grade=2),
        assignment(valid_from="2026-01-01", valid_to="2026-05-01", role_id="coach"),
        assignment(valid_from="2026-05-01", role_id="coach", org_unit_id="other"),
        assignment(valid_from="2026-11-01", role_id="head", org_unit_id="other"),
    ]
    found = timeline(enrolments=[JUDGED], assignments=places)
    changes = [row for row in told(found, "kind", "happened_on") if "change" in row[0]]
    assert changes == [("role_change", "2026-01-01"), ("unit_change", "2026-05-01")]


def test_of_an_absence_only_its_days_are_told_and_no_end_that_was_not_known() -> None:
    absences = [
        {"employee_id": "ann", "from_day": "2026-02-01", "to_day": "2026-02-10", "kind": "sick"},
        {"employee_id": "ann", "from_day": "2026-09-20", "to_day": DAY, "kind": "parental"},
    ]
    found = timeline(enrolments=[JUDGED], absences=absences)
    of_kind = [r for r in told(found, "kind", "happened_on", "until") if r[0] == "absence"]
    assert of_kind == [("absence", "2026-02-01", "2026-02-10"), ("absence", "2026-09-20", None)]
    assert not {"sick", "parental"} & {v for row in found.to_pylist() for v in row.values()}


def test_two_years_are_told_of_and_not_the_day_itself() -> None:
    days = ("2024-09-30", "2024-10-01", "2026-09-30", "2026-10-01")
    rows = [
        enrolment(day, day, started_on=None, dropped_on="2026-12-01", course_id=f"c{k}")
        for k, day in enumerate(days)
    ]
    courses: list[Row] = [{"course_id": c} for c in ("sql", "c0", "c1", "c2", "c3")]
    found = timeline(enrolments=[JUDGED, *rows], courses=courses)
    enrolled = [day for day, kind in told(found, "happened_on", "kind") if kind == "enrolled"]
    assert enrolled == ["2024-10-01", "2026-06-01", "2026-09-30"]


DAYS = [date(2026, 1, 1) + timedelta(days=k) for k in range(0, 300, 10)]
EVENTS = st.lists(st.sampled_from(DAYS), min_size=8, max_size=8)


@settings(max_examples=5, deadline=None)
@given(EVENTS, st.sampled_from(DAYS), st.randoms(use_true_random=False))
def test_later_rows_and_their_order_change_nothing(
    days: list[date], day: date, random: Any
) -> None:
    def tables(known: list[date]) -> dict[str, list[Row]]:
        def seen(one: date) -> str | None:
            return str(one) if one in known else None

        first, last = date(2025, 12, 1), "2027-01-01"
        rows = [
            enrolment(f"e{k}", str(first), started_on=seen(one), completed_on=None)
            for k, one in enumerate(days[:3])
        ]
        judged = enrolment("n", str(first), started_on=str(first), completed_on=str(first))
        later = enrolment("z", last, started_on=last, completed_on=last)
        evidence = [
            {"enrolment_id": "n", "kind": "tool_use", "due_on": seen(one), "done_on": seen(two)}
            for one, two in zip(days[3:5], days[5:7], strict=True)
        ]
        typed = {"enrolment_id": "z", "kind": "tool_use", "due_on": last, "done_on": last}
        absences = [
            {"employee_id": "ann", "from_day": str(days[7]), "to_day": last, "kind": "leave"}
        ] * (days[7] in known)
        return {
            "enrolments": [judged, *rows, later],
            "transfer_evidence": [*evidence, typed],
            "absences": absences,
        }

    everything = tables(days)
    for rows in everything.values():
        random.shuffle(rows)
    whole = timeline_on(str(day), everything)
    cut = timeline_on(str(day), tables([one for one in days if one < day]))
    assert whole.equals(cut)
