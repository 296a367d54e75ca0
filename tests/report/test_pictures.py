"""The plots of the page as PNG files."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.report.bars import lying
from ptml.report.figures import Figure, PlainTable
from ptml.report.picture import write_picture
from ptml.report.pictures import write_pictures

PNG = b"\x89PNG\r\n"


def evidence() -> pd.DataFrame:
    points = (
        '{"predicted": [0, 1, 2], "observed": [0.1, 1, 2], "low": [0, 0, 1], "high": [1, 2, 3]}'
    )
    check = '{"note": "plain"}'
    rows = [
        ("lift", "curve", "calibration", None, None, None, None, None, points),
        ("lift", "check", "qini", 0.5, 0.2, 0.8, 0.0, "pass", check),
    ]
    columns = ["model", "kind", "name", "value", "low", "high", "bound", "verdict", "payload"]
    return pd.DataFrame(rows, columns=columns)


def test_each_figure_of_a_model_becomes_a_file(tmp_path: Path) -> None:
    written = write_pictures(evidence(), "lift", tmp_path / "plots")
    assert [path.name for path in written] == ["lift-calibration.png", "check-qini.png"]
    assert all(path.read_bytes().startswith(PNG) for path in written)


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = (write_pictures(evidence(), "lift", tmp_path / name)[0] for name in "ab")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("model", ["recommend", "transfer"])
def test_a_model_that_said_nothing_has_no_picture(tmp_path: Path, model: str) -> None:
    assert write_pictures(evidence(), model, tmp_path) == []


def test_bars_are_drawn(tmp_path: Path) -> None:
    plot = lying(["a", "b"], [1.0, 2.0], ["1", "2"], reference=1.5)
    drawn = Figure("bars", "two bars.", "A note.", plot, PlainTable((), ()))
    assert write_picture(drawn, tmp_path / "bars.png").read_bytes().startswith(PNG)
