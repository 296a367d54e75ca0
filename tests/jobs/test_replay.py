"""A published row is scored again to the same bits, or it is said what differs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from ptml.contracts.manifest import write_manifest
from ptml.publish import read_run

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def replay(call: Call, organisation: Path, models: Path) -> Call:
    """Replay something of the organisation's published run."""

    def run(what: str, out: Path, **other: object) -> tuple[int, str, str]:
        named = {"data": organisation, "models": models, "out": out, **other}
        words = [word for name, value in named.items() for word in (f"--{name}", value)]
        return call("replay", what, *words)

    return run


def first(published: Path, table: str) -> pd.Series:
    """The first row of a published table."""
    return read_run(str(published)).tables[table].iloc[0]


def test_a_recommendation_is_the_same_to_the_last_bit(published: Path, replay: Call) -> None:
    row = first(published, "recommendations")
    code, told, _ = replay(f"{row['employee_id']}/{row['course_id']}", published)
    assert code == 0
    assert "the same to the last bit" in told


def test_a_warning_is_the_same_to_the_last_bit(published: Path, replay: Call) -> None:
    row = first(published, "warnings")
    for what in (row["enrolment_id"], f"{row['enrolment_id']}/{row['stage']}"):
        code, told, _ = replay(what, published)
        assert code == 0
        assert "the same to the last bit" in told


def test_a_number_that_somebody_changed_with_its_manifest_is_told(
    published: Path, tmp_path: Path, replay: Call
) -> None:
    out = tmp_path / "out"
    shutil.copytree(published, out, symlinks=True)
    run = (out / "current").resolve()
    about = dict(read_run(str(out)).about)
    row = first(published, "recommendations")
    table = pq.read_table(run / "recommendations.parquet").to_pandas()
    table.loc[0, "lift"] += 1e-12
    schema = pq.read_schema(run / "recommendations.parquet")
    changed = duckdb.connect().from_df(table).to_arrow_table().cast(schema)
    pq.write_table(changed, run / "recommendations.parquet")
    about.pop("sha256")
    write_manifest(run, about)
    code, told, _ = replay(f"{row['employee_id']}/{row['course_id']}", out)
    assert code == 3
    assert "values differ" in told
    assert "recommendations.lift" in told


def test_a_flipped_bit_in_an_output_is_noticed_before_use(
    published: Path, tmp_path: Path, replay: Call
) -> None:
    out = tmp_path / "out"
    shutil.copytree(published, out, symlinks=True)
    file = (out / "current").resolve() / "warnings.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    code, _, errors = replay("anything", out)
    assert code == 65
    assert "warnings.parquet" in errors
    assert "changed after writing" in errors


def test_a_flipped_bit_in_a_model_is_noticed_before_use(
    published: Path, models: Path, tmp_path: Path, replay: Call
) -> None:
    other = tmp_path / "models"
    shutil.copytree(models, other)
    file = sorted((other / "lift").glob("*.txt"))[0]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    row = first(published, "recommendations")
    code, _, errors = replay(f"{row['employee_id']}/{row['course_id']}", published, models=other)
    assert code == 65
    assert file.name in errors


def test_a_flipped_bit_in_the_data_is_noticed_before_use(
    published: Path, organisation: Path, tmp_path: Path, replay: Call
) -> None:
    data = tmp_path / "data"
    shutil.copytree(organisation, data)
    table = pd.read_parquet(data / "enrolments.parquet")
    table.loc[3, "minutes"] = table["minutes"].dropna().iloc[0] + 1
    table.to_parquet(data / "enrolments.parquet")
    row = first(published, "recommendations")
    code, _, errors = replay(f"{row['employee_id']}/{row['course_id']}", published, data=data)
    assert code == 65
    assert "fingerprint" in errors


def test_what_was_not_published_is_refused_with_what_can_be_named(
    published: Path, replay: Call
) -> None:
    code, _, errors = replay("nobody/nothing", published)
    assert code == 2
    assert "EMPLOYEE/COURSE" in errors
    code, _, errors = replay("nobody/nothing", published, run="20200101-0000000000000000")
    assert code == 2
    assert "does not hold run" in errors
