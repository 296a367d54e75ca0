"""Take people out of an object store: all kept runs at once, faults, older versions of objects."""

from datetime import timedelta
from pathlib import Path

import pytest

from ptml.contracts.store import open_store
from ptml.errors import DataError, TryAgainError
from ptml.publish import read_run
from ptml.publish.erasing import People, erasable
from ptml.publish.erasing.store import ErasableStore
from ptml.publish.lease import Lease

from .people import NOON, publish_people
from .stores import BUCKET, LocalStore

OUT = f"s3://{BUCKET}/weekly"
PEOPLE = ["E1", "E10", "E2"]


def place_there() -> ErasableStore:
    place = erasable(OUT, lambda: NOON + timedelta(hours=1))
    assert isinstance(place, ErasableStore)
    return place


def erase(*employee_ids: str) -> People:
    place = place_there()
    with place.alone():
        whom = People.of(employee_ids, [place.known(employee_ids)])
        list(place.erase(whom, {"at": "2026-10-02", "people": len(employee_ids)}))
    return whom


def segments() -> list[str]:
    return list(read_run(OUT).tables["segments"]["employee_id"])


def all_bytes() -> dict[str, bytes | None]:
    store = open_store(OUT)
    return {name: store.read(name) for name in store.names() if ".publishing" not in name}


def test_every_kept_run_is_sent_anew_and_nothing_is_left(store: LocalStore, tmp_path: Path) -> None:
    for mark in (1, 2):
        publish_people(OUT, PEOPLE, mark)
    before = open_store(OUT).names("runs")
    place = place_there()
    found = list(place.find(People.of(["E1"], [place.known(["E1"])])))
    assert [change.rows["segments"] for change in found] == [1, 1]
    whom = erase("E1")
    assert segments() == ["E10", "E2"]
    assert before.keys().isdisjoint(open_store(OUT).names("runs"))
    assert len(open_store(OUT).names("runs")) == len(before)
    look = place.elsewhere(whom.needle)
    assert (look.traces, look.unread) == ((), ())
    assert look.looked_at >= len(before)
    assert set(place.people().to_pylist()) == {"E10", "E2"}
    about = read_run(OUT).about
    assert about["rows"]["segments"] == 2
    assert about["erased"][0]["manifest_before"] == found[0].before
    after = all_bytes()
    erase("E1")
    assert all_bytes() == after
    assert not list(tmp_path.rglob("erasing-*"))


def test_what_is_there_names_the_person_until_then(store: LocalStore) -> None:
    publish_people(OUT, PEOPLE)
    traces = place_there().elsewhere(People(frozenset({"E1"})).needle).traces
    assert any(trace.path.startswith(f"{OUT}/runs/") for trace in traces)


def test_who_opened_a_run_is_told_that_it_is_gone(store: LocalStore) -> None:
    publish_people(OUT, PEOPLE)
    run = read_run(OUT)
    assert len(run.tables["segments"]) == 3
    erase("E1")
    with pytest.raises(TryAgainError, match="read again"):
        run.arrow("warnings")


@pytest.mark.parametrize(("holds", "after"), [("segments.parquet", False), ("current.json", False)])
def test_a_store_that_fails_shows_the_run_before_or_after_and_the_next_call_finishes(
    store: LocalStore, holds: str, after: bool
) -> None:
    publish_people(OUT, PEOPLE)
    store.fail({"times": 9, "status": 503, "method": "PUT", "holds": holds, "after": after})
    with pytest.raises(TryAgainError):
        erase("E1")
    store.fail()
    assert segments() in (PEOPLE, PEOPLE[1:])
    whom = erase("E1")
    assert segments() == PEOPLE[1:]
    assert place_there().elsewhere(whom.needle).traces == ()


def test_versions_that_the_bucket_keeps_go_too(store: LocalStore) -> None:
    held = open_store(OUT)
    held.system.call_s3(
        "put_bucket_versioning", Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    publish_people(OUT, PEOPLE)
    name = next(iter(held.names("runs")))
    held.put(name, held.read(name) or b"")
    assert held.old_versions("runs/")
    erase("E1")
    assert held.old_versions("runs/") == []
    assert segments() == PEOPLE[1:]
    held.system.call_s3(
        "put_bucket_versioning", Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}
    )
    held.remove_versions(held.old_versions(""))


def test_versions_that_may_not_be_listed_are_told_as_left(store: LocalStore) -> None:
    publish_people(OUT, PEOPLE)
    store.fail({"times": 99, "status": 403, "holds": "versions", "code": "AccessDenied"})
    whom = erase("E1")
    [trace] = place_there().elsewhere(whom.needle).traces
    assert "could not be listed" in trace.where


def test_another_publisher_is_not_disturbed(store: LocalStore) -> None:
    publish_people(OUT, PEOPLE)
    lease = Lease(open_store(OUT), lambda: NOON + timedelta(hours=1), 120)
    with lease.held(), pytest.raises(TryAgainError, match="is writing to"):
        erase("E1")


def test_a_damaged_run_is_named_and_nothing_is_removed(store: LocalStore) -> None:
    publish_people(OUT, PEOPLE)
    held = open_store(OUT)
    name = next(name for name in held.names("runs") if "course_health" in name)
    held.put(name, (held.read(name) or b"")[:-1] + b"x")
    before = all_bytes()
    with pytest.raises(DataError, match="course_health"):
        erase("E1")
    held.put("current.json", b"{}")
    with pytest.raises(DataError, match=r"current.json"):
        erase("E1")
    assert all_bytes() == {**before, "current.json": b"{}"}


def test_an_unfinished_run_on_this_machine_goes_as_a_whole(store: LocalStore) -> None:
    publish_people(OUT, PEOPLE)
    place = place_there()
    staging = place._place.staging
    staging.mkdir(parents=True)
    (staging / "lift.parquet").write_text("E1")
    assert place.leftovers() == [str(staging)]
    erase("E1")
    assert not staging.exists()
