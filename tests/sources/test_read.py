"""One address in, one checked data set out, whatever the form."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.contracts.inputs import INPUT_TABLES
from ptml.errors import DataError
from ptml.sources import read_dataset

Frames = dict[str, pd.DataFrame]
Write = Callable[[Frames, Path], str]


def test_every_form_gives_the_same_rows_and_fingerprint(
    organisation: Frames,
    write_csv: Write,
    write_parquet: Write,
    write_duckdb: Write,
    tmp_path: Path,
) -> None:
    addresses = [
        write_csv(organisation, tmp_path / "csv"),
        write_parquet(organisation, tmp_path / "parquet"),
        write_duckdb(organisation, tmp_path / "source.duckdb"),
    ]
    with dataset_from_frames(organisation) as expected:
        for address in addresses:
            with read_dataset(address) as dataset:
                assert dataset.fingerprint == expected.fingerprint
                assert dataset.columns == expected.columns
                assert dataset.address == address
                for name in INPUT_TABLES:
                    assert dataset.arrow(f"FROM {name}") == expected.arrow(f"FROM {name}")


def test_postgres_gives_the_same_rows_and_fingerprint(
    organisation: Frames, write_postgres: Callable[[Frames, str], str]
) -> None:
    address = write_postgres(organisation, "same_rows")
    with dataset_from_frames(organisation) as expected, read_dataset(address) as dataset:
        assert dataset.fingerprint == expected.fingerprint
        for name in INPUT_TABLES:
            assert dataset.arrow(f"FROM {name}") == expected.arrow(f"FROM {name}")


def test_broken_rows_are_numbered_the_same_in_every_form(
    organisation: Frames,
    write_csv: Write,
    write_parquet: Write,
    write_duckdb: Write,
    tmp_path: Path,
) -> None:
    organisation["courses"].loc[7, "hours"] = -2.5
    organisation["enrolments"].loc[39, "enrolment_id"] = "n00"
    addresses = [
        write_csv(organisation, tmp_path / "csv"),
        write_parquet(organisation, tmp_path / "parquet"),
        write_duckdb(organisation, tmp_path / "source.duckdb"),
    ]
    for address in addresses:
        with read_dataset(address) as dataset:
            found = [tuple(row.values()) for row in dataset.rejected.to_pylist()]
            aside = "course_id points to a row of courses that was set aside"
            assert found == [
                ("courses", 8, "hours", "-2.5", "hours is below 0"),
                ("enrolments", 8, "course_id", "c07", aside),
                ("enrolments", 40, "enrolment_id", "n00", "duplicate key: an earlier row has it"),
            ]


def test_progress_is_told(organisation: Frames, write_csv: Write, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    address = write_csv(organisation, tmp_path / "csv")
    read_dataset(address, progress=lambda table, n_rows: told.append((table, n_rows))).close()
    assert told == [("employees", 40), ("courses", 40), ("enrolments", 40)]


def test_a_full_disk_is_for_later_and_leaves_nothing_behind(
    organisation: Frames, write_parquet: Write, tmp_path: Path
) -> None:
    enrolments = pd.concat([organisation["enrolments"]] * 1000, ignore_index=True)
    enrolments["enrolment_id"] = [f"enrolment {i}" for i in range(len(enrolments))]
    address = write_parquet({**organisation, "enrolments": enrolments}, tmp_path / "data")
    (tmp_path / "tmp").mkdir()
    # A limit on the size of a file fails a write as a full disk does, and needs no disk of its own.
    # The memory limit is small, since rows go to the disk only beyond it.
    code = f"""
import resource
from ptml.errors import TryAgainError
from ptml.sources import read_dataset
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
try:
    read_dataset({address!r}, "10MB")
except TryAgainError as error:
    print(error)
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "cannot be written; make room or set TMPDIR" in done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nowhere", "there is nothing at nowhere"),
        ("nowhere.duckdb", "there is nothing at nowhere.duckdb"),
        ("mysql://u:secret@h/db", r"got mysql://\.\.\."),
        ("ftp://h/data", r"got ftp://\.\.\."),
    ],
)
def test_an_address_that_leads_nowhere(
    address: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=message):
        read_dataset(address)


def test_a_file_that_is_no_source(tmp_path: Path) -> None:
    path = tmp_path / "enrolments.csv"
    path.write_text("enrolment_id\n")
    with pytest.raises(DataError, match="got the file"):
        read_dataset(path)
