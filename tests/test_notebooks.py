"""Every notebook runs in a kernel of its own, defines nothing, and shows plots."""

import ast
import base64
import io
from pathlib import Path
from typing import Any

import jupytext
import matplotlib.image
import numpy as np
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.py"))
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
SECONDS = 300

notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def plots_of(notebook: Any) -> list[np.ndarray]:
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    images = [out["data"]["image/png"] for out in outputs if "image/png" in out.get("data", {})]
    return [matplotlib.image.imread(io.BytesIO(base64.b64decode(image))) for image in images]


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} >= {
        "first_look",
        "lift_study",
        "reading_shap",
        "recommender_comparison",
    }


@notebooks
def test_notebook_defines_nothing_and_imports_ptml(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, DEFINITIONS)] == []
    imported = {name.name for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
    assert "ptml" in imported


@notebooks
def test_notebook_reads_like_an_essay(path: Path) -> None:
    cells = jupytext.read(path).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert cells[0].cell_type == "markdown"
    assert "**Question.**" in text
    assert "## What not to conclude" in text


@notebooks
@pytest.mark.filterwarnings("default")
def test_notebook_runs_and_its_plots_are_not_empty(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests run side by side: a kernel that takes every core makes all of them wait.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    notebook = jupytext.read(path)
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=place).execute()
    plots = plots_of(notebook)
    assert len(plots) >= 2
    for plot in plots:
        # Axes and words are black: what is in colour is data.
        is_coloured = np.ptp(plot[..., :3], axis=-1) > 0.1
        assert is_coloured.mean() > 0.001
    told = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert [out["text"] for out in told if out.get("name") == "stderr"] == []
