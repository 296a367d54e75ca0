"""The table `unit_warnings`: which units are flagged in the place of their people, and why."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.explain.interventions import ACTIONS, SMALLEST_SHARE, TOPIC_OF_MATTER, UNIT_RECORD
from ptml.explain.unit_totals import SEEN_OF_UNITS, UnitTotals
from ptml.explain.words import Words
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.topics import TOPICS
from ptml.transfer.units import Z

Doubles = NDArray[np.float64]

_SHARE_DECIMALS = 6
_TOPICS = {topic.code: topic for topic in TOPICS}
_RECORD = "unit_record.share"


def unit_warnings_table(totals: UnitTotals, min_people: int, words: Words) -> pd.DataFrame:
    """Put the units that have open completions into words.

    Parameters
    ----------
    totals : UnitTotals
        Of all buckets.
    min_people : int
        Nothing is counted of a smaller group.
    words : Words
        In the language that is to be said.

    Returns
    -------
    DataFrame
        A row a unit, in the order of their ids: ``org_unit_id``, ``flagged``, ``unit_effect`` with
        ``unit_effect_low`` and ``unit_effect_high`` (log-odds, 90 %), ``checked``, ``weak_share``
        with ``weak_share_low`` and ``weak_share_high``, ``completions``, ``people``,
        ``over_threshold``, ``blocked``, ``blocked_by`` (JSON), ``reasons``, ``interventions``
        (JSON lists).
    """
    units, at = totals.units, np.flatnonzero(totals.completions)
    is_open = totals.people[at] >= min_people
    is_known = (units.people[at] >= min_people) & np.isfinite(units.effect[at])
    with np.errstate(invalid="ignore", divide="ignore"):
        share = units.weak[at] / units.checked[at]
    raising, excess = _raising(totals)
    known_share = {
        "weak_share": share,
        "weak_share_low": units.share_low[at],
        "weak_share_high": units.share_high[at],
    }
    effects = ("effect", "low", "high")
    names = ("unit_effect", "unit_effect_low", "unit_effect_high")
    counted = {
        "completions": totals.completions[at],
        "people": totals.people[at],
        "over_threshold": totals.over[at],
        "blocked": totals.blocked[at],
    }
    reasons, interventions, blocked_by = [], [], []
    for k, unit in enumerate(at.tolist()):
        topics = [t for t in _ranked(excess[unit], raising[unit]) if is_open[k]]
        seen = [_shared(totals, unit, t, excess[unit, t], words) for t in topics]
        reasons.append(([_record(totals, unit, words)] if is_known[k] else []) + seen)
        blocked_by.append(_blocked_by(totals, unit, is_open[k]))
        interventions.append(_interventions(totals, unit, topics, is_open[k], words))
    return pd.DataFrame(
        {
            "org_unit_id": units.ids.ids[at],
            "flagged": units.flagged[at],
            **{
                name: np.where(is_known, getattr(units, of)[at], np.nan)
                for name, of in zip(names, effects, strict=True)
            },
            "checked": _hidden(units.checked[at], is_known),
            **{name: np.where(is_known, value, np.nan) for name, value in known_share.items()},
            **{name: _hidden(value, is_open) for name, value in counted.items()},
            "blocked_by": blocked_by,
            "reasons": [_json(items) for items in reasons],
            "interventions": [_json(items) for items in interventions],
        }
    )


def _hidden(counts: NDArray[np.integer], is_shown: NDArray[np.bool_]) -> pd.Series:
    return pd.Series(counts, dtype="Int32").where(pd.Series(is_shown))


def _raising(totals: UnitTotals) -> tuple[NDArray[np.bool_], Doubles]:
    """Which topics raise the risk of a unit's cases above that of all, surely; and by how much."""
    n = totals.completions[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = totals.share / n
        excess = mean - totals.share.sum(axis=0) / n.sum()
        spread = np.maximum(totals.share_squared / n - mean**2, 0) * n / (n - 1)
        surely = excess - Z * np.sqrt(spread / n) > 0
    return surely & (excess >= SMALLEST_SHARE) & (totals.n_seen > 0), excess


def _ranked(excess: Doubles, is_raising: NDArray[np.bool_]) -> list[int]:
    return [int(t) for t in np.argsort(-excess, kind="stable") if is_raising[t]]


def _record(totals: UnitTotals, unit: int, words: Words) -> dict[str, Any]:
    units = totals.units
    checked, weak = int(units.checked[unit]), int(units.weak[unit])
    values = {
        "checked": checked,
        "weak": weak,
        "share": round(100 * weak / checked),
        "usual": round(100 * float(units.usual[unit])),
    }
    return {
        "code": UNIT_RECORD,
        "family": _TOPICS[UNIT_RECORD].family,
        "share": round(float(units.effect[unit]), _SHARE_DECIMALS),
        "text_key": _RECORD,
        "values": values,
        "text": words["unit"][_RECORD].format(**values),
    }


def _shared(totals: UnitTotals, unit: int, k: int, share: float, words: Words) -> dict[str, Any]:
    code = list(SEEN_OF_UNITS)[k]
    mean = totals.seen[unit, k] / totals.n_seen[unit, k]
    decimals = SEEN_OF_UNITS[code][2]
    value = round(mean, decimals) if decimals else round(mean)
    return {
        "code": code,
        "family": _TOPICS[code].family,
        "share": round(share, _SHARE_DECIMALS),
        "text_key": f"{code}.mean.raises",
        "values": {"value": value},
        "text": words["unit"][f"{code}.mean"].format(value=value) + words["effect"]["raises"],
    }


def _blocked_by(totals: UnitTotals, unit: int, is_shown: bool) -> str:
    found = zip(UNIT_MATTERS, totals.matters[unit].tolist(), strict=True)
    return json.dumps({name: n for name, n in found if name and is_shown})


def _interventions(
    totals: UnitTotals, unit: int, topics: Sequence[int], is_shown: bool, words: Words
) -> list[dict[str, Any]]:
    """What the unit can do, for what flags it and what blocks its people first, by rank."""
    blocking = dict(zip(UNIT_MATTERS, totals.matters[unit].tolist(), strict=True))
    blocking["unit"] = int(totals.units.flagged[unit])
    first = [
        topic for m, topic in TOPIC_OF_MATTER.items() if blocking[m] and (is_shown or m == "unit")
    ]
    if not first:
        return []
    reasons = dict.fromkeys([*first, *(list(SEEN_OF_UNITS)[t] for t in topics)])
    actions = {a.code: a for code in reasons for a in ACTIONS if a.topic == code}
    return [
        {
            "rank": rank,
            "code": action.code,
            "owner": "unit",
            "due_days": action.due_days,
            "reason": action.topic,
            "family": _TOPICS[action.topic].family,
            "text_key": action.code,
            "values": {},
            "text": words["intervention"][action.code],
        }
        for rank, action in enumerate(actions.values(), start=1)
    ]


def _json(items: list[dict[str, Any]]) -> str:
    return json.dumps(items, ensure_ascii=False)
