"""What of a model's evidence goes where in MLflow: metrics, files of figures, and trials.

Metrics are for comparing trainings in a table and a plot, so they are few: how good the model is,
with the ends of the interval, and the figures of its checks. What is said of each group of people
and of each peer (some 130 figures) is kept whole in files, where it can be read beside its notes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ptml.contracts.evidence import Evidence
from ptml.jobs.headlines import HEADLINES
from ptml.tracking import LoggedTrial

ABOUT_GROUPS = frozenset(
    {
        "group",
        "groups_hidden",
        "not_flagged_ratio",
        "false_flag_ratio",
        "flag_ratio",
        "missed_ratio",
        "calibrated_for_all",
        "proxy_auc",
        "proxies_found",
        "proxy_feature",
        "flag_gap",
        "through_topic",
    }
)
"""Evidence about groups of people, by the first part of its name."""
_BY_WAY = frozenset({"ndcg_at_10", "recall_at_20"})
# The model itself, and the bar that it has to clear.
_WAYS = frozenset({"chosen", "popularity_in_role"})
_TRIED = "tried"


def headline_metrics(evidence: Sequence[Evidence]) -> dict[str, float]:
    """Metrics of the training: its headlines and how its checks came out."""
    found = {(row.model, row.name): row for row in evidence}
    named = [found[model, name] for model, name, _ in HEADLINES if (model, name) in found]
    metrics = _with_ends((f"{row.model}/{row.name}", row) for row in named)
    for verdict in ("pass", "fail", "not_judged"):
        metrics[f"checks/{verdict}"] = float(sum(row.verdict == verdict for row in evidence))
    return metrics


def model_metrics(own: Sequence[Evidence]) -> dict[str, float]:
    """Metrics of a model: figures and checks that are about no group and no peer."""
    return _with_ends((row.name, row) for row in own if _is_metric(row))


def files(own: Sequence[Evidence]) -> dict[str, str]:
    """Everything that a model says of itself, as JSON files by name."""
    checks = [row for row in own if row.kind == "check"]
    figures = [row for row in own if row.kind == "metric"]
    texts = {
        "checks.json": _json(checks),
        "figures.json": _json(row for row in figures if not _is_about_groups(row)),
        "curves.json": _json(row for row in own if row.kind == "curve"),
        "fairness.json": _json(row for row in own if _is_about_groups(row)),
    }
    return {name: text for name, text in texts.items() if text != "[]"}


def params(own: Sequence[Evidence]) -> dict[str, Any]:
    """Settings of a model; its trials, which have runs of their own, left out."""
    return {
        row.name: {key: value for key, value in row.payload.items() if key != _TRIED}
        for row in own
        if row.kind == "setting"
    }


def trials(own: Sequence[Evidence]) -> list[LoggedTrial]:
    """What was tried while the model was fitted, by what the evidence of its tuning holds."""
    found: list[LoggedTrial] = []
    for row in own:
        for number, tried in enumerate(row.payload.get(_TRIED, ())):
            told = dict(tried)
            value = told.pop("value", None)
            prefix = row.name.partition("/")[2]
            name = f"{prefix}/{number}" if prefix else str(number)
            found.append(LoggedTrial(name, told, value))
    return found


def _is_about_groups(row: Evidence) -> bool:
    return row.name.partition("/")[0] in ABOUT_GROUPS


def _is_metric(row: Evidence) -> bool:
    first, _, way = row.name.partition("/")
    is_peer = first in _BY_WAY and way not in _WAYS
    return row.kind in ("metric", "check") and not is_peer and not _is_about_groups(row)


def _with_ends(named: Iterable[tuple[str, Evidence]]) -> dict[str, float]:
    """A figure by its name, and the ends of its interval by ``NAME.low`` and ``NAME.high``."""
    metrics: dict[str, float] = {}
    for name, row in named:
        for end, value in (("", row.value), (".low", row.low), (".high", row.high)):
            if value is not None:
                metrics[name + end] = value
    return metrics


def _json(rows: Iterable[Evidence]) -> str:
    told = [_told(row) for row in rows]
    return json.dumps(told, indent=1, ensure_ascii=False) if told else "[]"


def _told(row: Evidence) -> Mapping[str, Any]:
    figures = {"value": row.value, "low": row.low, "high": row.high}
    judged = (
        {
            "bound": row.bound,
            "verdict": row.verdict,
            "must_pass": bool(row.payload.get("must_pass")),
        }
        if row.kind == "check"
        else {}
    )
    rest = {key: value for key, value in row.payload.items() if key != "must_pass"}
    return {"name": row.name, **figures, **judged, **rest}
