"""Cost against size, both on logarithmic axes, as a PNG in the style of the report's plots."""

from collections.abc import Mapping, Sequence
from pathlib import Path

_INK, _SOFT, _LINE = "#1d2327", "#5d6369", "#e3e0d9"
# Ours stands out; others are told apart by mark and dash too, for those who see no colour.
_LOOKS = {
    "ptml score": ("#0b6477", "o", "-"),
    "sum of the stages' limits": ("#8d8a83", "", ":"),
    "a user's own script": ("#b8390e", "s", "-"),
    "Spark ALS, top 50 alone": ("#7a6a9c", "^", "--"),
}
_TICKS = (
    (0.1, "0.1 s"),
    (1, "1 s"),
    (10, "10 s"),
    (60, "1 min"),
    (600, "10 min"),
    (3600, "1 h"),
    (36000, "10 h"),
)


def write_plot(
    lines: Mapping[str, Sequence[tuple[float, float]]], n_courses: int, title: str, path: Path
) -> None:
    """Draw processor seconds by people.

    Parameters
    ----------
    lines : mapping of str to sequence of (people, seconds)
        By the names of the legend; those without points are left out.
    path : Path
        The file to write; the same figures give the same bytes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sheet = Figure(figsize=(8.2, 4.8), facecolor="white")
    canvas = FigureCanvasAgg(sheet)
    axes = sheet.add_axes((0.10, 0.13, 0.64, 0.73))
    axes.set(xscale="log", yscale="log")
    drawn = {name: points for name, points in lines.items() if points}
    for name, points in drawn.items():
        colour, mark, dash = _LOOKS[name]
        people, seconds = zip(*points, strict=True)
        axes.plot(people, seconds, dash, marker=mark or None, color=colour, lw=1.8, ms=6)
    _name_ends(axes, drawn)
    sizes = sorted({people for points in drawn.values() for people, _ in points})
    axes.set_xticks(sizes, [f"{int(n):,}" for n in sizes], minor=False)
    axes.set_xticks([], minor=True)
    low, high = axes.get_ylim()
    ticks = [(at, word) for at, word in _TICKS if low <= at <= high]
    axes.set_yticks([at for at, _ in ticks], [word for _, word in ticks])
    axes.set_yticks([], minor=True)
    axes.grid(color=_LINE, lw=0.8)
    axes.tick_params(colors=_SOFT, labelsize=8.5, length=0)
    axes.set_xlabel(f"people (x {n_courses:,} courses)", color=_SOFT, fontsize=9)
    axes.set_ylabel("processor time", color=_SOFT, fontsize=9)
    for side in axes.spines.values():
        side.set_visible(False)
    sheet.text(0.02, 0.965, title, fontsize=11, color=_INK, va="top")
    path.parent.mkdir(parents=True, exist_ok=True)
    # matplotlib would write its version and thereby other bytes after an update.
    canvas.print_figure(path, dpi=100, metadata={"Software": None})


def _name_ends(axes: object, drawn: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Write each line's name beside its last point, no two upon each other."""
    import math

    right = max(people for points in drawn.values() for people, _ in points)
    low, high = axes.get_ylim()  # type: ignore[attr-defined]
    apart = (math.log(high) - math.log(low)) / 16
    before = -math.inf
    for name, points in sorted(drawn.items(), key=lambda item: item[1][-1][1]):
        people, seconds = points[-1]
        at = max(math.log(seconds), before + apart)
        before = at
        axes.annotate(  # type: ignore[attr-defined]
            name,
            xy=(people, seconds),
            xytext=(right * 1.12, math.exp(at)),
            fontsize=8.5,
            va="center",
            color=_LOOKS[name][0],
            annotation_clip=False,
        )
