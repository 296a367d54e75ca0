"""Rows of people lie by the person's hash, in runs that memory holds."""

from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl
import pytest

from ptml.contracts import person_runs
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import PERSON_HASH, person_hash
from ptml.contracts.person_runs import order_by_hash, runs_by_person

_CONTRACT = INPUT_TABLES["personal_goals"]


@pytest.fixture
def known() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE employees AS SELECT 'E' || range AS employee_id,"
            f" {person_hash()} AS {PERSON_HASH} FROM range(100)"
        )
        yield connection


def _frame(first: int, people: list[int]) -> pl.DataFrame:
    n = len(people)
    return pl.DataFrame(
        {
            "source_row": np.arange(first, first + n),
            "employee_id": [f"E{k}" for k in people],
            "competency_id": ["c"] * n,
            "target_level": np.arange(n, dtype=np.float64),
            "by_date": pl.Series([None] * n, dtype=pl.Date),
            "set_on": pl.Series([None] * n, dtype=pl.Date),
        }
    )


def test_every_row_comes_once_with_its_person_s_hash(
    known: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_runs, "RUN_ROWS", 5)
    frames = [_frame(1, [7, 3, 7, 99]), _frame(5, [3, 7]), _frame(7, [100, 3])]
    runs = list(runs_by_person("personal_goals", _CONTRACT, (), iter(frames), known))
    rows = pl.concat(runs)
    assert sorted(rows["source_row"]) == list(range(1, 9))
    looked_up = known.execute(f"SELECT employee_id, {PERSON_HASH} FROM employees").fetchall()
    hashes = {str(name): hashed for name, hashed in looked_up}
    assert [hashes.get(name) for name in rows["employee_id"]] == rows[PERSON_HASH].to_list()
    for run in runs:
        first = run[PERSON_HASH].fill_null(2**64 - 1) // 2**48
        assert first.is_sorted()


def test_a_person_s_rows_keep_the_order_of_the_source() -> None:
    hashed = np.array([2**60, 2**50, 2**60, 2**60 + 1], dtype=np.uint64)
    assert order_by_hash(hashed, np.array([1, 2, 3, 4])).tolist() == [1, 0, 2, 3]
    assert order_by_hash(hashed, np.array([9, 2, 3, 4])).tolist() == [1, 2, 3, 0]


def test_no_rows_make_no_run(known: duckdb.DuckDBPyConnection) -> None:
    assert not list(runs_by_person("personal_goals", _CONTRACT, (), iter(()), known))
