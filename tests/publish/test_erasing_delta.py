"""Take people out of a Delta Lake: log, old files, and what a killed publisher committed."""

from datetime import date
from pathlib import Path

import pytest
from deltalake import DeltaTable

from ptml.errors import DataError, TryAgainError
from ptml.publish import read_run
from ptml.publish.delta import DeltaLake
from ptml.publish.erasing import People, erasable
from ptml.traces import look_at

from .people import AS_OF, publish_people

EARLIER = date(2026, 9, 24)


@pytest.fixture
def out(tmp_path: Path) -> str:
    return f"delta:{tmp_path / 'lake'}"


def erase(out: str, *employee_ids: str) -> People:
    place = erasable(out)
    with place.alone():
        whom = People.of(employee_ids, [place.known(employee_ids)])
        list(place.erase(whom, {"at": "2026-10-02", "people": len(employee_ids)}))
    return whom


def people_of(out: str, table: str, version: int | None = None) -> list[tuple[date, str]]:
    """Whom a reader of Delta finds, by date."""
    folder = Path(out.partition(":")[2]) / table
    rows = DeltaTable(str(folder), version=version).to_pyarrow_table().to_pylist()
    return sorted((row["as_of"], row["employee_id"]) for row in rows)


def test_log_checkpoints_and_old_files_hold_nobody_of_them(out: str, tmp_path: Path) -> None:
    publish_people(out, ["E1", "E2", "E3"], 1, EARLIER)
    publish_people(out, ["E1", "E2", "E3"], 2)
    publish_people(out, ["E1", "E2", "E3"], 3)
    DeltaTable(str(tmp_path / "lake" / "segments")).create_checkpoint()
    whom = erase(out, "E1")
    assert look_at([tmp_path], whom.needle).traces == ()
    assert people_of(out, "segments") == [(d, e) for d in (EARLIER, AS_OF) for e in ("E2", "E3")]
    pinned = read_run(out).about["versions"]["segments"]
    assert people_of(out, "segments", pinned) == people_of(out, "segments")
    # Statistics of others may have been those of the person: they are written anew.
    log = (tmp_path / "lake" / "segments" / "_delta_log").glob("*.json")
    assert any('\\"employee_id\\":\\"E2\\"' in path.read_text() for path in log)


def test_a_number_as_an_id_is_found_in_the_statistics_of_the_log(out: str, tmp_path: Path) -> None:
    publish_people(out, ["1234", "2345"], 1)
    log = tmp_path / "lake" / "segments" / "_delta_log"
    needle = People(frozenset({"1234"})).needle
    assert look_at([log], needle).traces
    erase(out, "1234")
    assert look_at([log], needle).traces == ()


def test_who_is_in_old_files_alone_goes_too_and_the_run_stays_as_it_was(
    out: str, tmp_path: Path
) -> None:
    publish_people(out, ["E1", "E2"], 1)
    publish_people(out, ["E2", "E3"], 2)
    before = (read_run(out).about["rows"], people_of(out, "warnings"))
    whom = erase(out, "E1")
    assert look_at([tmp_path], whom.needle).traces == ()
    assert (read_run(out).about["rows"], people_of(out, "warnings")) == before
    assert "erased" not in read_run(out).about


def test_what_a_killed_publisher_committed_goes_and_the_run_that_is_shown_stays(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_people(out, ["E1", "E2"], 1)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DeltaLake, "point_to", dies)
        with pytest.raises(KeyboardInterrupt):
            publish_people(out, ["E1", "E3"], 2)
    assert people_of(out, "segments") == [(AS_OF, "E1"), (AS_OF, "E3")]
    whom = erase(out, "E1")
    assert look_at([tmp_path], whom.needle).traces == ()
    assert list(read_run(out).tables["segments"]["employee_id"]) == ["E2"]
    assert people_of(out, "segments") == [(AS_OF, "E2")]


def test_runs_are_published_as_ever_afterwards(out: str) -> None:
    publish_people(out, ["E1", "E2"], 1, EARLIER)
    erase(out, "E1")
    publish_people(out, ["E2", "E3"], 2)
    assert list(read_run(out).tables["segments"]["employee_id"]) == ["E2", "E3"]
    assert people_of(out, "segments") == [(EARLIER, "E2"), (AS_OF, "E2"), (AS_OF, "E3")]


def test_a_date_of_nobody_else_is_gone(out: str) -> None:
    publish_people(out, ["E1", "E2"], 1, EARLIER)
    publish_people(out, ["E3", "E4"], 2)
    erase(out, "E1", "E2")
    assert people_of(out, "segments") == [(AS_OF, "E3"), (AS_OF, "E4")]


def test_a_reader_at_work_is_told_and_never_gets_half_of_each(out: str) -> None:
    publish_people(out, ["E1", "E2"])
    run = read_run(out)
    assert len(run.tables["segments"]) == 2
    erase(out, "E1")
    with pytest.raises(TryAgainError, match="is gone"):
        run.arrow("warnings")


def test_a_damaged_file_is_named_and_not_sealed_again(out: str, tmp_path: Path) -> None:
    publish_people(out, ["E1", "E2"])
    [file] = (tmp_path / "lake" / "runs").rglob("as_of=*/*.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(DataError, match="changed after writing"):
        erase(out, "E1")
