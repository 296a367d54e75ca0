"""Plots of a search of settings: its course, what mattered, and each setting by itself."""

import io
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from optuna.trial import TrialState

from ptml.contracts.durable import flush
from ptml.search.importance import Importances
from ptml.search.outcome import Outcome

_OURS, _SOFT, _FAINT, _INK = "#0b6477", "#5c6672", "#bdb7aa", "#1c2530"
_STYLE = {
    "svg.hashsalt": "ptml",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _FAINT,
    "axes.labelcolor": _SOFT,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "figure.facecolor": "#fffefb",
    "axes.facecolor": "#fffefb",
}
_DPI = 144


def draw_plots(outcome: Outcome, mattered: Importances, folder: Path) -> dict[str, str]:
    """Write each plot as PNG and SVG into a folder; give the SVG texts by name.

    The same study gives the same bytes.
    """
    with mpl.rc_context(_STYLE):
        figures = {"history": _history(outcome), "slices": _slices(outcome)}
        if mattered.of:
            figures["importance"] = _importance(mattered)
        return {name: _kept(figure, folder / name) for name, figure in figures.items()}


def _kept(figure: Figure, stem: Path) -> str:
    texts: dict[str, bytes] = {}
    for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
        file = io.BytesIO()
        figure.savefig(file, format=kind, dpi=_DPI, metadata=metadata)
        texts[kind] = file.getvalue()
        draft = stem.with_name(f".{stem.name}.{kind}")
        draft.write_bytes(texts[kind])
        flush(draft)
        draft.replace(stem.with_suffix(f".{kind}"))
    return texts["svg"].decode()


def _history(outcome: Outcome) -> Figure:
    figure = Figure(figsize=(8.4, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.axhline(0, color=_FAINT, linewidth=1)
    place = {one.number: k for k, one in enumerate(outcome.trials)}
    given_up = [one for one in outcome.trials if one.state is TrialState.PRUNED]
    complete = outcome.complete
    x = np.array([place[one.number] for one in complete])
    y = np.array([one.value for one in complete])
    axes.step(x, np.maximum.accumulate(y), where="post", color=_OURS, linewidth=1.5)
    axes.scatter(x, y, s=26, color=_OURS, zorder=3, label="judged to the end")
    if given_up:
        axes.scatter(
            [place[one.number] for one in given_up],
            [outcome.reached(one) for one in given_up],
            s=26,
            facecolors="none",
            edgecolors=_SOFT,
            label="given up early, by its distance from the best till then",
        )
    axes.annotate("default", (0, 0), xytext=(6, 5), textcoords="offset points", color=_INK)
    low = np.quantile([*y, *(outcome.reached(one) for one in given_up)], 0.05)
    _keep_in_view(axes, float(min(low, 0)), float(y.max()))
    axes.set(xlabel="Trial", ylabel=f"Gain over the default,\n{outcome.objective.gain_unit}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, labelcolor=_SOFT)
    return figure


def _keep_in_view(axes: Any, low: float, high: float) -> None:
    """Very bad trials would squeeze the rest into a line: they are cut off at the foot."""
    room = max(high - low, 1e-9)
    axes.set_ylim(low - 0.3 * room, high + 0.2 * room)


def _importance(mattered: Importances) -> Figure:
    figure = Figure(figsize=(8.4, 0.9 + 0.36 * len(mattered.of)), layout="constrained")
    axes = figure.subplots()
    found = mattered.of[::-1]
    y = np.arange(len(found))
    for k, one in enumerate(found):
        axes.plot([one.low, one.high], [k, k], color=_OURS, alpha=0.4, linewidth=4)
    axes.scatter([one.share for one in found], y, s=36, color=_OURS, zorder=3)
    axes.set_yticks(y, [one.key for one in found], color=_INK)
    axes.set(xlabel="Share of the differences between trials, with 90 % interval")
    axes.set_xlim(0, 1)
    return figure


def _slices(outcome: Outcome) -> Figure:
    """Each setting by itself: what was tried, and how good it was."""
    keys, complete = outcome.keys, outcome.complete
    n_across = min(3, len(keys))
    n_down = -(-len(keys) // n_across)
    figure = Figure(figsize=(8.4, 2.3 * n_down), layout="constrained")
    grid = figure.subplots(n_down, n_across, squeeze=False, sharey=True)
    gains = [one.value for one in complete]
    for axes, key in zip(grid.flat, keys, strict=False):
        axes.axhline(0, color=_FAINT, linewidth=1)
        values, is_log = _on_axis(outcome, key)
        axes.scatter(values[:1], gains[:1], s=42, color=_INK, marker="D", zorder=4)
        axes.scatter(values[1:], gains[1:], s=20, color=_OURS, alpha=0.7)
        _keep_in_view(axes, min(float(np.quantile(gains, 0.05)), 0.0), max(gains))
        if is_log:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 3), numticks=6))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_title(key.partition(".")[2], fontsize=10, color=_INK, loc="left")
    for axes in list(grid.flat)[len(keys) :]:
        axes.set_axis_off()
    figure.supylabel("Gain over the default", color=_SOFT, fontsize=10)
    return figure


def _on_axis(outcome: Outcome, key: str) -> tuple[list[Any], bool]:
    values = [one.params[key] for one in outcome.complete]
    if any(isinstance(value, bool | str) for value in values):
        return [str(value) for value in values], False
    return values, bool(getattr(outcome.default.distributions[key], "log", False))
