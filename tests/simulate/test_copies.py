"""A big organisation out of copies."""

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ptml.errors import UsageError
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.copies import copy_organisation, read_copied
from ptml.sources import read_dataset

N = 120


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation of 120 people."""
    out = tmp_path_factory.mktemp("base") / "data"
    simulate(SimulationConfig(n_employees=N, n_courses=8, n_quarters=6, seed=3), out)
    return out


@pytest.fixture(scope="module")
def big(base: Path) -> Path:
    """Two copies and a half of it."""
    out = base.parent / "big"
    copy_organisation(base, out, N * 5 // 2)
    return out


def test_every_row_keeps_the_rules_and_every_key_is_unique(big: Path) -> None:
    with read_dataset(big) as dataset:
        assert dataset.rows_read["employees"] == N * 5 // 2
        assert dataset.rejected.num_rows == 0


def test_a_head_has_as_many_events_as_in_the_original(base: Path, big: Path) -> None:
    one, many = copy_organisation(base, base.parent / "one", N), read_copied(big)
    assert many.copies == 3
    assert many.events / many.employees == pytest.approx(one.events / one.employees, rel=0.1)
    assert many.rows["courses"] == one.rows["courses"]


def test_one_whole_copy_is_the_original(base: Path) -> None:
    out = base.parent / "same"
    copy_organisation(base, out, N)
    with read_dataset(base) as original, read_dataset(out) as copied:
        assert copied.fingerprint == original.fingerprint


def test_units_of_the_first_copy_alone_keep_their_ids(base: Path, big: Path) -> None:
    known = _column(base, "org_units", "org_unit_id")
    found = _column(big, "org_units", "org_unit_id")
    assert known < found
    assert all(unit.rpartition(".")[2] in ("1", "2") for unit in found - known)


def test_events_move_within_their_quarter_and_keep_their_order(base: Path, big: Path) -> None:
    [moved] = _asked(
        f"""SELECT count(*), sum((quarter(m.enrolled_on) = quarter(o.enrolled_on)
                AND m.enrolled_on - o.enrolled_on BETWEEN 0 AND 1
                AND coalesce(m.started_on >= m.enrolled_on, true))::INT),
            sum((m.enrolled_on > o.enrolled_on)::INT)
        FROM '{big}/enrolments.parquet' AS m
        JOIN '{base}/enrolments.parquet' AS o ON m.enrolment_id = o.enrolment_id || '.1'"""
    )
    assert moved[0] == moved[1]
    assert moved[2] > 0.9 * moved[0]
    by_quarter = "date_trunc('quarter', done_on), count(*) FROM '{}/transfer_evidence.parquet'"
    seen = f"SELECT {by_quarter.format(base)} GROUP BY 1 ORDER BY 1"
    of_copy = f"SELECT {by_quarter.format(big)} WHERE enrolment_id LIKE '%.1' GROUP BY 1 ORDER BY 1"
    assert _asked(of_copy) == _asked(seen)


def test_the_same_base_gives_the_same_bytes(base: Path, big: Path) -> None:
    again = base.parent / "again"
    copy_organisation(base, again, N * 5 // 2)
    assert _hashes(again) == _hashes(big)


def test_a_folder_without_people_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no employees"):
        copy_organisation(tmp_path, tmp_path / "out", 10)


def _column(folder: Path, table: str, column: str) -> set[str]:
    found = _asked(f"SELECT {column} FROM '{folder}/{table}.parquet'")
    return {str(value) for (value,) in found}


def _asked(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}
