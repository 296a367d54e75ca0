"""Rows of evidence about a lift model."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.lift.pooled import Figure

Numbers = NDArray[np.floating] | NDArray[np.integer]


def check(
    name: str,
    value: float | None,
    bound: float,
    passed: bool | None,
    note: str,
    *,
    must_pass: bool = False,
    figure: Figure | None = None,
    drawn: Mapping[str, Any] | None = None,
) -> Evidence:
    """A named check; ``value`` None = not known, ``passed`` None = the data cannot tell."""
    verdict = "not_judged" if passed is None else "pass" if passed else "fail"
    return Evidence(
        "lift",
        "check",
        name,
        value=None if value is None else float(value),
        low=None if figure is None else figure.low,
        high=None if figure is None else figure.high,
        bound=bound,
        verdict=verdict,
        payload={"note": note, "must_pass": must_pass, **(drawn or {})},
    )


def metric(name: str, figure: Figure, note: str) -> Evidence:
    """A figure with its 95 % interval."""
    return Evidence(
        "lift", "metric", name, figure.value, figure.low, figure.high, payload={"note": note}
    )


def curve(name: str, **columns: Numbers) -> Evidence:
    """Points to draw, rounded to four digits."""
    return Evidence("lift", "curve", name, payload={k: rounded(v) for k, v in columns.items()})


def rounded(values: Numbers) -> list[float | None]:
    """Numbers for JSON: four digits, None where not known."""
    return [round(float(v), 4) if np.isfinite(v) else None for v in values]
