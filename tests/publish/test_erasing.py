"""Take one person out of published runs: nothing of them stays, and everybody else is as before."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptml.contracts.durable import aside
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, TryAgainError
from ptml.publish import PublishedRun, read_run
from ptml.publish.config import PublishConfig
from ptml.publish.erasing import Erasable, People, erasable
from ptml.publish.folder import CURRENT, RUNS
from ptml.publish.places import place_of
from ptml.traces import Needle, look_at

from .people import NOON, enrolment_of, publish_people
from .runs import ALL_FORMS, on_disk, placed

IDS = st.from_regex(r"[A-Z][0-9]{1,3}([ '\"/é-][A-Z0-9]{1,2})?", fullmatch=True)
DAYS = (date(2026, 9, 25), date(2026, 10, 2))
NOTE = {"at": "2026-10-02T00:00:00+00:00", "people": 1}


@pytest.fixture(params=ALL_FORMS)
def out(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place of every form on a disk."""
    return placed(request.param, tmp_path)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.publish.erasing.database._ATTEMPTS", 1)


def known(place: Erasable, *employee_ids: str) -> People:
    return People.of(employee_ids, [place.known(employee_ids)])


def erase(out: str, *employee_ids: str) -> People:
    place = erasable(out)
    with place.alone():
        whom = known(place, *employee_ids)
        list(place.erase(whom, NOTE))
    return whom


def without(run: PublishedRun, person: str) -> dict[str, pa.Table]:
    """What the tables have to be once the person is gone, row by row."""
    found = {}
    for name, contract in OUTPUT_TABLES.items():
        rows = [_unnamed(row, person) for row in run.arrow(name).to_pylist()]
        kept = [row for row in rows if not _is_theirs(row, person)]
        found[name] = pa.Table.from_pylist(kept, schema=contract.arrow_schema)
    return found


def _is_theirs(row: dict[str, object], person: str) -> bool:
    set_aside = (person, f'{person};"x" has no end')
    return (
        row.get("employee_id") == person
        or row.get("enrolment_id") == enrolment_of(person)
        or row.get("value") in set_aside
    )


def _unnamed(row: dict[str, object], person: str) -> dict[str, object]:
    if row.get("manager_id") == person:
        return {**row, "manager_id": None}
    if "interventions" not in row:
        return row
    acts = json.loads(str(row["interventions"]))
    for act in acts:
        act["owner_id"] = None if act["owner_id"] == person else act["owner_id"]
    return {**row, "interventions": json.dumps(acts, ensure_ascii=False)}


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=st.lists(IDS, min_size=2, max_size=6, unique=True), k=st.integers(0, 5))
def test_nothing_of_anybody_is_left_and_everybody_else_is_as_before(
    tmp_path: Path, out: str, people: list[str], k: int
) -> None:
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    publish_people(out, people)
    person = people[k % len(people)]
    wanted = without(read_run(out), person)
    needle = erase(out, person).needle
    run = read_run(out)
    for name, table in wanted.items():
        assert run.arrow(name).equals(table), name
        assert run.about["rows"][name] == len(table)
    look = look_at([tmp_path], needle)
    assert look.traces == ()
    assert look.unread == ()


def test_an_id_that_begins_another_leaves_the_other_alone(out: str) -> None:
    publish_people(out, ["E1", "E10", "E1 B", "E1-2", "XE1"])
    erase(out, "E1")
    left = read_run(out).tables["segments"]["employee_id"]
    assert list(left) == ["E10", "E1 B", "E1-2", "XE1"]


def test_who_is_only_named_as_a_manager_goes_and_stays_with_those_who_are_looked_for(
    out: str,
) -> None:
    publish_people(out, ["E1", "E2", "E3"])
    erase(out, "E3")
    assert set(erasable(out).people().to_pylist()) == {"E1", "E2"}
    assert read_run(out).tables["people"]["manager_id"].isna().tolist() == [True, False]
    # The manager of E2 is no employee of the run any more, and still somebody to be looked for.
    publish_people(out, ["E1 B", "E1"], part_rows=1, day=DAYS[1])
    erase(out, "E1 B")
    assert list(read_run(out).tables["people"]["manager_id"].isna()) == [True]


def test_a_number_as_an_id_is_told_from_the_number_of_a_course(out: str) -> None:
    publish_people(out, ["1234", "12345", "234"])
    person = erase(out, "1234")
    assert list(read_run(out).tables["segments"]["employee_id"]) == ["12345", "234"]
    assert look_at(erasable(out).files, person.needle).traces == ()


def test_all_kept_runs_are_rewritten_and_stay_in_their_order(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for mark in (1, 2, 3):
        publish_people(str(out), ["E1", "E2"], mark)
    runs = sorted((out / RUNS).iterdir(), key=lambda path: path.stat().st_mtime_ns)
    shown = (out / CURRENT).resolve()
    erase(str(out), "E1")
    assert sorted((out / RUNS).iterdir(), key=lambda path: path.stat().st_mtime_ns) == runs
    assert (out / CURRENT).resolve() == shown
    for run in runs:
        assert pq.read_table(run / "segments.parquet")["employee_id"].to_pylist() == ["E2"]


def test_the_manifest_says_that_somebody_was_erased_and_not_who(out: str) -> None:
    publish_people(out, ["E1", "E2"])
    place = erasable(out)
    before = next(iter(place.find(known(place, "E1")))).before
    erase(out, "E1")
    assert read_run(out).about["erased"] == [{**NOTE, "manifest_before": before}]


def test_erasing_again_changes_nothing(out: str) -> None:
    publish_people(out, ["E1", "E2"])
    erase(out, "E1")
    before = {p: p.read_bytes() for p in on_disk(out).parent.rglob("*") if p.is_file()}
    erase(out, "E1")
    assert {p: p.read_bytes() for p in on_disk(out).parent.rglob("*") if p.is_file()} == before


def test_a_reader_at_work_is_told_and_never_gets_half_of_each(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    publish_people(out, ["E1", "E2"])
    run = read_run(out)
    assert len(run.tables["segments"]) == 2
    erase(out, "E1")
    with pytest.raises(TryAgainError, match="erased"):
        run.arrow("warnings")


def test_who_listed_the_parts_of_a_date_finds_them_gone(tmp_path: Path) -> None:
    out = f"dataset:{tmp_path / 'out'}"
    publish_people(out, ["E1", "E2", "E3"], part_rows=1)
    run = read_run(out)
    before = set(tmp_path.rglob("*.parquet"))
    assert len(run.tables["segments"]) == 3
    erase(out, "E2")
    assert before.isdisjoint(tmp_path.rglob("*.parquet"))
    # Nothing of the person was in this table, and still it is not read beside the one of before.
    with pytest.raises(TryAgainError, match="read it again"):
        run.arrow("course_health")
    assert list(read_run(out).tables["segments"]["employee_id"]) == ["E1", "E3"]


def test_a_date_that_was_killed_between_two_renames_is_put_back(tmp_path: Path) -> None:
    out = f"dataset:{tmp_path / 'out'}"
    publish_people(out, ["E1", "E2"])
    [day] = (tmp_path / "out").glob("as_of=*")
    day.rename(aside(day))
    erase(out, "E1")
    assert list(read_run(out).tables["segments"]["employee_id"]) == ["E2"]
    assert look_at([tmp_path], Needle(frozenset({"E1"}))).traces == ()


@pytest.mark.parametrize("form", ALL_FORMS[2:])
def test_every_date_is_rewritten_once_for_several_people(tmp_path: Path, form: str) -> None:
    out = placed(form, tmp_path)
    for mark, day in enumerate(DAYS):
        publish_people(out, ["E1", "E2", "E3", "E10"], mark, day)
    place = erasable(out)
    with place.alone():
        changes = list(place.erase(known(place, "E1", "E3"), {**NOTE, "people": 2}))
    assert sum(change.rows["segments"] for change in changes) == 2 * len(DAYS)
    assert set(place.people().to_pylist()) == {"E2", "E10"}
    [entry] = read_run(out).about["erased"]
    assert entry["people"] == 2
    assert look_at([tmp_path], Needle(frozenset({"E1", "E3"}))).traces == ()


def test_other_tables_of_a_database_and_its_views_stay(tmp_path: Path) -> None:
    out = str(tmp_path / "out.duckdb")
    publish_people(out, ["E1", "E2"])
    with duckdb.connect(out) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 'x' AS a")
        connection.execute("CREATE VIEW seen AS SELECT employee_id FROM segments")
    erase(out, "E1")
    with duckdb.connect(out, read_only=True) as connection:
        assert connection.execute("FROM mine").fetchall() == [("x",)]
        assert connection.execute("FROM seen").fetchall() == [("E2",)]


def test_a_database_that_is_open_elsewhere_is_left_as_it_is(tmp_path: Path) -> None:
    out = str(tmp_path / "out.duckdb")
    publish_people(out, ["E1", "E2"])
    code = f"import duckdb; c = duckdb.connect({out!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(TryAgainError, match="open elsewhere"):
            erase(out, "E1")
        holder.communicate("\n")
    assert len(read_run(out).tables["segments"]) == 2


def test_a_damaged_run_is_named_and_not_sealed_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish_people(str(out), ["E1", "E2"])
    file = (out / CURRENT).resolve() / "course_health.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(DataError, match="course_health"):
        erase(str(out), "E1")


def test_an_unfinished_run_goes_as_a_whole(out: str) -> None:
    publish_people(out, ["E1", "E2"])
    place = erasable(out)
    assert place.leftovers() == []
    staging = place_of(out, lambda: NOON, PublishConfig()).staging
    staging.mkdir(parents=True)
    (staging / "lift.parquet").write_text("E1")
    assert place.leftovers() == [str(staging)]
    erase(out, "E1")
    assert not staging.exists()
