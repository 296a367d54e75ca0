"""The command line under harm: a small part of what `make bench-faults` tries."""

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ptml.errors import DataError
from ptml.jobs.faults.calls import Calls
from ptml.jobs.faults.content import Content
from ptml.jobs.faults.damage import NOTICED, damage_published
from ptml.jobs.faults.forms import DUCKDB, FOLDER, Form
from ptml.jobs.faults.kills import kill_at_points, killed_and_resumed
from ptml.jobs.faults.lab import Lab
from ptml.jobs.faults.order import Ended, Harm
from ptml.jobs.faults.page import Page, write_page
from ptml.jobs.faults.points import points_of_showing
from ptml.jobs.faults.rivals import second_while_first_writes
from ptml.jobs.faults.tally import SILENT, Tally, bad_share
from ptml.jobs.faults.wire import Wire


@pytest.fixture(scope="module")
def lab(
    organisation: Path, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """The organisation of the tests, and a process that calls the command line."""
    with Calls() as calls:
        folder = tmp_path_factory.mktemp("lab")
        yield Lab(folder, organisation, models, calls, bucket_employees=200)


def is_well(tally: Tally) -> bool:
    """Whether nothing was lost, doubled, half or left behind."""
    assert tally.notes == []
    return not (tally.bad or tally.lost or tally.doubled or tally.left)


@pytest.mark.parametrize(
    ("form", "point"),
    [
        (FOLDER, "after the rename"),
        (FOLDER, "half way through the clean-up"),
        (DUCKDB, "in the transaction"),
    ],
)
def test_a_call_that_is_killed_while_it_shows_its_run(lab: Lab, form: Form, point: str) -> None:
    tally = Tally("killed", form.name)
    kill_at_points(lab, form, {point: points_of_showing(form)[point]}, tally)
    assert tally.codes == {-signal.SIGKILL: 1}
    assert tally.same == 1
    assert is_well(tally)


def test_a_call_that_is_killed_twice_and_then_ends(lab: Lab) -> None:
    tally = Tally("killed", FOLDER.name)
    killed_and_resumed(
        lab, FOLDER, [Harm("os.rename", r"buckets/\.000001$"), Harm(cpu_seconds=0.3)], tally
    )
    assert tally.before == 2
    assert tally.new == 1
    assert is_well(tally)


def test_a_second_call_is_told_who_writes(lab: Lab) -> None:
    tally = Tally("a second call", FOLDER.name)
    with Calls() as rival:
        second_while_first_writes(lab, FOLDER, rival, 1, tally)
    assert tally.codes == {75: 1, -signal.SIGKILL: 1}
    assert is_well(tally)


def test_a_point_that_is_not_reached_is_told(lab: Lab) -> None:
    tally = Tally("killed", FOLDER.name)
    kill_at_points(lab, FOLDER, {"nowhere": Harm("os.rename", "no such name")}, tally)
    assert "'nowhere' was not reached: exit code 0" in tally.notes[0]


@pytest.mark.parametrize("form", [FOLDER, DUCKDB])
def test_a_flipped_bit_of_what_is_published_is_noticed(lab: Lab, form: Form) -> None:
    tally = Tally("a bit", form.name)
    damage_published(lab, form, 8, tally, np.random.default_rng(1))
    assert tally.outcomes[NOTICED] > 0
    assert tally.outcomes[SILENT] == 0
    assert set(tally.codes) == {DataError.exit_code}


def test_rows_that_are_lost_and_doubled_are_counted() -> None:
    whole = Content("r", {"lift": np.array([1, 2, 2, 3], dtype=np.uint64)})
    other = Content("r", {"lift": np.array([1, 1, 1, 2], dtype=np.uint64)})
    assert other.lost_and_doubled(whole) == (2, 2)
    assert whole.lost_and_doubled(whole) == (0, 0)


def test_the_page_tells_what_went_wrong_and_how_sure_it_is(tmp_path: Path) -> None:
    good = Tally("killed", "folder", trials=60, ended=60, same=60, before=60, new=60)
    bad = Tally("disk full", "folder", trials=40, ended=40, same=39, before=40, new=39, half=1)
    bad.ended_with(Ended(75, "", "", 1.0, left=1))
    for code in (-signal.SIGKILL, -signal.SIGABRT):
        bad.ended_with(Ended(code, "", "", 1.0, left=0))
    bad.notes.append("a reader saw another run")
    assert Tally.loaded(bad.saved()) == bad
    page = Page("ptml bench faults", 3.0, 2, ["f" * 64], 70, [good, bad])
    write_page(tmp_path / "page.md", page)
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "100 trials, 1 of the calls killed, 200 looks of a reader: 2 trials" in text
    assert re.search(
        r"\| disk full \| folder \| 40 \| 40 / 39 / \*\*1\*\* \|.* processes 1 \|", text
    )
    assert "- disk full, folder: a reader saw another run" in text
    assert bad_share([good])[2] == pytest.approx(0.060, abs=0.001)


def test_a_wire_that_is_cut_ends_what_it_carries_and_lets_nothing_through_till_it_is_mended() -> (
    None
):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with Wire(lambda: socket.create_connection(("127.0.0.1", port))) as wire:
            with socket.create_connection(("127.0.0.1", wire.port)) as here:
                there, _ = server.accept()
                with there:
                    here.sendall(b"question")
                    assert there.recv(8) == b"question"
                    there.sendall(b"answer")
                    assert here.recv(6) == b"answer"
                    wire.is_cut = True
                    wire.cut()
                    assert here.recv(1) == b""
            with socket.create_connection(("127.0.0.1", wire.port)) as refused:
                assert refused.recv(1) == b""
            wire.mend()
            with socket.create_connection(("127.0.0.1", wire.port)) as here:
                there, _ = server.accept()
                with there:
                    here.sendall(b"again")
                    assert there.recv(5) == b"again"
