"""Spaces: typed, widened for what is given, one file each, shipped with the package."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ptml.lift.config import LiftConfig
from ptml.search.space import Dimension, Space, default_space_file, values_of, with_values
from ptml.transfer.config import WarningConfig

ROOT = Path(__file__).parents[2]
X: dict[str, Any] = {"key": "lift.x", "kind": "float", "low": 0.1, "high": 1.0}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"low": 2.0}, "`low` below `high`"),
        ({"high": None}, "`low` below `high`"),
        ({"kind": "int"}, "whole numbers"),
        ({"log": True, "low": 0.0}, "above 0"),
        ({"log": True, "step": 0.1}, "without `step`"),
        ({"step": -0.1}, "`step` above 0"),
        ({"choices": (1, 2)}, "no `choices`"),
        ({"kind": "categorical"}, "two or more"),
        ({"scale": "log"}, "Extra inputs"),
        ({"key": "Lift X"}, "pattern"),
    ],
)
def test_a_dimension_that_makes_no_sense_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Dimension.model_validate(X | change)


def test_a_key_stands_there_once() -> None:
    with pytest.raises(ValidationError, match=r"lift\.x stands there twice"):
        Space.model_validate({"dimension": [X, X]})


def test_what_is_given_lies_within_even_where_the_file_leaves_it_out() -> None:
    ways = {"key": "lift.way", "kind": "categorical", "choices": ("a", "b")}
    wider = Space.model_validate({"dimension": [X, ways]}).around({"lift.x": 3.0, "lift.way": "c"})
    assert wider.dimension[0].high == 3.0
    assert wider.dimension[1].choices == ("a", "b", "c")


def test_values_are_put_in_place_and_checked_anew() -> None:
    found = with_values(WarningConfig(), {"trees.n_leaves": 3, "linear.ridge": 2.0})
    assert values_of(found, ("trees.n_leaves", "linear.ridge")) == {
        "trees.n_leaves": 3,
        "linear.ridge": 2.0,
    }
    assert found.trees.l2 == WarningConfig().trees.l2
    with pytest.raises(ValidationError):
        with_values(LiftConfig(), {"n_leaves": 1})


@pytest.mark.parametrize("name", ["recommend", "lift", "warnings"])
def test_each_space_is_one_file_that_the_wheel_takes_along(name: str) -> None:
    assert default_space_file(name) == ROOT / f"models/{name}/search.toml"
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    packed = build["targets"]["wheel"]["force-include"]
    assert packed[f"models/{name}/search.toml"] == f"ptml/search/spaces/{name}.toml"
    assert not (ROOT / "src/ptml/search/spaces").exists()
