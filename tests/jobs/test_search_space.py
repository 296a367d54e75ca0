"""A space is held against the settings before any trial."""

from itertools import pairwise
from pathlib import Path

import pytest

from ptml.errors import UsageError
from ptml.jobs.search_space import load_space
from ptml.jobs.settings import Settings, load_settings
from ptml.search.space import values_of

ROOT = Path(__file__).parents[2]
NAMES = ("recommend", "lift", "warnings")


def refused(tmp_path: Path, model: str, text: str) -> str:
    path = tmp_path / "search.toml"
    path.write_text(f"[[dimension]]\n{text}\n")
    with pytest.raises(UsageError) as error:
        load_space(model, path)
    return str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_each_space_holds_the_default_and_says_why_its_bounds_are_as_they_are(name: str) -> None:
    space = load_space(name, None)
    given = values_of(Settings(), space.keys)
    assert space.around(given) == space
    lines = (ROOT / f"models/{name}/search.toml").read_text().splitlines()
    for before, line in pairwise(lines):
        if line == "[[dimension]]":
            assert before.startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_pinned_settings_load_and_say_how_they_were_made(name: str) -> None:
    path = ROOT / f"models/{name}/settings.toml"
    load_settings(path)
    text = path.read_text()
    assert "ptml tune" in text
    assert all(key.rpartition(".")[2] in text for key in load_space(name, None).keys)


def test_a_typo_is_answered_with_the_nearest_key(tmp_path: Path) -> None:
    said = refused(tmp_path, "lift", 'key = "lift.n_leafs"\nkind = "int"\nlow = 4\nhigh = 9')
    assert "unknown setting `lift.n_leafs`; did you mean `lift.n_leaves`?" in said


def test_what_the_model_is_judged_by_cannot_be_searched(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        "warnings",
        'key = "warning.label.weak_below"\nkind = "float"\nlow = 0.1\nhigh = 0.9',
    )
    assert "cannot be searched" in said
    assert "warning.trees.n_leaves" in said


def test_another_models_setting_cannot_be_searched(tmp_path: Path) -> None:
    said = refused(tmp_path, "lift", 'key = "recommend.ridge"\nkind = "float"\nlow = 1\nhigh = 9')
    assert "cannot be searched" in said


def test_a_bound_that_the_setting_refuses_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, "lift", 'key = "lift.n_leaves"\nkind = "int"\nlow = 1\nhigh = 90')
    assert said.count("the setting refuses a value of the space: `lift.n_leaves`") == 2
    assert "got 90" in said
    choices = 'key = "lift.stage"\nkind = "categorical"\nchoices = ["r", "s"]'
    assert "got 's'" in refused(tmp_path, "lift", choices)


def test_a_key_of_the_file_itself_is_checked_too(tmp_path: Path) -> None:
    said = refused(tmp_path, "lift", 'key = "lift.n_leaves"\nkind = "int"\nlow = 4\nhi = 9')
    assert "unknown setting `dimension.0.hi`" in said


def test_a_space_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_space("lift", tmp_path / "none.toml")
