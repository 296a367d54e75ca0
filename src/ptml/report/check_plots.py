"""The small plot beside a check of the lift model, where it told enough to draw one."""

from collections.abc import Callable, Mapping

from ptml.intervals import Z_90, Z_95
from ptml.report.bars import lying
from ptml.report.check_curves import designs, overlap
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Finding
from ptml.report.intervals import IntervalPlot, IntervalRow, Tone, interval_plot
from ptml.report.wording import (
    figure,
    in_words,
    listed,
    number,
    parsed_list,
    percent,
    plural,
    tenths_percent,
)

# The part of a 95 % interval that is a 90 % one: equivalence is judged by it.
_INNER = Z_90 / Z_95
_MOST_BALANCE, _MOST_CONFOUNDERS = 8, 6
_BEYOND = 5.0
_NO_NUMBERS = PlainTable((), ())


def check_figure(item: Finding, titles: Mapping[str, str]) -> Figure | None:
    """Draw a check of the lift model.

    Parameters
    ----------
    item : Finding
        A row of kind ``check``; what to draw is in its payload.
    titles : mapping of str to str
        Titles of courses by id.

    Returns
    -------
    Figure or None
        None for a check of another name, or one whose payload does not hold what is drawn.
    """
    if item.name == "plausible_size":
        return _plausible(item, titles)
    draw = _DRAWN.get(item.name)
    return None if draw is None else draw(item)


def _named(item: Finding, note: str, plot: IntervalPlot, numbers: PlainTable) -> Figure:
    return Figure(f"check-{item.name}", f"{in_words(item.name)}.", note, plot, numbers)


def _tick(value: object) -> str:
    return f"{number(value) or 0.0:g}".replace("-", "\u2212")


def _tone(item: Finding) -> Tone:
    return "harms" if item.verdict == "fail" else "ours"


def _balance(item: Finding) -> Figure | None:
    frame = item.points("covariates", "before", "after")
    if frame is None or item.bound is None:
        return None
    known = [
        (in_words(str(row["covariates"])), before, after)
        for row in frame.to_dict("records")
        if (before := number(row["before"])) is not None
        and (after := number(row["after"])) is not None
    ]
    if not known:
        return None
    shown = known[:_MOST_BALANCE]
    last = _BEYOND * max(item.bound, *(abs(after) / 4 for _, _, after in shown))
    rows = [
        IntervalRow(
            label=name,
            value=abs(after),
            low=None,
            high=None,
            text=figure(after),
            tone="harms" if abs(after) >= item.bound else "ours",
            others=(abs(before),),
        )
        for name, before, after in shown
    ]
    off = any(abs(before) > last for _, before, _ in shown)
    note = (
        f"Dot: after weighting, circle: before{', at the edge where it was more' if off else ''}; "
        f"shaded: below {figure(item.bound)}. The largest are shown."
    )
    return _named(
        item,
        note,
        interval_plot(
            rows,
            _tick,
            "difference, standard deviations",
            bounds=(0.0, last),
            band=(0.0, item.bound),
            n_ticks=4,
        ),
        PlainTable(
            ("Covariate", "Before", "After"),
            tuple((name, figure(before), figure(after)) for name, before, after in known),
            frozenset({1, 2}),
        ),
    )


def _placebo(item: Finding) -> Figure | None:
    drawn = _against_bound(item, "points before the decision")
    if drawn is None:
        return None
    note = (
        f"Bar: {percent(item.level)} interval, thick: {percent(0.9)}. The thick part must lie "
        f"within the shade. {_courses_clear(item)}"
    )
    return _named(item, note.strip(), drawn, _NO_NUMBERS)


def _against_bound(item: Finding, axis_title: str) -> IntervalPlot | None:
    """One interval over a band of the bound's width around 0."""
    if item.value is None or item.low is None or item.high is None or item.bound is None:
        return None
    inner = tuple(item.value + _INNER * (end - item.value) for end in (item.low, item.high))
    row = IntervalRow(
        label="",
        value=item.value,
        low=item.low,
        high=item.high,
        text=figure(item.value),
        tone=_tone(item),
        inner=(inner[0], inner[1]),
    )
    return interval_plot([row], _tick, axis_title, band=(-item.bound, item.bound), n_ticks=4)


def _courses_clear(item: Finding) -> str:
    """How many courses are clear of 0 on their own, beside what chance alone would bring."""
    frame = item.points("by_course", "errors")
    if frame is None:
        return ""
    known = [
        (value, error)
        for row in frame.to_dict("records")
        if (value := number(row["by_course"])) is not None
        and (error := number(row["errors"])) is not None
        and error > 0
    ]
    if not known:
        return ""
    n_clear = sum(abs(value) > Z_95 * error for value, error in known)
    return (
        f"Of {plural(len(known), 'course')}, {n_clear} {'is' if n_clear == 1 else 'are'} clear of "
        f"0 alone; by chance about {0.05 * len(known):.0f} would be."
    )


def _permuted(item: Finding) -> Figure | None:
    frame = item.points("draws")
    real = number(item.payload.get("real"))
    if frame is None or real is None:
        return None
    draws = tuple(v for v in map(number, frame["draws"]) if v is not None)
    if not draws:
        return None
    lot: Tone = "harms" if item.verdict == "fail" else "unclear"
    rows = [
        IntervalRow("by lot", item.value, None, None, "", lot, others=draws),
        IntervalRow("as they were", real, None, None, "", "ours"),
    ]
    return _named(
        item,
        f"Circles: mean lift with takers drawn by lot, {plural(len(draws), 'time')}; dot among "
        "them: their mean. Below: with the real takers.",
        interval_plot(rows, _tick, "mean lift, points", n_ticks=4),
        _NO_NUMBERS,
    )


def _confounder(item: Finding) -> Figure | None:
    frame = item.points("covariates", "strength")
    if frame is None or item.value is None:
        return None
    known = [
        (in_words(str(row["covariates"])), strength)
        for row in frame.to_dict("records")
        if (strength := number(row["strength"])) is not None
    ]
    if not known:
        return None
    shown = known[:_MOST_CONFOUNDERS]
    return Figure(
        f"check-{item.name}",
        f"{in_words(item.name)}.",
        "Bar: what a recorded covariate explains of both. Dashed line: what a hidden one would "
        f"have to explain, {tenths_percent(item.value)}.",
        lying(
            [name for name, _ in shown],
            [strength for _, strength in shown],
            [tenths_percent(strength) for _, strength in shown],
            reference=item.value,
        ),
        PlainTable(
            ("Covariate", "Explains"),
            tuple((name, tenths_percent(strength)) for name, strength in known),
            frozenset({1}),
        ),
    )


def _interval(item: Finding) -> Figure | None:
    if item.value is None or item.low is None or item.high is None:
        return None
    row = IntervalRow("", item.value, item.low, item.high, figure(item.value), _tone(item))
    return _named(
        item,
        f"Bar: {percent(item.level)} interval. It must lie right of the line at 0.",
        interval_plot([row], _tick, _UNITS[item.name], reference=item.bound or 0.0, n_ticks=4),
        _NO_NUMBERS,
    )


def _plausible(item: Finding, titles: Mapping[str, str]) -> Figure | None:
    if item.value is None or item.bound is None:
        return None
    row = IntervalRow("", item.value, None, None, figure(item.value), _tone(item))
    found = parsed_list(item.payload.get("courses"))
    named = [f"\u201c{titles.get(str(course), str(course))}\u201d" for course in found]
    asked = f" To be looked at: {listed(named)}." if named else ""
    return _named(
        item,
        f"Dot: the largest lift; shaded: what training can be expected to do.{asked}",
        interval_plot(
            [row], _tick, "standard deviations of the score", band=(0.0, item.bound), n_ticks=4
        ),
        _NO_NUMBERS,
    )


_UNITS = {
    "beats_constant": "loss saved, points squared a start",
    "beats_zero": "loss saved, points squared a start",
    "rate_autoc": "points a start",
    "qini": "points a start",
    "forward_in_time": "loss saved, points squared a start",
}
_DRAWN: Mapping[str, Callable[[Finding], Figure | None]] = {
    "overlap": overlap,
    "balance": _balance,
    "placebo_two_quarters_before": _placebo,
    "permuted_treatment": _permuted,
    "designs_agree": designs,
    "hidden_confounder": _confounder,
    **dict.fromkeys(_UNITS, _interval),
}
