"""Every notebook runs from top to bottom."""

import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.py"))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mpl.use("Agg")
    runpy.run_path(str(path), run_name="__main__")
    assert "oracle's gain" in capsys.readouterr().out
