"""The address of a review database, and what is said where there is none."""

from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import ValidationError
from sqlalchemy import create_engine, text

from ptml.errors import TryAgainError, UsageError
from ptml.sources.decisions import COLUMNS, ReviewsConfig, with_decisions
from tests.sources.raw_tables import raw_source


def made(tmp_path: Path, *sql: str) -> str:
    address = f"sqlite:///{tmp_path}/review.db"
    with create_engine(address).begin() as connection:
        for one in sql:
            connection.execute(text(one))
    return address


def test_decisions_come_behind_the_rows_of_the_source(tmp_path: Path) -> None:
    values = "'n2', 'day_30', NULL, NULL, '2026-10-05', 'accept', NULL, NULL, NULL"
    named = ", ".join(
        f"{value} AS {name}" for value, name in zip(values.split(", "), COLUMNS, strict=True)
    )
    address = made(tmp_path, f"CREATE VIEW warning_actions AS SELECT {named}")
    own = pa.table({"enrolment_id": ["n1"], "decision": ["dismiss"], "decided_on": ["2026-10-01"]})
    table = with_decisions(raw_source({"warning_actions": own}), address).tables["warning_actions"]
    wanted = ("enrolment_id", "decision", "done_on")
    rows = [row for batch in table.batches(wanted) for row in batch.to_pylist()]
    assert [(row["enrolment_id"], row["decision"]) for row in rows] == [
        ("n1", "dismiss"),
        ("n2", "accept"),
    ]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(TryAgainError, match="cannot be read"):
        with_decisions(raw_source({}), f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no review database"):
        with_decisions(raw_source({}), made(tmp_path, "CREATE TABLE other (x INTEGER)"))


@pytest.mark.parametrize("address", ["mysql://db/x", "review.db", "postgresql://a:secret@db/x"])
def test_an_address_that_cannot_be_kept_with_a_run_is_refused(address: str) -> None:
    with pytest.raises(ValidationError) as told:
        ReviewsConfig(database=address)
    assert "secret" not in told.value.errors()[0]["msg"]
