"""kill -9 while a person is erased: every run stays readable, and the next call finishes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ptml.publish import read_run
from ptml.traces import Needle, look_at

from .killed_eraser import erase
from .people import enrolment_of, publish_people
from .runs import ALL_FORMS, is_duckdb, on_disk, placed
from .talker import Talker, talking

PEOPLE = ["E1", "E10", "E2"]
NEEDLE = Needle(frozenset({"E1", enrolment_of("E1")}))
MAX_STEPS = 1500


@pytest.fixture(params=ALL_FORMS)
def out(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place of every form on a disk."""
    return placed(request.param, tmp_path)


@pytest.fixture(scope="module")
def eraser() -> Iterator[Talker]:
    """Erase in another process that dies before a step."""
    with talking("tests.publish.killed_eraser") as ask:
        yield ask


def test_killed_before_any_step(eraser: Talker, out: str, tmp_path: Path) -> None:
    there = on_disk(out)
    publish_people(out, PEOPLE)
    whole = tmp_path / "whole" / there.name
    whole.parent.mkdir()
    there.rename(whole)
    seen = set()
    for step in range(1, MAX_STEPS, 17 if is_duckdb(out) else 61):
        shutil.rmtree(there, ignore_errors=True)
        (shutil.copy2 if is_duckdb(out) else _copied)(whole, there)
        answer = eraser(out=out, person="E1", step=step)
        people = tuple(read_run(out).tables["segments"]["employee_id"])
        seen.add(people)
        if answer == "done":
            break
        if step % 4 == 1:
            erase(out, "E1")
            assert (
                look_at([p for p in tmp_path.iterdir() if p != whole.parent], NEEDLE).traces == ()
            )
    else:
        pytest.fail("the eraser never got through")
    assert step > 10
    assert seen == {tuple(PEOPLE), tuple(PEOPLE[1:])}


def _copied(whole: Path, out: Path) -> None:
    shutil.copytree(whole, out, symlinks=True)
