"""Plots: every point is within the frame, and what is written into them is escaped."""

import re

from ptml.monitor.drawing import foretold_and_seen

DRAWN = {
    "foretold": [0.5, 2.0],
    "observed": [1.0, -3.0],
    "low": [-1.0, -6.0],
    "high": [3.0, 0.0],
    "names": ["C1", "<C2>"],
}


def test_each_point_is_drawn_within_the_frame_with_its_interval() -> None:
    svg = foretold_and_seen(DRAWN)
    assert svg.count("<circle") == 2
    assert svg.count('class="line ours thin"') == 2
    for points in re.findall(r'points="([^"]*)"', svg):
        for point in points.split():
            x, y = map(float, point.split(","))
            assert 44 <= x <= 340
            assert 0 <= y <= 130


def test_names_are_escaped_and_nothing_is_drawn_of_nothing() -> None:
    assert "<C2>" not in foretold_and_seen(DRAWN)
    assert foretold_and_seen({"foretold": [], "observed": [], "low": [], "high": []}) == ""
