"""A process at the end of a pipe: what it is asked, what comes back, how it ends."""

from pathlib import Path

import pyarrow as pa
import pytest

from ptml.features.bucket import Bucket
from ptml.jobs.models import ModelsAt
from ptml.jobs.worker_process import ProcessDiedError, WorkerProcess, _told, first_ready

ALL = Bucket(0, 1)


@pytest.fixture
def nowhere(tmp_path: Path) -> ModelsAt:
    return ModelsAt(tmp_path / "models", ("lift",), ())


def test_an_error_comes_back_as_it_was_and_the_process_ends_when_it_is_told(
    tmp_path: Path, nowhere: ModelsAt
) -> None:
    process = WorkerProcess(tmp_path, nowhere)
    for _ in range(2):
        process.begin(ALL, {"employees": pa.table({"employee_id": ["A"]})})
        assert first_ready([process]) == [process]
        with pytest.raises(FileNotFoundError) as error:
            process.answer()
        assert "in a process side by side" in error.value.__notes__[0]
    process.end(is_told=True)
    assert process._process.exitcode == 0


def test_a_death_is_seen_and_nothing_can_be_asked_of_the_dead(
    tmp_path: Path, nowhere: ModelsAt
) -> None:
    process = WorkerProcess(tmp_path, nowhere)
    process._process.kill()
    process._process.join()
    assert first_ready([process]) == [process]
    with pytest.raises(ProcessDiedError):
        process.answer()
    with pytest.raises(ProcessDiedError):
        process.begin(ALL, {})
    process.end(is_told=True)


def test_a_process_that_is_not_told_ends_at_once(tmp_path: Path, nowhere: ModelsAt) -> None:
    process = WorkerProcess(tmp_path, nowhere)
    process.end(is_told=False)
    assert process._process.exitcode


def test_an_error_that_cannot_be_sent_is_told_in_words() -> None:
    class Odd(Exception):
        """Known here only."""

    told = _told(Odd("five"))
    assert type(told) is RuntimeError
    assert str(told) == "Odd: five"
