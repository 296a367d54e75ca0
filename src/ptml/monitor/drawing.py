"""Small plots as inline SVG: weeks with a band, quantiles before and now, foretold and seen."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import escape

_WIDTH, _HEIGHT, _LEFT, _FOOT = 340.0, 130.0, 44.0, 22.0


def weeks_with_band(drawn: Mapping[str, Any]) -> str:
    """Rows of each of the last weeks over the band that was expected."""
    rows = drawn["rows"]
    top = max([1.0, *rows, *(v for v in drawn["high"][-len(rows) :] if v)]) * 1.05
    points = [_place(k, len(rows), v, 0.0, top) for k, v in enumerate(rows)]
    upper = _band(drawn["high"], len(rows), top)
    lower = _band(drawn["low"], len(rows), top)
    band = f'<polygon class="area" points="{_joined(upper + lower[::-1])}"/>' if upper else ""
    x, y = points[-1]
    title = f"{rows[-1]:,.0f} rows in the newest week"
    return _svg(
        f'{band}<polyline class="line ours thin" points="{_joined(points)}"/>'
        f'<circle class="dot ours" cx="{x:.1f}" cy="{y:.1f}" r="4"/>',
        0.0,
        top,
        ("a year ago" if len(rows) >= 52 else f"{len(rows)} weeks ago", "now"),
        title,
    )


def quantile_lines(before: Sequence[float], now: Sequence[float]) -> str:
    """Quantiles of before (dashed) and now; empty where either is unknown."""
    if not before or not now:
        return ""
    low, high = min(*before, *now), max(*before, *now)
    high = high if high > low else low + 1
    lines = (
        f'<polyline class="{style}" points="'
        f'{_joined([_place(k, len(v), x, low, high) for k, x in enumerate(v)])}"/>'
        for style, v in (("line reference", before), ("line ours", now))
    )
    return _svg("".join(lines), low, high, ("lowest", "highest"), "Quantiles before and now")


def foretold_and_seen(drawn: Mapping[str, Any]) -> str:
    """What was seen, with intervals, over what was foretold; on the dashed line both agree."""
    foretold, observed = drawn["foretold"], drawn["observed"]
    if not foretold:
        return ""
    low = min(*foretold, *drawn["low"], 0.0)
    high = max(*foretold, *drawn["high"], low + 1e-3)
    # Forecasts are closer together than what is seen: they have a scale of their own.
    left, right = min(foretold), max(*foretold, min(foretold) + 1e-3)

    def place(x: float, y: float) -> tuple[float, float]:
        return _place_at(0.04 + 0.92 * (x - left) / (right - left), y, low, high)

    whiskers, dots = [], []
    names = drawn.get("names", [""] * len(foretold))
    for x, y, a, b, name in zip(
        foretold, observed, drawn["low"], drawn["high"], names, strict=True
    ):
        whiskers.append(
            f'<polyline class="line ours thin" points="{_joined([place(x, a), place(x, b)])}"/>'
        )
        across, upright = place(x, y)
        label = f"{name} foretold {x:.3g}, seen {y:.3g} ({a:.3g} to {b:.3g})".strip()
        dots.append(
            f'<circle class="dot ours" cx="{across:.1f}" cy="{upright:.1f}" r="3.5">'
            f"<title>{escape(label)}</title></circle>"
        )
    agreed = _joined([place(left, left), place(right, right)])
    return _svg(
        f'<polyline class="line reference" points="{agreed}"/>' + "".join(whiskers + dots),
        low,
        high,
        (f"foretold {left + 0.0:.2g}", f"{right:.2g}"),
        "Seen over foretold",
    )


def _band(values: Sequence[float | None], n: int, top: float) -> list[tuple[float, float]]:
    return [_place(k, n, min(v, top), 0.0, top) for k, v in enumerate(values[-n:]) if v is not None]


def _place(k: int, n: int, value: float, low: float, high: float) -> tuple[float, float]:
    return _place_at(k / max(n - 1, 1), value, low, high)


def _place_at(across: float, value: float, low: float, high: float) -> tuple[float, float]:
    """Place of a value at a share of the width."""
    wide, upright = _WIDTH - _LEFT - 8, _HEIGHT - _FOOT - 8
    return _LEFT + wide * across, 8 + upright * (1 - (value - low) / (high - low))


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _svg(inner: str, low: float, high: float, ends: tuple[str, str], title: str) -> str:
    foot = _HEIGHT - _FOOT
    return (
        f'<svg class="curve" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img"><title>{title}'
        f'</title><line class="zero" x1="{_LEFT:g}" x2="{_WIDTH - 8:g}" y1="{foot:g}" '
        f'y2="{foot:g}"/>{inner}<text x="{_LEFT - 6:g}" y="{foot:g}" text-anchor="end">{low:.3g}'
        f'</text><text x="{_LEFT - 6:g}" y="16" text-anchor="end">{high:.3g}</text>'
        f'<text x="{_LEFT:g}" y="{_HEIGHT - 4:g}">{ends[0]}</text>'
        f'<text x="{_WIDTH - 8:g}" y="{_HEIGHT - 4:g}" text-anchor="end">{ends[1]}</text></svg>'
    )
