"""A log that only grows: what is changed, taken out or cut half way is seen."""

import json
from pathlib import Path

import pytest

from ptml.contracts.chained_log import START, ChainedLog
from ptml.errors import DataError


@pytest.fixture
def log(tmp_path: Path) -> ChainedLog:
    made = ChainedLog(tmp_path / "moves.jsonl")
    for what in ("one", "two", "three"):
        made.append({"what": what})
    return made


def test_each_line_holds_the_hash_of_the_one_before(log: ChainedLog) -> None:
    found = log.read()
    assert [entry["what"] for entry in found.entries] == ["one", "two", "three"]
    befores = [START, *(entry["hash"] for entry in found.entries[:-1])]
    assert [entry["before_hash"] for entry in found.entries] == befores
    assert found.problem is None
    assert found.head == found.entries[-1]["hash"]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: [lines[0], lines[1].replace(b"two", b"2wo"), lines[2]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], lines[0], lines[1], lines[2]],
        lambda lines: [lines[0], b"nonsense", lines[2]],
    ],
)
def test_a_tampered_log_is_found_and_nothing_is_added_to_it(log: ChainedLog, tamper) -> None:  # type: ignore[no-untyped-def]
    lines = log.path.read_bytes().splitlines()
    log.path.write_bytes(b"\n".join(tamper(lines)) + b"\n")
    assert log.read().problem is not None
    with pytest.raises(DataError, match="changed"):
        log.append({"what": "four"})


def test_a_line_written_anew_with_its_own_hash_breaks_the_next(log: ChainedLog) -> None:
    lines = log.path.read_bytes().splitlines()
    other = ChainedLog(log.path.with_name("other.jsonl"))
    other.append({"what": "forged"})
    log.path.write_bytes(b"\n".join([other.path.read_bytes().strip(), *lines[1:]]) + b"\n")
    assert "line 2" in str(log.read().problem)


def test_a_line_that_was_not_written_to_its_end_is_told_and_cut_off(log: ChainedLog) -> None:
    whole = log.path.read_bytes()
    log.path.write_bytes(whole + b'{"what": "fo')
    found = log.read()
    assert found.torn
    assert len(found.entries) == 3
    log.append({"what": "four"})
    assert not log.read().torn
    assert json.loads(log.path.read_bytes().splitlines()[3])["what"] == "four"
