"""Whether predicted lift comes true on held-out time, and what it is worth to target by it."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.checks import Check, checks, settings
from ptml.report.curves import Dot, Frame, Label, Line, XYPlot, area_between, spread, uncovered
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Finding, Findings
from ptml.report.published import PublishedTables
from ptml.report.scales import axis_over
from ptml.report.wording import (
    count,
    level,
    listed,
    number,
    percent,
    plural,
    points,
    span,
    tick_points,
)

_GAIN_NAMES = {
    "model": "by predicted lift",
    "gap": "by capability gap",
    "random": "by lot",
}
_GAIN_TONES = {"model": "ours", "gap": "peer", "random": "reference"}


@dataclass(frozen=True)
class LiftQuality:
    """Held-out evidence about the lift model."""

    lead: tuple[str, ...]
    figures: tuple[Figure, ...]
    checks: tuple[Check, ...]
    settings: PlainTable


def lift_quality(published: PublishedTables, findings: Findings) -> LiftQuality | Absent:
    """Sum up the lift model's checks, its calibration by tenths and its gain curve."""
    if not any(item.model == "lift" for item in findings.items):
        return absent(
            published,
            "No lift model was fitted.",
            "It needs the input table `performance`: values against targets, by person and period.",
            "no lift",
        )
    drawn = (_calibration(findings), _gain(findings))
    checked = checks(findings, "lift")
    return LiftQuality(
        lead=tuple(filter(None, (_mean(findings), _slope(findings), _verdicts(checked)))),
        figures=tuple(figure for figure in drawn if figure is not None),
        checks=checked,
        settings=settings(findings, "lift"),
    )


def _stated(findings: Findings, name: str) -> Finding | None:
    item = findings.get("lift", "metric", name) or findings.get("lift", "check", name)
    return item if item is not None and item.value is not None else None


def _mean(findings: Findings) -> str:
    item = _stated(findings, "mean_lift")
    if item is None:
        return ""
    ends = span(item.low, item.high)
    interval = f" ({percent(item.level)} interval {ends})" if ends else ""
    said = f"{points(item.value)} points{interval}"
    return f"On average, starting a course changes performance by {said}."


def _slope(findings: Findings) -> str:
    item = _stated(findings, "calibration_slope")
    if item is None:
        return ""
    ends = span(item.low, item.high, level)
    interval = f" ({percent(item.level)} interval {ends})" if ends else ""
    return f"Of each point predicted, {level(item.value)} is seen on held-out cases{interval}."


def _verdicts(checked: tuple[Check, ...]) -> str:
    n = Counter(check.verdict for check in checked)
    if not checked:
        return ""
    said = [f"{count(n['pass'])} passed"]
    said += [f"{count(n['fail'])} failed"] if n["fail"] else []
    said += [f"on {count(n['not_judged'])} the data cannot tell"] if n["not_judged"] else []
    return f"Of {plural(len(checked), 'check')}, {listed(said)}."


def _calibration(findings: Findings) -> Figure | None:
    item = findings.get("lift", "curve", "calibration")
    frame = item.points("predicted", "observed", "low", "high") if item is not None else None
    if item is None or frame is None:
        return None
    frame = frame.apply(pd.to_numeric, errors="coerce").dropna(subset=["predicted", "observed"])
    if frame.empty:
        return None
    x_axis = axis_over(frame["predicted"], tick_points, include=(0.0,))
    y_axis = axis_over(frame[["observed", "low", "high"]].to_numpy().ravel(), tick_points, (0.0,))
    area = Frame(x_axis, y_axis)
    dots = tuple(
        Dot(
            area.x(row.predicted),
            area.y(row.observed),
            "ours",
            low=None if pd.isna(row.low) else area.y(row.low),
            high=None if pd.isna(row.high) else area.y(row.high),
            hint=f"predicted {points(row.predicted)}, observed {points(row.observed)}",
        )
        for row in frame.itertuples()
    )
    diagonal = area.diagonal()
    choices = [_beside(diagonal, share) for share in (0.72, 0.85, 0.25, 0.12, 0.5)]
    return Figure(
        slug="figure-lift-calibration",
        title=_calibration_title(findings),
        note="Each dot is a tenth of the held-out cases, from the least to the most promising; "
        f"bar: {percent(item.level)} interval of what was observed. On the dashed line, "
        "prediction and observation agree.",
        plot=XYPlot(
            x_axis,
            y_axis,
            "predicted lift, points",
            "observed lift, points",
            lines=(diagonal,),
            dots=dots,
            labels=uncovered([choices], dots),
        ),
        numbers=PlainTable(
            ("Predicted", "Observed", "Interval"),
            tuple(
                (points(r.predicted), points(r.observed), span(r.low, r.high) or "unknown")
                for r in frame.itertuples()
            ),
            frozenset({0, 1, 2}),
        ),
    )


def _beside(line: Line, share: float) -> Label:
    """The diagonal's name under it, at a share of its length."""
    (x0, y0), (x1, y1) = line.points
    x, y = x0 + share * (x1 - x0) + 14, y0 + share * (y1 - y0) + 22
    return Label(round(x, 1), round(y, 1), "as predicted")


def _calibration_title(findings: Findings) -> str:
    item = _stated(findings, "calibration_slope")
    if item is None or item.value is None:
        return "Predicted and observed lift, by tenths of the prediction"
    if item.value < 0.8:
        return "The predictions are too far apart: what was observed differs less"
    if item.value > 1.25:
        return "The predictions are too cautious: what was observed differs more"
    return "Where more lift was predicted, more was observed"


def _gain(findings: Findings) -> Figure | None:
    item = findings.get("lift", "curve", "gain")
    frame = item.points("share", "model", "random") if item is not None else None
    if item is None or frame is None:
        return None
    by_gap = item.points("share", "gap")
    if by_gap is not None and len(by_gap) == len(frame):
        frame["gap"] = by_gap["gap"]
    frame = frame.apply(pd.to_numeric, errors="coerce").dropna(axis=1, how="all").dropna()
    if len(frame) < 2 or not {"share", "model", "random"} <= set(frame.columns):
        return None
    drawn = [name for name in _GAIN_NAMES if name in frame.columns]
    x_axis = axis_over(frame["share"], percent, include=(0.0,), bounds=(0.0, 1.0))
    y_axis = axis_over(frame[drawn].to_numpy().ravel(), tick_points, include=(0.0,))
    area = Frame(x_axis, y_axis)
    lines = {name: area.line(frame["share"], frame[name], _GAIN_TONES[name]) for name in drawn}
    return Figure(
        slug="figure-lift-gain",
        title=_gain_title(frame),
        note="What held-out cases gained, had only this share of the courses been started, picked "
        "as the label says. The shaded area is what targeting adds over a draw by lot.",
        plot=XYPlot(
            x_axis,
            y_axis,
            "share of courses started",
            "cumulative gain, points",
            lines=tuple(lines[name] for name in reversed(drawn)),
            labels=_gain_labels(area, frame, lines),
            area=area_between(lines["model"], lines["random"]),
        ),
        numbers=PlainTable(
            ("Share offered", *(_GAIN_NAMES[name].capitalize() for name in drawn)),
            tuple(
                (percent(row["share"]), *(points(row[name]) for name in drawn))
                for row in frame.to_dict("records")
            ),
            frozenset(range(len(drawn) + 1)),
        ),
    )


def _gain_labels(area: Frame, frame: pd.DataFrame, lines: dict[str, Line]) -> tuple[Label, ...]:
    """Each line's name where it stands clearest: beside its own middle, upper ones to the left."""
    middle = len(frame) * 2 // 5
    labels = []
    for name, line in lines.items():
        x, y = line.points[middle]
        above = name == "model"
        labels.append(
            Label(
                x - 8 if above else x + 10,
                y - 8 if above else y + 18,
                _GAIN_NAMES[name],
                _GAIN_TONES[name],
                "end" if above else "start",
            )
        )
    return spread(labels)


def _gain_title(frame: pd.DataFrame) -> str:
    nearest = int((frame["share"] - 0.2).abs().to_numpy().argmin())
    share, model, lot = (number(frame[c].iloc[nearest]) for c in ("share", "model", "random"))
    whole = number(frame["model"].iloc[-1])
    if None in (share, model, lot, whole) or not whole or whole <= 0 or not model:
        return "What targeting by predicted lift adds over a draw by lot"
    return (
        f"The most promising {percent(share)} bring {percent(model / whole)} of the whole gain; "
        f"drawn by lot they would bring {percent((lot or 0.0) / whole)}"
    )
