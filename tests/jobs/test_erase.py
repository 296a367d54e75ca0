"""The whole erasure: places, pages, records, source, list and proof, from a call to its answer."""

import io
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from ptml.contracts.chained_log import ChainedLog
from ptml.contracts.erasures import LOG, Erasures
from ptml.contracts.lock import writer_lock
from ptml.contracts.scratch import OWNED
from ptml.errors import UsageError
from ptml.jobs.erase import Request, erase_people, find_people
from ptml.jobs.erasing_places import Places
from ptml.jobs.erasing_record import readmit_people, verify_erasures
from ptml.jobs.ledger import Ledger
from ptml.jobs.people import erasures_beside, read_people
from ptml.jobs.progress import Silent
from ptml.jobs.settings import Settings
from ptml.publish import read_run
from ptml.report import write_report
from ptml.sources.sums import check_sums, read_sums, write_sums
from ptml.traces import Needle
from tests.contracts.test_suppression import source
from tests.publish.people import publish_people

PEOPLE = ["E1", "E10", "E2"]
NEEDLE = Needle(frozenset({"E1"}))
WHEN = datetime(2026, 10, 3, 9, tzinfo=UTC)


def key() -> bytes:
    return bytes(range(32))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a run, and a record that names E1."""
    publish_people(str(tmp_path / "out"), PEOPLE)
    record = {"job": "explain", "command": ["ptml", "explain", "E1", "c1"], "status": "done"}
    Ledger(tmp_path / "runs").begin(record, WHEN).finish(record)
    return tmp_path


def places(place: Path, **more: object) -> Places:
    outs = tuple(str(out) for out in (place / "out", place / "out.duckdb") if out.exists())
    temporary = place / "tmp"
    temporary.mkdir(exist_ok=True)
    return Places(outs, temporary=temporary, **more)  # type: ignore[arg-type]


def request(person: str = "E1", why: str = "request 17") -> Request:
    return Request((person,), "dpo", why, WHEN)


def erase(where: Places, person: str = "E1", from_data: bool = False) -> dict[str, object]:
    return erase_people(request(person), where, key, Silent(), from_data)


def test_a_person_is_gone_from_runs_pages_and_records(place: Path) -> None:
    write_report(read_run(str(place / "out")).tables, place / "out" / "report.html")
    assert NEEDLE.in_text((place / "out" / "report.html").read_text())
    page = place / "promotion.html"
    page.write_text('<meta name="robots" content="noindex"> default-src \'none\' <td>E1</td>')
    done = erase(places(place, pages=(page,)))
    assert (done["left"], done["files"]) == (0, {"made_again": 1, "removed": 1, "rewritten": 1})
    assert "E10" in (place / "out" / "report.html").read_text()
    [record] = Ledger(place / "runs").records()
    assert record["command"] == ["ptml", "explain", "(erased)", "c1"]
    assert find_people(["E1"], places(place), Silent())["found"] is False


def test_a_dry_run_says_where_and_changes_nothing(place: Path) -> None:
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    told = find_people(["E1"], places(place), Silent())
    assert told["found"]
    assert [run["rows"]["segments"] for run in told["runs"]] == [1]
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_the_record_says_all_but_who_it_was(place: Path) -> None:
    erase(places(place))
    log = ChainedLog(place / "erasures" / LOG)
    begun, done = log.read().entries
    assert (begun["what"], done["what"], done["left"]) == ("erase", "done", 0)
    assert begun["person"] == done["person"]
    assert begun["found"]["runs"][0]["rows"] == done["runs"][0]["rows"]
    wanted = {
        "flags": 1,
        "people": 1,
        "rejected_rows": 2,
        "segments": 1,
        "timelines": 2,
        "warnings": 1,
    }
    assert done["runs"][0]["rows"] == wanted
    assert done["runs"][0]["before"] != done["runs"][0]["after"]
    assert "E1" not in log.path.read_text()


def test_rows_of_a_server_are_refused_before_anything_is_changed(place: Path) -> None:
    where = places(place, data="postgresql://me:s3cret@nowhere/hr")
    with pytest.raises(UsageError, match="its owner's to delete there") as told:
        erase(where, from_data=True)
    assert "s3cret" not in str(told.value)
    assert list(read_run(str(place / "out")).tables["segments"]["employee_id"]) == PEOPLE


@pytest.mark.parametrize("form", ["dataset", "delta"])
def test_every_form_of_a_place_is_erased_and_verified(place: Path, form: str) -> None:
    out = f"{form}:{place / 'warehouse'}"
    publish_people(out, PEOPLE)
    write_report(read_run(out).tables, place / "warehouse" / "report.html")
    where = Places((out,), temporary=place / "tmp")
    assert find_people(["E1"], where, Silent())["found"]
    done = erase(where)
    assert (done["left"], done["files"]["made_again"]) == (0, 1)  # type: ignore[index]
    assert verify_erasures(("E1",), where, Silent())["left"] == 0
    assert verify_erasures((), where, Silent())["left"] == 0
    publish_people(out, PEOPLE, mark=2)
    assert verify_erasures((), where, Silent())["left"] >= 1


def test_several_people_are_one_erasure_and_each_stays_out(place: Path) -> None:
    both = Request(("E1", "E2"), "dpo", "requests 17 and 18", WHEN)
    done = erase_people(both, places(place), key, Silent())
    assert (done["left"], done["runs"][0]["rows"]["segments"]) == (0, 2)
    assert list(read_run(str(place / "out")).tables["segments"]["employee_id"]) == ["E10"]
    assert len(read_run(str(place / "out")).about["erased"]) == 1
    entries = ChainedLog(place / "erasures" / LOG).read().entries
    assert [entry["what"] for entry in entries] == ["erase", "erase", "done", "done"]
    assert Erasures(place / "erasures").erased_among(pa.array(PEOPLE)) == ["E1", "E2"]


def test_a_list_of_people_comes_from_a_file_or_the_input(
    place: Path, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(place / "tmp"))
    (place / "list.txt").write_text("E1\n\nE2\n")
    said = ("--out", place / "out", "--who", "dpo", "--why", "requests")
    code, _, wrong = call("erase", "--list", place / "none.txt", *said)
    assert (code, "none.txt" in wrong) == (2, True)
    monkeypatch.setattr("sys.stdin", io.StringIO("E77\nE78\n"))
    assert call("erase", "-", "--list", place / "list.txt", *said)[0] == 0
    assert list(read_run(str(place / "out")).tables["segments"]["employee_id"]) == ["E10"]
    assert len(ChainedLog(place / "erasures" / LOG).read().entries) == 8


def test_who_was_never_there_and_who_is_gone_get_the_same_answer(place: Path) -> None:
    erase(places(place))
    gone, never = erase(places(place)), erase(places(place), "E77")
    for told in (gone, never):
        told.pop("heads")
        told["sentences"] = told["sentences"][:-1]  # type: ignore[index]
    assert gone == never


def test_what_ptml_may_not_remove_is_named(place: Path) -> None:
    publish_people(str(place / "out.duckdb"), PEOPLE)
    (place / "out" / "notes.txt").write_text("ask E1")
    with duckdb.connect(place / "out.duckdb") as connection:
        connection.execute("CREATE TABLE mine AS SELECT 'E1' AS name")
    done = erase(places(place))
    assert done["left"] == 2
    assert {Path(trace["path"]).name for trace in done["traces"]} == {"notes.txt", "out.duckdb"}  # type: ignore[attr-defined]


def test_a_person_in_the_source_does_not_come_back(place: Path) -> None:
    data = str(source(place / "data", "csv"))
    done = erase(places(place, data=data))
    assert done["source"] == {
        "rows": {"employees": 1, "assignments": 1, "enrolments": 1, "transfer_evidence": 1},
        "erased": False,
    }
    with read_people(data, Settings().source, place / "out", None) as dataset:
        left = dataset.query("SELECT employee_id FROM employees")["employee_id"]
        assert set(left) == {"E10", "E2"}
    readmit_people(request(), places(place).lists, key)
    with read_people(data, Settings().source, place / "out") as dataset:
        assert dataset.rows_read["employees"] == 3


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_source_of_ones_own_is_cut_where_that_is_asked(place: Path, form: str) -> None:
    data = source(place / "data", form)
    before = pd.read_csv(data / "employees.csv") if form == "csv" else None
    write_sums(data, dict.fromkeys((path.name for path in sorted(data.iterdir())), ""))
    done = erase(places(place, data=str(data)), from_data=True)
    assert done["left"] == 0
    wanted = source(place / "wanted", form, "E1")
    for path in sorted(wanted.iterdir()):
        if form == "csv":
            assert (data / path.name).read_text() == path.read_text(), path.name
        else:
            pd.testing.assert_frame_equal(pd.read_parquet(data / path.name), pd.read_parquet(path))
    assert before is None or len(before) == 3
    # The hashes that came with it are those of what is left.
    check_sums(data)
    assert len(read_sums(data)) == len(list(wanted.iterdir()))


def test_a_database_as_source_is_cut_too(place: Path) -> None:
    folder, file = source(place / "data", "parquet"), place / "data.duckdb"
    with duckdb.connect(file) as connection:
        for path in folder.iterdir():
            connection.execute(f"CREATE TABLE {path.stem} AS FROM read_parquet('{path}')")
    shutil.rmtree(folder)
    done = erase(places(place, data=str(file)), from_data=True)
    assert done["left"] == 0
    with duckdb.connect(file, read_only=True) as connection:
        assert connection.execute("SELECT employee_id, manager_id FROM assignments").fetchall() == [
            ("E10", None),
            ("E2", "E10"),
        ]


def test_what_killed_jobs_left_goes_as_a_whole(place: Path) -> None:
    where = places(place)
    scratch = place / "tmp" / "ptml-x"
    scratch.mkdir()
    (scratch / OWNED).touch()
    (scratch / "spill").write_bytes(b"E1")
    (place / "out" / "runs" / ".unfinished").mkdir()
    told = find_people(["E1"], where, Silent())["removed_whole"]
    assert [Path(path).name for path in told] == [".unfinished", "ptml-x"]
    erase(where)
    assert not scratch.exists()
    assert not (place / "out" / "runs" / ".unfinished").exists()


def test_files_about_bugs_and_half_runs_for_servers_go_too_unless_they_are_in_use(
    place: Path,
) -> None:
    where = places(place)
    bug = place / "tmp" / "ptml-bug-20261003T080000Z-17.txt"
    bug.write_text("KeyError: 'E1'")
    mine = place / "tmp" / "ptml-bug-of-mine.txt"
    mine.write_text("E1")
    halves = [place / "tmp" / f"ptml-{name}" / "unfinished" for name in ("0-aa", "bb")]
    for half, lock in zip(halves, ("publishing", "lock"), strict=True):
        (half / "buckets" / "000001").mkdir(parents=True)
        (half.parent / lock).touch()
    fetched = place / "tmp" / "ptml-cc" / "tables"
    fetched.mkdir(parents=True)
    with writer_lock(halves[1].parent / "lock", "s3://people"):
        told = find_people(["E1"], where, Silent())["removed_whole"]
        assert told == [str(halves[0]), str(fetched), str(bug)]
        erase(where)
        assert (bug.exists(), halves[0].exists(), halves[1].exists()) == (False, False, True)
    assert find_people(["E1"], where, Silent())["removed_whole"] == [str(halves[1])]
    assert mine.exists()


@pytest.mark.parametrize(("who", "why"), [("", "x"), ("x", " "), ("E1", "x"), ("x", "E1 asked")])
def test_who_and_why_are_said_and_do_not_name_the_person(who: str, why: str) -> None:
    with pytest.raises(UsageError):
        Request(("E1",), who, why, WHEN)


def test_verifying_finds_a_changed_record_an_unfinished_one_and_a_person_who_is_back(
    place: Path,
) -> None:
    erase(places(place))
    assert verify_erasures((), places(place), Silent())["left"] == 0
    publish_people(str(place / "out"), PEOPLE, mark=2)
    assert verify_erasures((), places(place), Silent())["left"] == 1
    assert verify_erasures(("E1",), places(place), Silent())["left"] > 0
    log = place / "erasures" / LOG
    lines = log.read_text().splitlines(keepends=True)
    log.write_text(lines[0])
    [problem] = verify_erasures((), places(place), Silent())["problems"]
    assert "not finished" in problem
    log.write_text("".join(lines).replace("dpo", "me", 1))
    [problem] = verify_erasures((), places(place), Silent())["problems"]
    assert "changed" in problem


def test_an_erasure_that_was_killed_is_finished_by_the_same_call(place: Path) -> None:
    where = places(place)
    erase(where)
    log = place / "erasures" / LOG
    log.write_text(log.read_text().splitlines(keepends=True)[0])
    erase(where)
    assert [entry["what"] for entry in ChainedLog(log).read().entries] == ["erase", "done"]


def test_what_a_killed_erasure_had_found_is_in_the_record_and_told_when_it_is_finished(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = str(source(place / "data", "csv"))
    where = places(place, data=data)
    with monkeypatch.context() as patch:
        patch.setattr(Places, "look", _stop)
        with pytest.raises(KeyboardInterrupt):
            erase(where, from_data=True)
    done = erase(where, from_data=True)
    assert (done["runs"], done["source"]) == ([], {"rows": {}, "erased": True})
    [begun, ended] = ChainedLog(place / "erasures" / LOG).read().entries
    assert ended["runs"] == []
    assert begun["found"]["runs"][0]["rows"]["segments"] == 1
    assert begun["found"]["source"]["assignments"] == 1
    told = "\n".join(done["sentences"])  # type: ignore[arg-type]
    assert "begun on 2026-10-03T09:00:00+00:00 stopped" in told
    assert "1 segments" in told
    assert "source: 1 rows of assignments" in told
    again = erase(where)
    assert "stopped" not in "\n".join(again["sentences"])  # type: ignore[arg-type]


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_list_of_a_registry_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "registry" / "versions").mkdir(parents=True)
    (tmp_path / "registry" / "moves.jsonl").touch()
    for models in ("registry/champion", "registry/versions/x", "models"):
        assert erasures_beside(tmp_path / models) == tmp_path / "erasures"


def test_the_command_line_asks_dry_first_and_ends_with_its_code(
    place: Path, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(place / "tmp"))
    publish_people(str(place / "out.duckdb"), PEOPLE)
    outs = ("--out", place / "out", "--out", place / "out.duckdb")
    code, told, _ = call("erase", "E1", *outs, "--dry-run")
    assert (code, "1 segments" in told) == (0, True)
    code, _, wrong = call("erase", "E1", *outs)
    assert (code, "--who" in wrong) == (2, True)
    said = ("--who", "dpo", "--why", "request 17")
    code, told, _ = call("erase", "E1", *outs, *said, "--json")
    assert (code, json.loads(told)["left"]) == (0, 0)
    (place / "out" / "notes.txt").write_text("E1")
    code, told, _ = call("erase", "E1", *outs, *said)
    assert (code, "1 places left" in told, "notes.txt" in told) == (3, True, True)
    code, _, wrong = call("erase", "E1", "--out", place / "nowhere", *said)
    assert (code, "nothing at" in wrong) == (2, True)
