"""What the evidence of a run says of its models, for a page in plain words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ptml.review.published.run import Published


@dataclass(frozen=True)
class Figure:
    """One figure with its interval and the number of cases behind it."""

    value: float
    low: float | None
    high: float | None
    cases: int | None
    of: int | None


@dataclass(frozen=True)
class Card:
    """Figures of a run's models.

    Attributes
    ----------
    warning : mapping of str to mapping of str to Figure
        By stage: ``precision_flagged``, ``recall_flagged``, ``flag_rate``, ``auc``.
    weak_share : Figure or None
        Share of weak transfer among all whose outcome is known.
    checked : float or None
        Share of completions whose outcome is known.
    failed : tuple of (model, check)
        Checks that did not pass.
    """

    warning: Mapping[str, Mapping[str, Figure]]
    weak_share: Figure | None
    checked: float | None
    failed: tuple[tuple[str, str], ...]


_STAGES = ("completion", "day_30")
_FIGURES = ("auc", "precision_flagged", "recall_flagged", "flag_rate")


def card_of(published: Published) -> Card:
    """Gather the figures that the card tells."""
    rows = published.rows("evidence")
    found = {
        (row["model"], row["name"]): _figure(row)
        for row in rows
        if row["kind"] == "metric" and row["value"] is not None
    }
    warning = {
        stage: {
            name: found["transfer", f"{name}/{stage}"]
            for name in _FIGURES
            if ("transfer", f"{name}/{stage}") in found
        }
        for stage in _STAGES
    }
    coverage = found.get(("transfer", "label_coverage"))
    return Card(
        warning=warning,
        weak_share=found.get(("transfer", "weak_share")),
        checked=None if coverage is None else coverage.value,
        failed=tuple(_failed(row) for row in rows if _has_failed(row)),
    )


def _figure(row: Mapping[str, Any]) -> Figure:
    told = json.loads(row["payload"])
    return Figure(row["value"], row["low"], row["high"], told.get("cases"), told.get("of"))


def _has_failed(row: Mapping[str, Any]) -> bool:
    return bool(row["kind"] == "check" and row["verdict"] == "fail")


def _failed(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["model"]), str(row["name"])
