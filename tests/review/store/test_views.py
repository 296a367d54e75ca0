"""What was decided, as training and monitoring read it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from ptml.contracts.inputs import INPUT_TABLES
from ptml.review.access.accounts import add_account
from ptml.review.access.viewer import Role
from ptml.review.store import Database
from ptml.review.store.schema import cases, decisions, runs
from ptml.sources.decisions import COLUMNS, with_decisions
from tests.sources.raw_tables import raw_source

DAY = date(2026, 10, 5)


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A review database with one case, and who decides."""
    made = f"sqlite:///{tmp_path}/review.db"
    with Database.open(made).begin() as connection:
        account = add_account(connection, "ann", "Ann", Role.reviewer, units=None)
        connection.execute(
            insert(runs).values(
                run_id="r",
                as_of=DAY,
                seal="s",
                imported_at=datetime(2026, 10, 5, tzinfo=UTC),
                is_current=True,
            )
        )
        case = dict.fromkeys(("p_weak", "p_low", "p_high", "priority"), 0.5)
        connection.execute(
            insert(cases).values(
                case_id="c",
                enrolment_id="n1",
                employee_id="e1",
                course_id="k1",
                stage="completion",
                reason="motivation",
                flagged_on=DAY,
                run_id="r",
                state="open",
                version=1,
                **case,
            )
        )
        connection.info["account"] = account
    return made


def decide(address: str, *rows: dict[str, Any]) -> None:
    with Database.open(address).begin() as connection:
        account = connection.exec_driver_sql("SELECT account_id FROM accounts").scalar_one()
        for k, row in enumerate(rows):
            whole = {
                "decision_id": str(k),
                "case_id": "c",
                "version": k + 2,
                "made_at": datetime(2026, 10, 5 + k, 9, tzinfo=UTC),
                "made_on": date(2026, 10, 5 + k),
                "made_by": account,
                "stage": "completion",
                "before": {},
            }
            connection.execute(insert(decisions).values(**whole, **row))


def read(address: str) -> list[dict[str, Any]]:
    table = with_decisions(raw_source({}), address).tables["warning_actions"]
    return [row for batch in table.batches(COLUMNS) for row in batch.to_pylist()]


def test_the_view_has_the_columns_of_the_contract() -> None:
    assert set(COLUMNS) == set(INPUT_TABLES["warning_actions"].schema.columns())


def test_help_counts_as_given_on_the_day_that_the_outcome_tells(address: str) -> None:
    decide(
        address,
        {"kind": "assign", "intervention": "book_mentor", "owner": "m", "due_on": DAY},
        {"kind": "outcome", "outcome": "used", "done_on": date(2026, 10, 6)},
    )
    assert read(address) == [
        {
            "enrolment_id": "n1",
            "stage": "completion",
            "code": "book_mentor",
            "owner": "m",
            "decided_on": "2026-10-05",
            "decision": "accept",
            "reason": None,
            "due_on": "2026-10-05",
            "done_on": "2026-10-06",
        }
    ]


def test_a_question_waits_and_a_dismissal_tells_its_reason(address: str) -> None:
    decide(address, {"kind": "ask", "note": "Who?"}, {"kind": "dismiss", "reason": "not_true"})
    told = [(row["decision"], row["reason"]) for row in read(address)]
    assert told == [("postpone", None), ("dismiss", "not_true")]


def test_what_was_taken_back_was_never_decided(address: str) -> None:
    decide(address, {"kind": "accept", "undone_at": datetime(2026, 10, 5, 10, tzinfo=UTC)})
    assert read(address) == []


def test_what_somebody_wrote_stays_on_the_page(address: str) -> None:
    decide(address, {"kind": "dismiss", "reason": "other", "note": "private words"})
    assert "private words" not in str(read(address))
