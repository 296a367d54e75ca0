"""The list of erased people: keyed hashes in a chain, no id, and a key that nobody else reads."""

import hashlib
import hmac
import stat
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptml.contracts.erasures import ERASE, KEY, LOG, READMIT, Erasures
from ptml.errors import DataError, TryAgainError

KEY_BYTES = bytes(range(32))


def erased(folder: Path, *people: str) -> Erasures:
    one = Erasures(folder)
    with one.writing(lambda: KEY_BYTES):
        for person in people:
            one.append({"what": ERASE, "person": one.hash_of(person)})
    return one


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)))
def test_the_hash_in_sql_is_the_hmac_of_the_standard(tmp_path: Path, ids: list[str]) -> None:
    one = erased(tmp_path / str(len(list(tmp_path.iterdir()))), *ids[::2])
    for person in ids:
        wanted = hmac.new(KEY_BYTES, person.encode(), hashlib.sha256).hexdigest()
        assert one.hash_of(person) == wanted
    assert set(one.erased_among(pa.array(ids, pa.string()))) == set(ids[::2])


def test_no_file_holds_an_id_and_the_key_is_the_owners(tmp_path: Path) -> None:
    one = erased(tmp_path / "e", "E0000017")
    files = list(one.folder.iterdir())
    assert {path.name for path in files} == {KEY, LOG}
    assert all(b"E0000017" not in path.read_bytes() for path in files)
    assert stat.S_IMODE((one.folder / KEY).stat().st_mode) == 0o600


def test_who_is_admitted_again_is_on_the_list_no_more(tmp_path: Path) -> None:
    one = erased(tmp_path / "e", "E1", "E2")
    one.append({"what": READMIT, "person": one.hash_of("E1")})
    assert one.erased_among(pa.array(["E1", "E2", "E3", None])) == ["E2"]


def test_a_lost_key_and_a_changed_list_are_said_and_not_passed_over(tmp_path: Path) -> None:
    one = erased(tmp_path / "e", "E1")
    (one.folder / KEY).rename(one.folder / "elsewhere")
    with pytest.raises(DataError, match="key is missing"):
        one.erased_among(pa.array(["E1"]))
    with pytest.raises(DataError, match="key is missing"):
        erased(one.folder, "E2")
    (one.folder / "elsewhere").rename(one.folder / KEY)
    text = one.log.path.read_text()
    one.log.path.write_text(text.replace("erase", "error", 1))
    with pytest.raises(DataError, match="line 1"):
        one.hashes()


def test_one_erasure_at_a_time(tmp_path: Path) -> None:
    one = Erasures(tmp_path / "e")
    with (
        one.writing(lambda: KEY_BYTES),
        pytest.raises(TryAgainError, match="process"),
        Erasures(tmp_path / "e").writing(lambda: KEY_BYTES),
    ):
        pass
