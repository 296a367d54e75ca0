"""Every row rule of every input table, and how a broken one is told."""

from collections.abc import Iterator

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import MALFORMED_RULE, MALFORMED_TEXT, SOURCE_ROW, RawTable
from ptml.contracts.rows import CheckedBatch, checked_batches

Frames = dict[str, pd.DataFrame]


def _check(name: str, table: pa.Table, max_chunksize: int | None = None) -> list[CheckedBatch]:
    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        present = [c for c in table.column_names if c in wanted or c.startswith("malformed")]
        numbers = [SOURCE_ROW] if SOURCE_ROW in table.column_names else []
        yield from table.select(present + numbers).to_batches(max_chunksize)

    raw = RawTable(tuple(table.column_names), batches, name)
    return list(checked_batches(name, INPUT_TABLES[name], raw))


def _rejected(name: str, frame: pd.DataFrame) -> list[tuple[int, str, str | None, str]]:
    [batch] = _check(name, pa.Table.from_pandas(frame, preserve_index=False))
    return batch.rejected.select("row", "column", "value", "rule").rows()


@pytest.mark.parametrize("name", list(INPUT_TABLES))
def test_a_good_table_is_kept_whole(name: str, organisation: Frames) -> None:
    assert _rejected(name, organisation[name]) == []


@pytest.mark.parametrize(
    ("table", "column", "value", "rule"),
    [
        ("employees", "employee_id", "", "employee_id is missing"),
        ("employees", "hired_on", "01.03.2024", "hired_on is not a date (YYYY-MM-DD)"),
        ("employees", "left_on", "2024-3-1", "left_on is not a date (YYYY-MM-DD)"),
        ("assignments", "valid_to", "2024-03-01", "valid_to not after valid_from"),
        ("assignments", "grade", "0", "grade is below 1"),
        ("assignments", "grade", "1.5", "grade is not a whole number"),
        ("assignments", "grade", "3000000000", "grade is not a whole number"),
        ("assignments", "org_unit_id", "", "org_unit_id is missing"),
        ("assignments", "valid_from", "", "valid_from is missing"),
        ("roles", "is_people_manager", "yes", "is_people_manager is not true or false"),
        ("competencies", "name", "", "name is missing"),
        ("role_requirements", "required_level", "5.5", "required_level is above 5"),
        ("role_requirements", "importance", "-0.1", "importance is below 0"),
        ("assessments", "level", "-1", "level is below 0"),
        ("assessments", "level", "high", "level is not a number"),
        ("assessments", "level", "NaN", "level is not a finite number"),
        (
            "assessments",
            "source",
            "guess",
            "source is not one of test, practical, manager, peer, self",
        ),
        ("assessments", "assessed_on", "2024-02-30", "assessed_on is not a date (YYYY-MM-DD)"),
        (
            "courses",
            "kind",
            "film",
            "kind is not one of basic, advanced, topic, leadership, micro",
        ),
        (
            "courses",
            "delivery",
            "post",
            "delivery is not one of online, classroom, blended, vr, on_the_job",
        ),
        ("courses", "hours", "-2", "hours is below 0"),
        ("courses", "hours", "inf", "hours is not a finite number"),
        ("courses", "hours", "-inf", "hours is not a finite number"),
        ("courses", "cost", "-0.01", "cost is below 0"),
        ("courses", "seats", "-1", "seats is below 0"),
        ("courses", "retired_on", "2019-12-31", "retired_on before opened_on"),
        ("courses", "mandatory", "1", "mandatory is not true or false"),
        ("course_competencies", "from_level", "", "from_level is missing"),
        ("course_competencies", "to_level", "0.5", "to_level below from_level"),
        ("course_competencies", "weight", "1.1", "weight is above 1"),
        ("prerequisites", "requires_course_id", "", "requires_course_id is missing"),
        (
            "enrolments",
            "assigned_by",
            "chance",
            "assigned_by is not one of self, manager, mandatory, engine",
        ),
        ("enrolments", "enrolled_on", "2024-03-01T09:00", "enrolled_on is not a date (YYYY-MM-DD)"),
        ("enrolments", "progress", "1.2", "progress is above 1"),
        ("enrolments", "exam_score", "101", "exam_score is above 100"),
        ("enrolments", "exam_attempts", "-1", "exam_attempts is below 0"),
        ("enrolments", "minutes", "-5", "minutes is below 0"),
        ("enrolments", "satisfaction", "0.5", "satisfaction is below 1"),
        ("enrolments", "completed_on", "2024-03-01", "completed_on before started_on"),
        ("enrolments", "started_on", "2024-02-28", "started_on before enrolled_on"),
        (
            "transfer_evidence",
            "kind",
            "hearsay",
            "kind is not one of practice_task, mentor_meeting, manager_checkin, behaviour_check,"
            " tool_use",
        ),
        ("exposures", "propensity", "0", "propensity is not above 0"),
        ("exposures", "propensity", "1.5", "propensity is above 1"),
        ("exposures", "rank", "0", "rank is below 1"),
        ("exposures", "shown_on", "", "shown_on is missing"),
        ("flags", "arm", "none", "arm is not one of flag, hold_out"),
        ("flags", "propensity", "0", "propensity is not above 0"),
        ("flags", "propensity", "", "propensity is missing"),
        (
            "warning_actions",
            "decision",
            "maybe",
            "decision is not one of accept, dismiss, postpone",
        ),
        ("warning_actions", "due_on", "2024-03-11", "due_on before decided_on"),
        ("transfer_evidence", "score", "60", "score is above 1"),
        (
            "kpis",
            "perspective",
            "mine",
            "perspective is not one of financial, customer, process, learning",
        ),
        ("performance", "target", "0", "target is not above 0"),
        ("performance", "target", "-3", "target is not above 0"),
        ("performance", "target", "", "target is missing"),
        ("performance", "value", "nan", "value is not a finite number"),
        ("performance", "value", "Infinity", "value is not a finite number"),
        ("performance", "weight", "-1", "weight is below 0"),
        ("performance", "period_end", "2023-12-31", "period_end before period_start"),
        ("goals", "period_end", "2023-12-31", "period_end before period_start"),
        ("goals", "weight", "-1", "weight is below 0"),
        ("kpi_competencies", "weight", "heavy", "weight is not a number"),
        (
            "feedback",
            "kind",
            "gossip",
            "kind is not one of motivation, manager_support, opportunity, workload, wants_course,"
            " pain_point",
        ),
        ("feedback", "value", "6", "value is above 5"),
        ("personal_goals", "target_level", "7", "target_level is above 5"),
        ("personal_goals", "by_date", "soon", "by_date is not a date (YYYY-MM-DD)"),
        ("absences", "to_day", "2024-02-01", "to_day before from_day"),
        (
            "incidents",
            "kind",
            "weather",
            "kind is not one of equipment, process, supply, staffing",
        ),
        ("incidents", "hours_lost", "-1", "hours_lost is below 0"),
    ],
)
def test_a_broken_row_is_set_aside_with_its_reason(
    organisation: Frames, table: str, column: str, value: str, rule: str
) -> None:
    organisation[table].loc[6, column] = value
    assert _rejected(table, organisation[table]) == [(7, column, value or None, rule)]


def test_a_row_may_break_several_rules(organisation: Frames) -> None:
    frame = organisation["enrolments"]
    frame.loc[2, ["completed_on", "minutes"]] = ["2024-02-01", "many"]
    assert _rejected("enrolments", frame) == [
        (3, "minutes", "many", "minutes is not a number"),
        (3, "completed_on", "2024-02-01", "completed_on before enrolled_on"),
        (3, "completed_on", "2024-02-01", "completed_on before started_on"),
    ]


def test_dropping_before_enrolling_or_starting_runs_backwards(organisation: Frames) -> None:
    frame = organisation["enrolments"]
    frame.loc[2, ["completed_on", "dropped_on"]] = ["", "2024-02-01"]
    assert [rule for *_, rule in _rejected("enrolments", frame)] == [
        "dropped_on before enrolled_on",
        "dropped_on before started_on",
    ]


def test_leaving_before_being_hired_runs_backwards(organisation: Frames) -> None:
    frame = organisation["employees"]
    frame.loc[0, ["hired_on", "left_on"]] = ["2020-05-01", "2020-04-30"]
    assert _rejected("employees", frame) == [
        (1, "left_on", "2020-04-30", "left_on before hired_on")
    ]


def test_same_day_is_not_backwards(organisation: Frames) -> None:
    frame = organisation["enrolments"]
    frame[["started_on", "completed_on"]] = "2024-03-01"
    assert _rejected("enrolments", frame) == []


def test_rows_are_counted_across_batches(
    organisation: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptml.contracts.rows.BATCH_ROWS", 10)
    frame = organisation["courses"]
    frame.loc[[3, 25], "hours"] = "-1"
    table = pa.Table.from_pandas(frame, preserve_index=False)
    batches = _check("courses", table, max_chunksize=10)
    rows = pl.concat([batch.rejected for batch in batches])["row"].to_list()
    assert len(batches) == 4
    assert rows == [4, 26]


def test_defaults_of_the_contract_stand_in_for_empty_values(organisation: Frames) -> None:
    frame = organisation["kpis"]
    frame["higher_is_better"] = ""
    [batch] = _check("kpis", pa.Table.from_pandas(frame, preserve_index=False))
    assert batch.rows["higher_is_better"].all()


def test_a_malformed_row_is_set_aside_as_it_stood() -> None:
    table = pa.table(
        {
            SOURCE_ROW: [1, 3, 2],
            "course_id": ["a", "b", None],
            MALFORMED_TEXT: [None, None, "x,y,z"],
            MALFORMED_RULE: [None, None, "has 3 values where the header has 1"],
        }
    )
    [batch] = _check("courses", table)
    assert batch.rows["course_id"].to_list() == ["a", "b"]
    assert batch.rejected.rows() == [
        ("courses", 2, None, "x,y,z", "has 3 values where the header has 1")
    ]
