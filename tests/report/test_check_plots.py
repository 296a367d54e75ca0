import re
from typing import Any

import pytest

from ptml.report import render_report
from ptml.report.bars import BarPlot
from ptml.report.check_plots import check_figure
from ptml.report.curves import SMALL, XYPlot
from ptml.report.figures import Figure
from ptml.report.findings import Findings
from ptml.report.intervals import IntervalPlot

from .published import DRAWN_CHECKS, evidence, full_run


def _figure(name: str, payload: Any = None, **figures: Any) -> Figure | None:
    told = DRAWN_CHECKS.get(name, {}) if payload is None else payload
    row = {"model": "lift", "kind": "check", "name": name, "payload": told, **figures}
    (item,) = Findings.read(evidence([row])).items
    return check_figure(item, {"C1": "Cost accounting"})


def _drawn(name: str, payload: Any = None, **figures: Any) -> Figure:
    figure = _figure(name, payload, **figures)
    assert figure is not None
    return figure


def _intervals(figure: Figure) -> IntervalPlot:
    assert isinstance(figure.plot, IntervalPlot)
    return figure.plot


def test_overlap_draws_takers_as_an_area_and_controls_as_steps_without_empty_ends() -> None:
    figure = _drawn("overlap", value=0.91, bound=0.95)
    assert isinstance(figure.plot, XYPlot)
    assert figure.plot.size == SMALL
    (controls,) = figure.plot.lines
    # Three bins are in use: eight corners from foot to foot.
    assert len(controls.points) == len(figure.plot.area.split()) == 8
    assert controls.points[0][1] == controls.points[-1][1] == SMALL.foot
    assert [row[0] for row in figure.numbers.rows] == [
        "0.1\u202f% to 1\u202f%",
        "1\u202f% to 10\u202f%",
        "10\u202f% to 100\u202f%",
    ]


def test_balance_marks_what_is_beyond_the_line_and_keeps_the_line_in_sight() -> None:
    figure = _drawn("balance", value=0.13, bound=0.1, verdict="fail")
    plot = _intervals(figure)
    assert [placed.row.label for placed in plot.rows] == ["started ever", "role take rate"]
    assert [placed.row.tone for placed in plot.rows] == ["harms", "ours"]
    assert plot.band is not None
    assert plot.band[1] > 15
    # 1.9 deviations before weighting would squeeze the rest: its circle is at the edge.
    assert plot.rows[1].others == (100.0,)
    assert "at the edge" in figure.note
    assert figure.numbers.rows[1] == ("role take rate", "\u22121.90", "\u22120.02")


def test_balance_shows_the_largest_and_lists_all() -> None:
    n = 15
    told = {"covariates": [f"c_{k}" for k in range(n)], "before": [0.2] * n, "after": [0.05] * n}
    figure = _drawn("balance", told, value=0.05, bound=0.1)
    assert len(_intervals(figure).rows) == 8
    assert len(figure.numbers.rows) == n


def test_placebo_stands_over_its_bound_with_the_part_that_is_judged() -> None:
    figure = _drawn("placebo_two_quarters_before", value=0.0, low=-0.3, high=0.3, bound=0.5)
    plot = _intervals(figure)
    (placed,) = plot.rows
    assert placed.inner is not None
    assert placed.start is not None
    assert placed.end is not None
    assert plot.band is not None
    assert plot.band[0] < placed.start < placed.inner[0] < 50 < placed.inner[1] < placed.end
    assert placed.end < plot.band[1]
    # 2.9 is clear of 0 at an error of 1; a course without a figure does not count.
    assert "Of 2 courses, 1 is clear of 0 alone" in figure.note


def test_permutations_are_a_strip_apart_from_the_real_estimate() -> None:
    plot = _intervals(_drawn("permuted_treatment", value=0.01, bound=0.1, verdict="pass"))
    lot, real = plot.rows
    assert len(lot.others) == 3
    assert real.dot is not None
    assert real.dot > max(lot.others)
    assert (lot.row.tone, real.row.tone) == ("unclear", "ours")


def test_designs_are_one_dot_a_course_that_both_know_of() -> None:
    figure = _drawn("designs_agree", value=0.2, bound=0.5)
    assert isinstance(figure.plot, XYPlot)
    assert len(figure.plot.dots) == 2
    assert figure.plot.lines[0].tone == "reference"
    assert figure.numbers.rows[0] == ("+1.2", "+1.6")


def test_a_course_far_off_does_not_squeeze_the_others() -> None:
    ordinary = [-1.0, 1.0] * 20
    told = {"first": [*ordinary, 90.0], "second": [*ordinary, 1.0]}
    figure = _drawn("designs_agree", told, value=0.0, bound=0.5)
    assert isinstance(figure.plot, XYPlot)
    assert figure.plot.x_axis.high < 5
    assert figure.plot.dots[-1].x == SMALL.end
    assert "1 course beyond the axes at the edge" in figure.note


def test_the_hidden_confounder_is_a_line_beyond_the_recorded_ones() -> None:
    figure = _drawn("hidden_confounder", value=0.082, bound=0.021)
    assert isinstance(figure.plot, BarPlot)
    assert figure.plot.reference == 100.0
    assert [bar.label for bar in figure.plot.bars] == ["last score", "started ever"]
    assert figure.plot.bars[0].length == pytest.approx(25.6, abs=0.1)


def test_a_recorded_confounder_that_is_stronger_reaches_past_the_line() -> None:
    figure = _drawn("hidden_confounder", value=0.01, bound=0.021)
    assert isinstance(figure.plot, BarPlot)
    assert figure.plot.reference == pytest.approx(47.6, abs=0.1)
    assert figure.plot.bars[0].length == 100.0


@pytest.mark.parametrize("name", ["beats_constant", "beats_zero", "rate_autoc", "qini"])
def test_held_out_gains_are_intervals_beside_nothing(name: str) -> None:
    plot = _intervals(_drawn(name, {}, value=0.3, low=0.1, high=0.5, bound=0.0))
    (placed,) = plot.rows
    assert plot.reference is not None
    assert placed.start is not None
    assert plot.reference < placed.start


def test_a_lift_too_large_to_believe_names_its_courses_by_title() -> None:
    told = {"courses": ["C1", "C9"]}
    figure = _drawn("plausible_size", told, value=0.8, bound=0.6, verdict="fail")
    assert "To be looked at: \u201cCost accounting\u201d and \u201cC9\u201d." in figure.note
    assert _intervals(figure).rows[0].row.tone == "harms"


def test_a_list_of_courses_that_is_none_names_nobody() -> None:
    assert "looked at" not in _drawn("plausible_size", {"courses": 7}, value=0.1, bound=0.6).note


@pytest.mark.parametrize("name", [*DRAWN_CHECKS, "beats_zero", "qini", "of_another_name"])
@pytest.mark.parametrize(
    "payload",
    [
        {},
        {
            "edges": [1],
            "takers": [0.1],
            "controls": "x",
            "covariates": ["a"],
            "before": [None],
            "after": ["x"],
            "strength": [None],
            "draws": [None],
            "real": 1,
            "first": [None],
            "second": [1],
        },
        {"edges": [0, 1], "takers": [0], "controls": [0], "draws": 3, "courses": 7},
    ],
)
def test_a_check_that_told_nothing_to_draw_has_no_plot(name: str, payload: Any) -> None:
    assert _figure(name, payload) is None


def test_no_machine_name_reaches_the_checks_on_the_page() -> None:
    page = render_report(full_run(12))
    start = page.index('id="model-lift"')
    section = page[start : page.index('id="model-warning"')]
    shown = re.sub(r"<[^>]*>", " ", section[: section.index('class="settings"')])
    assert section.count('class="small"') == len(DRAWN_CHECKS) + 4
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", shown) == []
    assert "must pass" in shown
