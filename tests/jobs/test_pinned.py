"""Pinned settings come back as they were."""

from pathlib import Path

import pytest

from ptml.jobs.pinned import write_pinned
from ptml.jobs.resolved import resolve
from ptml.jobs.settings import Settings, load_settings


def test_what_was_searched_and_what_was_given_comes_back(tmp_path: Path) -> None:
    given = Settings.model_validate(
        {
            "seed": 3,
            "lift": {"base_quarters": [3, 4], "n_trees": 50},
            "warning": {"label": {"weak_below": 0.4}, "reviews_per_week": 5.0},
            "scoring": {"language": "zh-Hant"},
        }
    )
    path = tmp_path / "settings.toml"
    write_pinned(path, given, {"lift.stage": "dr", "warning.trees.n_leaves": 8}, ["Why so."])
    found = load_settings(path)
    assert found.lift.stage == "dr"
    assert found.model_copy(update={"lift": found.lift.model_copy(update={"stage": "r"})}) == given
    text = path.read_text()
    assert text.startswith("# Why so.\n")
    # Chosen, though it is the default.
    assert "n_leaves = 8" in text


def test_what_was_pinned_is_a_base_of_a_pipeline(tmp_path: Path) -> None:
    write_pinned(tmp_path / "pinned.toml", Settings(seed=3), {"lift.n_trees": 7}, ["Why so."])
    file = tmp_path / "train.toml"
    file.write_text('base = "pinned.toml"\njob = "train"\n')
    found = resolve(file).run.settings
    assert (found.seed, found.lift.n_trees) == (3, 7)


@pytest.mark.parametrize("model", ["recommend", "lift", "warnings"])
def test_what_is_pinned_here_is_a_base_and_stands_alone(model: str, tmp_path: Path) -> None:
    pinned = Path(__file__).parents[2] / "models" / model / "settings.toml"
    file = tmp_path / "train.toml"
    file.write_text(f'base = "{pinned}"\njob = "train"\n')
    assert resolve(file).run.settings == load_settings(pinned)


def test_long_lines_are_wrapped_and_commands_are_not(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    command = "  ptml tune " + "word " * 40
    write_pinned(path, Settings(), {"lift.n_trees": 7}, ["word " * 60, command])
    lines = path.read_text().splitlines()
    assert f"# {command}".rstrip() in lines
    assert max(len(line) for line in lines if "tune" not in line) <= 100
