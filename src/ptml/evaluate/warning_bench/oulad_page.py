"""Part of the page: real students, the Open University's modules."""

import math
from collections.abc import Sequence
from typing import Any

from ptml.evaluate.warning_bench.methods import NAMES
from ptml.evaluate.warning_bench.oulad import RATES, SMALLEST_GROUP, Ends, OuladFigures
from ptml.evaluate.warning_bench.tables import markdown_table

OULAD_NAMES = {**NAMES, "plain": "plain LightGBM"}
_METRICS = {"auc": "AUC", "average_precision": "average precision", "ece": "ECE"}
_RATES = dict(
    zip(
        RATES,
        ("flagged", "missed (FNR)", "falsely flagged (FPR)", "probability less outcome"),
        strict=True,
    )
)


def oulad_lines(found: Sequence[OuladFigures]) -> list[str]:
    """Lines of Markdown; none where it was not measured."""
    if not found:
        return []
    return [
        "",
        "## Real students: OULAD",
        "",
        "Open University Learning Analytics Dataset (Kuzilek, Hlosta & Zdrahal 2017) without its "
        "click log. A module up to a day is the course, who is still registered has completed it, "
        "fail or withdrawal is weak use. Learnt on the presentations of 2013, judged on those of "
        "2014; nothing protected is a feature. ptml is its classifier (monotone directions have "
        "no say here) on these features: each presentation of 2013 is held out once to calibrate, "
        "then all are learnt from. Plain LightGBM has its defaults and learns from all. The others "
        "leave every fourth student of the newer presentations out to calibrate and to stop. "
        "[ ] is the 95 % interval, students resampled, the same draws for all.",
        *(line for figures in found for line in _day_lines(figures)),
        *_group_lines(found),
    ]


def ends(found: Ends | list[float] | None, sign: str = "") -> str:
    """A figure with its interval; empty where it is not told.

    Examples
    --------
    >>> ends((0.5, 0.25, 0.75))
    '0.500 [0.250, 0.750]'
    """
    if found is None or math.isnan(found[0]):
        return ""
    value, low, high = (f"{one:{sign}.3f}" for one in found)
    return f"{value} [{low}, {high}]"


def _day_lines(figures: OuladFigures) -> list[str]:
    rows = []
    for method, name in OULAD_NAMES.items():
        if method in figures.methods:
            of_method = figures.methods[method]
            cells = (ends(of_method[metric]) for metric in _METRICS)
            rows.append([name, *cells, ends(figures.apart.get(method), "+")])
    head = ["method", *_METRICS.values(), "AUC less ptml's"]
    return [
        "",
        f"### Day {figures.day}",
        "",
        f"{figures.n_train:,} rows to learn from, {figures.n_test:,} to judge on, "
        f"{figures.weak_share:.0%} of them weak.",
        "",
        *markdown_table(head, rows, 1),
    ]


def _group_lines(found: Sequence[OuladFigures]) -> list[str]:
    rows = [_group_row(figures.day, row) for figures in found for row in figures.groups]
    if not rows:
        return []
    head = ["day", "attribute", "group", "students", "weak", *_RATES.values()]
    return [
        "",
        "### By group",
        "",
        "ptml's flags on the riskiest 15 % of all students, by group: share flagged, share of the "
        "weak that was not flagged, share of the others that was, and mean probability less the "
        f"share that was weak. Groups of fewer than {SMALLEST_GROUP} students are not told.",
        "",
        *markdown_table(head, rows, 3),
    ]


def _group_row(day: int, row: dict[str, Any]) -> list[str]:
    weak = f"{row['weak']:.0%}" if "weak" in row else "too few"
    signs = {"calibration_gap": "+"}
    rates = (ends(row.get(rate), signs.get(rate, "")) for rate in RATES)
    return [str(day), row["attribute"], row["group"], f"{row['students']:,}", weak, *rates]
