"""The checked data set: complete, typed, sorted, and gone when it is closed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from ptml.contracts.dataset import Dataset, check_source, dataset_from_frames
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import PERSON_HASH, PERSONAL_TABLES
from ptml.contracts.raw import RawSource, RawTable
from ptml.contracts.scratch import Scratch
from ptml.errors import DataError

Frames = dict[str, pd.DataFrame]
Checked = Callable[..., Dataset]
_A = ("employees", "courses", "enrolments")


def test_every_table_of_the_contract_is_there_with_all_its_columns(checked: Checked) -> None:
    dataset = checked(tables=_A)
    for name, contract in INPUT_TABLES.items():
        types = dict(
            dataset.connection.execute(
                f"SELECT column_name, data_type FROM"
                f" information_schema.columns WHERE table_name = '{name}'"
            ).fetchall()
        )
        hashed = {PERSON_HASH: "UBIGINT"} if name in PERSONAL_TABLES else {}
        assert types == {**contract.duckdb_types, **hashed}


def test_absent_tables_are_empty_and_absent_columns_have_their_default(a_tables: Frames) -> None:
    a_tables["courses"] = a_tables["courses"][["course_id"]]
    with dataset_from_frames(a_tables) as dataset:
        assert dataset.query("FROM performance").empty
        assert dataset.query("SELECT DISTINCT mandatory, hours FROM courses").values.tolist() == [
            [False, pytest.approx(float("nan"), nan_ok=True)]
        ]


def test_what_the_source_had_is_known(a_tables: Frames) -> None:
    a_tables["courses"] = a_tables["courses"][["course_id", "hours"]].assign(colour="red")
    with dataset_from_frames({**a_tables, "diary": a_tables["courses"]}) as dataset:
        assert dataset.columns["courses"] == {"course_id", "hours"}
        assert dataset.has("courses", "hours")
        assert not dataset.has("courses", "cost")
        assert not dataset.has("performance")
        assert not dataset.has("performance", "value")
        assert set(dataset.columns) == set(_A)


def test_rows_lie_by_person_or_sorted_whatever_their_order(organisation: Frames) -> None:
    shuffled = {name: f.sample(frac=1, random_state=3) for name, f in organisation.items()}
    with dataset_from_frames(shuffled) as dataset:
        for name, contract in INPUT_TABLES.items():
            stored = dataset.query(f"FROM {name}")
            if name in PERSONAL_TABLES:
                assert (stored[PERSON_HASH] // 2**48).is_monotonic_increasing
                continue
            expected = dataset.query(f"FROM {name} ORDER BY {', '.join(contract.sorted_by)}")
            pd.testing.assert_frame_equal(stored, expected)


def test_protected_columns_stay_out_of_the_employees_table(a_tables: Frames) -> None:
    a_tables["employees"]["protected_gender"] = "f"
    a_tables["employees"].loc[3, "protected_gender"] = ""
    with dataset_from_frames(a_tables) as dataset:
        columns = ["employee_id", "hired_on", "left_on", "languages", PERSON_HASH]
        assert list(dataset.query("FROM employees")) == columns
        protected = dataset.query("FROM protected_attributes WHERE protected_gender = 'f'")
        assert len(protected) == 39
        assert dataset.has("employees", "protected_gender")


def test_odd_names_of_protected_columns_do_no_harm(a_tables: Frames) -> None:
    odd = {'protected_"; DROP TABLE x': "a", "protected_Age": "b", "protected_age": "c"}
    a_tables["employees"] = a_tables["employees"].assign(**odd)
    with dataset_from_frames(a_tables) as dataset:
        assert list(dataset.query("FROM protected_attributes")) == ["employee_id", "protected_age"]


def test_a_column_of_several_types_is_refused_in_words(a_tables: Frames) -> None:
    a_tables["courses"]["hours"] = pd.Series([1.5, "two"] * 20, dtype=object)
    with pytest.raises(DataError, match="courses mixes values of several types in a column"):
        dataset_from_frames(a_tables)


def test_queries_take_parameters_and_give_pandas_or_arrow(checked: Checked) -> None:
    dataset = checked(tables=_A)
    query = "SELECT course_id FROM courses WHERE course_id < ? ORDER BY course_id"
    assert dataset.query(query, ["c02"])["course_id"].tolist() == ["c00", "c01"]
    assert dataset.arrow(query, ["c02"]) == pa.table({"course_id": ["c00", "c01"]})


def test_rows_read_and_rejected_are_counted(checked: Checked) -> None:
    dataset = checked(("enrolments", 3, "minutes", "-1"), tables=_A)
    assert dataset.rows_read == {"employees": 40, "courses": 40, "enrolments": 40}
    assert dataset.rows_rejected == {"employees": 0, "courses": 0, "enrolments": 1}
    assert len(dataset.query("FROM enrolments")) == 39


def test_nothing_rejected_is_an_empty_table_with_its_columns(checked: Checked) -> None:
    rejected = checked(tables=_A).rejected
    assert rejected.num_rows == 0
    assert rejected.column_names == ["table", "row", "column", "value", "rule"]


def test_a_refused_source_leaves_no_file_behind(
    a_tables: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = Scratch.on_disk()
    [(spill,)] = scratch.connection.execute("SELECT current_setting('temp_directory')").fetchall()
    folder = Path(spill).parent
    assert folder.is_dir()
    monkeypatch.setattr(Scratch, "in_memory", lambda: scratch)
    with pytest.raises(DataError):
        dataset_from_frames({})
    assert not folder.exists()


def test_progress_is_told_batch_by_batch(a_tables: Frames, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.contracts.rows.BATCH_ROWS", 20)
    told: list[tuple[str, int]] = []
    source = RawSource("halves", {name: _in_halves(name, f) for name, f in a_tables.items()})
    check_source(source, Scratch.in_memory(), lambda *step: told.append(step)).close()
    assert told == [(name, 20) for name in ("employees", "courses", "enrolments") for _ in "ab"]


def _in_halves(name: str, frame: pd.DataFrame) -> RawTable:
    table = pa.Table.from_pandas(frame, preserve_index=False)

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        yield from table.select(list(wanted)).to_batches(20)

    return RawTable(tuple(frame.columns), batches, name)
