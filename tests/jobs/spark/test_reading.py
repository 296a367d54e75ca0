"""Reading spread over tasks gives what the local engine reads, to the last bit."""

import shutil
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset
from ptml.contracts.suppression import Suppressed, forgotten
from ptml.errors import DataError
from ptml.features.bucket import LOGS, Bucket, bucket_tables
from ptml.features.company_inputs import CompanyInputs
from ptml.features.shared import Shared, shared_averages
from ptml.features.windows import SumLog
from ptml.jobs.spark.checking import CheckedBucket, Elsewhere
from ptml.jobs.spark.config import SparkConfig
from ptml.jobs.spark.cutting import rows_left_out
from ptml.jobs.spark.summary import summed_up
from ptml.jobs.spark.sums import added, bucket_sums, shared_of, spread
from ptml.jobs.spark.tasks import DIGEST, REJECTED
from ptml.sources import read_dataset
from ptml.sources.folder import folder_source
from tests.contracts.test_erasures import erased
from tests.jobs.spark.by_hand import read_by_hand

SMALL = SparkConfig(part_rows=700, lookup_rows=400)


@pytest.fixture(scope="module")
def local(broken: Path) -> Iterator[Dataset]:
    with read_dataset(broken) as dataset:
        yield dataset


@pytest.fixture(scope="module")
def by_hand(broken: Path) -> tuple[Elsewhere, list[CheckedBucket]]:
    return read_by_hand(broken, 30, SMALL)[1:]


@pytest.fixture(scope="module")
def buckets(by_hand: tuple[Elsewhere, list[CheckedBucket]]) -> list[CheckedBucket]:
    return by_hand[1]


@pytest.fixture(scope="module")
def far(broken: Path, by_hand: tuple[Elsewhere, list[CheckedBucket]]) -> Dataset:
    """The data set of the driver."""
    elsewhere, buckets = by_hand
    return put_together(broken, elsewhere, buckets)


def put_together(folder: Path, elsewhere: Elsewhere, buckets: list[CheckedBucket]) -> Dataset:
    parts = [
        {
            "rows_read": one.rows_read,
            "rows_rejected": one.rows_rejected,
            "hashes": {name: astuple(sums) for name, sums in one.hashes.items()},
        }
        for one in buckets
    ]
    found = {
        DIGEST + name: pa.concat_tables([one.digests[name] for one in buckets])
        for name in buckets[0].digests
    }
    found[REJECTED] = pa.concat_tables([one.rejected for one in buckets])
    return summed_up(folder_source(folder), elsewhere.company, parts, found)


def test_the_organisation_breaks_rules_of_every_kind(local: Dataset) -> None:
    told = " ".join(local.rejected["rule"].to_pylist())
    assert "duplicate key" in told
    assert "points to nothing in employees" in told
    assert "points to a row of employees that was set aside" in told
    assert "points to a row of enrolments that was set aside" in told
    assert {
        "employees",
        "assignments",
        "enrolments",
        "transfer_evidence",
        "role_requirements",
    } <= set(local.rejected["table"].to_pylist())


def test_ids_of_several_buckets_are_found(by_hand: tuple[Elsewhere, list[CheckedBucket]]) -> None:
    elsewhere, _ = by_hand
    assert elsewhere.repeated
    assert elsewhere.strangers.missing == {"nobody"}
    assert len(elsewhere.strangers.set_aside) == 1


def test_every_bucket_holds_the_rows_of_the_local_engine(
    local: Dataset, buckets: list[CheckedBucket]
) -> None:
    for index, found in enumerate(buckets):
        wanted = bucket_tables(local, Bucket(index, len(buckets)))
        for name in LOGS:
            assert found.tables[name].equals(wanted[name]), (index, name)


def test_the_same_rows_are_set_aside_with_the_same_numbers(local: Dataset, far: Dataset) -> None:
    assert far.rejected.to_pylist() == local.rejected.to_pylist()
    assert dict(far.rows_rejected) == dict(local.rows_rejected)
    assert dict(far.rows_read) == dict(local.rows_read)


def test_the_fingerprint_adds_up_over_buckets(local: Dataset, far: Dataset) -> None:
    assert far.fingerprint == local.fingerprint


def test_what_is_asked_of_everybody_gets_the_same_answer(local: Dataset, far: Dataset) -> None:
    assert as_of_range(far) == as_of_range(local)
    one, other = CompanyInputs.of(far), CompanyInputs.of(local)
    for name, ids in other.maps.by_name().items():
        np.testing.assert_array_equal(one.maps.by_name()[name].ids, ids.ids)
    np.testing.assert_array_equal(one.period_end, other.period_end)
    everybody = "SELECT * FROM protected_attributes ORDER BY employee_id"
    assert far.arrow(everybody).equals(local.arrow(everybody))


def test_sums_over_everybody_add_up_over_buckets(
    local: Dataset, far: Dataset, buckets: list[CheckedBucket]
) -> None:
    company = CompanyInputs.of(far)
    pieces: dict[str, list[pa.Table]] = {}
    for bucket in buckets:
        for name, rows, piece in spread(bucket_sums(bucket.tables, company), 2):
            pieces.setdefault(name, []).extend(rows.filter(piece == k) for k in range(2))
    found = shared_of({name: added(parts) for name, parts in pieces.items()}, company)
    wanted = shared_averages(local)
    for one in fields(Shared):
        ours, theirs = getattr(found, one.name), getattr(wanted, one.name)
        if isinstance(theirs, SumLog):
            np.testing.assert_array_equal(ours.key, theirs.key, one.name)
            for name, sums in theirs.sums.items():
                np.testing.assert_array_equal(ours.sums[name], sums, f"{one.name} {name}")
        else:
            assert ours == theirs, one.name


def test_erased_people_are_left_out_as_the_local_engine_leaves_them_out(
    broken: Path, tmp_path: Path
) -> None:
    people = some_to_erase(broken)
    one = erased(tmp_path / "erasures", *people)
    with read_dataset(broken, erasures=[one]) as local:
        source, elsewhere, buckets = read_by_hand(broken, 30, SMALL, one)
        far = put_together(broken, elsewhere, buckets)
        n_left_out = sum(rows_left_out(source, far.rows_read).values())
        assert local.left_out == (
            f"{len(people)} erased people are still in the source: {n_left_out} rows left out",
        )
        assert far.fingerprint == local.fingerprint
        assert dict(far.rows_read) == dict(local.rows_read)
        assert (
            far.rejected.to_pylist() == forgotten(local, [one], Suppressed()).rejected.to_pylist()
        )
        for index, found in enumerate(buckets):
            wanted = bucket_tables(local, Bucket(index, len(buckets)))
            for name in LOGS:
                assert found.tables[name].equals(wanted[name]), (index, name)
                for column in ("employee_id", "manager_id"):
                    if column in found.tables[name].column_names:
                        assert not {*people} & {*found.tables[name][column].to_pylist()}


def test_a_table_of_erased_people_alone_is_one_without_rows(broken: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(broken, folder)
    goals = pd.read_parquet(folder / "personal_goals.parquet").iloc[:3]
    goals["employee_id"] = some_to_erase(broken)[0]
    goals.to_parquet(folder / "personal_goals.parquet", index=False)
    one = erased(tmp_path / "erasures", *some_to_erase(broken))
    source, elsewhere, _ = read_by_hand(folder, 30, SMALL, one)
    assert elsewhere.rows["personal_goals"] == 0
    assert source.n_buckets == -(-elsewhere.rows["employees"] // 30)


def some_to_erase(folder: Path) -> list[str]:
    """Somebody who is a manager, somebody whose enrolment id another has, and two others."""
    manager = pd.read_parquet(folder / "assignments.parquet")["manager_id"].value_counts().index[0]
    rows = pd.read_parquet(folder / "enrolments.parquet")
    twice = rows[rows.duplicated("enrolment_id", keep=False)]["employee_id"].dropna()
    others = pd.read_parquet(folder / "employees.parquet")["employee_id"].iloc[[5, 60]]
    return [*dict.fromkeys([manager, twice.iloc[0], *others])]


def test_a_table_that_breaks_too_many_rules_is_told_in_the_same_words(
    organisation: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(organisation, data)
    rows = pd.read_parquet(data / "enrolments.parquet")
    rows.loc[: len(rows) // 10, "course_id"] = "nothing"
    rows.to_parquet(data / "enrolments.parquet")
    with pytest.raises(DataError) as wanted:
        read_dataset(data)
    with pytest.raises(DataError) as found:
        put_together(data, *read_by_hand(data, 300, SparkConfig())[1:])
    assert str(found.value) == str(wanted.value)
