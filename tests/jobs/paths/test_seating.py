"""Seats of everybody's paths: none is planned twice, however people are cut."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ptml.contracts.person_hash import hash_of_person, person_hash
from ptml.decide.path.seats import quarter_name, quarter_of
from ptml.features.bucket import Bucket, bucket_tables
from ptml.jobs.models import Models, load_models
from ptml.jobs.paths.asked import paths_of_all
from ptml.jobs.paths.seating import with_seats_settled
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings
from ptml.sources import read_dataset
from tests.conftest import SETTINGS
from tests.jobs.crowded import SEATS, crowded

DAY = date(2026, 10, 2)


@pytest.fixture(scope="module")
def data(organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Courses with three seats a quarter each."""
    return crowded(organisation, tmp_path_factory.mktemp("crowded") / "data")


@pytest.fixture(scope="module")
def trained(models: Path) -> Models:
    return load_models(models, ("recommend", "lift"), [])


def cut(n: int, **path: int) -> Settings:
    told = SETTINGS.model_dump()
    told["scoring"]["bucket_employees"] = n
    return Settings.model_validate({**told, "path": {**told["path"], **path}})


def cut_into(count: int) -> list[Bucket]:
    return [Bucket(index, count) for index in range(count)]


def starts_of(paths: pd.DataFrame) -> "pd.Series[int]":
    number = paths["course_id"].str[1:].astype(int)
    ahead = paths[~paths["running"] & (number % 2 == 1)]
    quarter = quarter_of(ahead["starts_in_week"].to_numpy(), DAY.toordinal() - 719_163)
    names = [quarter_name(DAY, int(k)) for k in quarter]
    return ahead.assign(quarter=names).groupby(["course_id", "quarter"]).size()


@pytest.fixture(scope="module")
def laid(data: Path, trained: Models) -> Mapping[str, pa.Table]:
    with read_dataset(data) as dataset:
        return paths_of_all(dataset, trained, DAY, cut(250))


def test_no_quarter_has_more_starts_than_seats(laid: Mapping[str, pa.Table]) -> None:
    # What has to be taken anyway is planned whatever there is.
    paths = laid["paths"].to_pandas()
    chosen = paths[paths["lift_alone"].notna()]
    assert len(chosen) > 20
    assert starts_of(chosen).max() <= SEATS


def test_seats_that_are_wanted_do_not_stay_empty(
    laid: Mapping[str, pa.Table], organisation: Path, trained: Models
) -> None:
    with read_dataset(organisation) as dataset:
        free = paths_of_all(dataset, trained, DAY, cut(250))["paths"].to_pandas()
    wanted, found = starts_of(free), starts_of(laid["paths"].to_pandas())
    crowded_out = wanted[wanted >= 4 * SEATS]
    assert len(crowded_out) > 3
    assert (found.reindex(crowded_out.index).fillna(0) >= SEATS - 1).mean() > 0.8


def test_a_step_that_waits_for_seats_says_so(laid: Mapping[str, pa.Table]) -> None:
    assert laid["paths"]["reasons"].combine_chunks().to_pandas().str.contains("opens.seats").any()


def test_paths_do_not_depend_on_how_people_are_cut(
    laid: Mapping[str, pa.Table], data: Path, trained: Models
) -> None:
    with read_dataset(data) as dataset:
        again = paths_of_all(dataset, trained, DAY, cut(90))
    for name, table in laid.items():
        one, other = (
            t.to_pandas().sort_values(["employee_id", *(["step"] if name == "paths" else [])])
            for t in (table, again[name])
        )
        pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


@pytest.mark.parametrize("count", [3, 8])
def test_those_who_stand_for_all_do_not_depend_on_it_either(
    count: int, data: Path, trained: Models, tmp_path: Path
) -> None:
    with read_dataset(data) as dataset:
        shared = RunShared.of(dataset, DAY, cut(250, seat_people=200))

        def rows(bucket: Bucket) -> Mapping[str, pa.Table]:
            return bucket_tables(dataset, bucket)

        seated = with_seats_settled(shared, trained, rows, cut_into(count))
        wanted = with_seats_settled(shared, trained, rows, cut_into(1))
    assert seated.cutoffs is not None
    assert wanted.cutoffs is not None
    np.testing.assert_array_equal(seated.cutoffs.points, wanted.cutoffs.points)
    assert (seated.cutoffs.wanted % 3 == 0).all()
    assert np.isfinite(seated.cutoffs.points).any()
    seated.save(tmp_path / "shared")
    loaded = RunShared.load(tmp_path / "shared").cutoffs
    assert loaded is not None
    np.testing.assert_array_equal(loaded.points, seated.cutoffs.points)


def test_without_limited_seats_nothing_is_settled(organisation: Path, trained: Models) -> None:
    def never(_: Bucket) -> Mapping[str, pa.Table]:
        raise AssertionError("nobody's rows are needed")

    with read_dataset(organisation) as dataset:
        shared = RunShared.of(dataset, DAY, SETTINGS)
    assert with_seats_settled(shared, trained, never, cut_into(3)).cutoffs is None


def test_people_are_hashed_as_buckets_hash_them() -> None:
    ids = ["E1", "小明", "", "a b"]
    asked = pa.table({"id": ids})
    with duckdb.connect() as connection:
        connection.register("asked", asked)
        found = connection.execute(f"SELECT {person_hash('id')} AS h FROM asked").fetchall()
    assert [hash_of_person(name) for name in ids] == [row[0] for row in found]
