"""Small plots over two axes: who could be compared, and whether two designs say the same."""

from collections.abc import Sequence

from ptml.report.curves import SMALL, Dot, Frame, XYPlot
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Finding
from ptml.report.scales import axis_over
from ptml.report.wording import number, percent, plural, points, tick_points

# Of many courses the outermost are put on the edge, so that the others can be told apart.
_SHOWN_SHARE = 0.95
_RADIUS = 3.0


def overlap(item: Finding) -> Figure | None:
    """Histogram of the propensity: takers as an area, weighted controls as a line over it."""
    edges, takers, controls = (
        _numbers(item.payload.get(name)) for name in ("edges", "takers", "controls")
    )
    if not takers or not len(edges) - 1 == len(takers) == len(controls):
        return None
    used = [k for k, pair in enumerate(zip(takers, controls, strict=True)) if max(pair) >= 0.0005]
    if not used:
        return None
    first, last = used[0], used[-1] + 1
    edges, takers, controls = edges[first : last + 1], takers[first:last], controls[first:last]
    x_axis = axis_over(edges, _share_of_ten, n_ticks=3, snug=True)
    y_axis = axis_over([*takers, *controls], percent, include=(0.0,), n_ticks=3)
    area = Frame(x_axis, y_axis, SMALL)
    outline = area.steps(edges, takers, "ours")
    bins = list(zip(edges, edges[1:], takers, controls, strict=False))
    return Figure(
        slug=f"check-{item.name}",
        title="overlap.",
        note="Shaded: takers. Line: controls as they are weighted. People can be compared where "
        "the two cover each other.",
        plot=XYPlot(
            x_axis,
            y_axis,
            "propensity to start the course",
            "share of people",
            lines=(area.steps(edges, controls, "peer"),),
            area=outline.path,
            size=SMALL,
        ),
        numbers=PlainTable(
            ("Propensity", "Takers", "Controls"),
            tuple(
                (f"{_power(low)} to {_power(high)}", percent(taker), percent(control))
                for low, high, taker, control in bins
            ),
            frozenset({1, 2}),
        ),
    )


def designs(item: Finding) -> Figure | None:
    """Scatter of each course's lift by both designs, with the line on which they agree."""
    frame = item.points("first", "second")
    if frame is None:
        return None
    pairs = [
        (first, second)
        for row in frame.to_dict("records")
        if (first := number(row["first"])) is not None
        and (second := number(row["second"])) is not None
    ]
    if not pairs:
        return None
    sizes = sorted(max(abs(first), abs(second)) for first, second in pairs)
    most = sizes[min(int(_SHOWN_SHARE * len(sizes)), len(sizes) - 1)]
    ends = (
        max(-most, min(min(pair) for pair in pairs)),
        min(most, max(max(pair) for pair in pairs)),
    )
    x_axis = axis_over(ends, tick_points, include=(0.0,), n_ticks=4)
    y_axis = axis_over(ends, tick_points, include=(0.0,), n_ticks=4)
    area = Frame(x_axis, y_axis, SMALL)
    dots = tuple(
        Dot(
            area.x(first),
            area.y(second),
            "ours",
            radius=_RADIUS,
            hint=f"by differences {points(first)}, by earlier scores {points(second)}",
        )
        for first, second in pairs
    )
    n_beyond = sum(
        not x_axis.low <= value <= x_axis.high or not x_axis.low <= other <= x_axis.high
        for value, other in pairs
    )
    beyond = f" {plural(n_beyond, 'course')} beyond the axes at the edge." if n_beyond else ""
    return Figure(
        slug=f"check-{item.name}",
        title="designs agree.",
        note=f"Dot: a course. On the dashed line both designs say the same.{beyond}",
        plot=XYPlot(
            x_axis,
            y_axis,
            "lift by differences, points",
            "lift by earlier scores, points",
            lines=(area.diagonal(),),
            dots=dots,
            size=SMALL,
        ),
        numbers=PlainTable(
            ("By differences", "By earlier scores"),
            tuple((points(first), points(second)) for first, second in pairs),
            frozenset({0, 1}),
        ),
    )


def _numbers(values: object) -> Sequence[float]:
    """The list's numbers; empty where it is no list or holds anything else."""
    known = [number(value) for value in values] if isinstance(values, list) else []
    return [] if None in known else [value for value in known if value is not None]


def _share_of_ten(power: object) -> str:
    """A power of ten as a share; between whole powers nothing."""
    exponent = number(power) or 0.0
    return _power(exponent) if abs(exponent - round(exponent)) < 1e-6 else ""


def _power(exponent: float) -> str:
    # Two digits, and never as 1e+02.
    return f"{float(f'{100 * 10**exponent:.2g}'):g}\u202f%"
