"""The page of a search of settings: what was tried, what it is worth, and what is used."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ptml.report.page import csp_hash, source, write_whole
from ptml.report.tuning_plots import draw_plots
from ptml.search.importance import Importances
from ptml.search.outcome import QUANTILES, Outcome, minutes

PAGE = "tuning.html"


def write_tuning_page(
    outcome: Outcome, mattered: Importances, about: Mapping[str, Any], folder: Path
) -> Path:
    """Write `tuning.html` and its plots (PNG and SVG) into a folder.

    Parameters
    ----------
    about : mapping
        `model`, `data`, `fingerprint`, `as_of`, `seed` and `ptml` of the study.

    Returns
    -------
    Path
        The page; it loads nothing.
    """
    plots = draw_plots(outcome, mattered, folder)
    environment = Environment(
        loader=PackageLoader("ptml.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure
    environment.filters["minutes"] = minutes
    page = environment.get_template("tuning.html").render(
        outcome=outcome,
        again=outcome.rejudged,
        mattered=mattered,
        about=about,
        settings=_settings(outcome),
        spread=[(_QUANTILE[q], outcome.spread[f"{q:.0%}"]) for q in QUANTILES],
        plots={name: _data_address(svg) for name, svg in plots.items()},
        style=source("style.css"),
        style_hash=csp_hash(source("style.css")),
    )
    return write_whole(page, folder / PAGE)


_QUANTILE = {
    0.0: "worst",
    0.25: "a quarter lies below",
    0.5: "middle",
    0.75: "a quarter lies above",
    1.0: "best",
}


def _settings(outcome: Outcome) -> list[tuple[str, str, str, bool]]:
    """Key, default, best, and whether they differ."""
    default, best = outcome.default.params, outcome.best.params
    return [
        (key, _figure(default[key]), _figure(best[key]), default[key] != best[key])
        for key in outcome.keys
    ]


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}".replace("-", "−")
    return str(value)


def _data_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
