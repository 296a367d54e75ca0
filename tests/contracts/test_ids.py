"""External ids and their codes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.contracts.ids import IdMap

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@given(st.lists(_TEXT))
def test_codes_are_positions_of_the_sorted_distinct_ids(values: list[str]) -> None:
    ids = IdMap.of(values)
    assert ids.ids.tolist() == sorted(set(values))
    assert [ids.ids[code] for code in ids.codes(values)] == values


def test_an_unknown_or_missing_id_is_minus_one() -> None:
    ids = IdMap.of(["b", "a", None, "b"])
    codes = ids.codes(["a", "c", None, "b"])
    assert codes.tolist() == [0, -1, -1, 1]
    assert codes.dtype == np.int32


def test_ids_come_from_any_iterable() -> None:
    frame = pd.DataFrame({"x": ["b", None, "a"]})
    assert IdMap.of(frame["x"]) == IdMap.of(np.array(["a", "b"])) == IdMap.of(iter("ab"))
    assert IdMap.of(["a"]) != IdMap.of(["b"])


def test_no_ids_make_an_empty_map() -> None:
    assert len(IdMap.of([])) == 0
    assert IdMap.of([]).codes(["a"]).tolist() == [-1]


def test_membership() -> None:
    assert "a" in IdMap.of(["a"])
    assert "b" not in IdMap.of(["a"])


def test_a_saved_map_comes_back(tmp_path: Path) -> None:
    ids = IdMap.of(["b", "é", "a"])
    ids.save(tmp_path / "ids.json")
    assert IdMap.load(tmp_path / "ids.json") == ids


@pytest.mark.parametrize("text", ['["b", "a"]', '["a", "a"]', '{"a": 1}', "[1, 2]"])
def test_a_file_that_save_did_not_write_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "ids.json").write_text(text)
    with pytest.raises(ValueError, match="not a sorted list of distinct ids"):
        IdMap.load(tmp_path / "ids.json")
