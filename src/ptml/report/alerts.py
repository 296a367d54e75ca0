"""Alerts of course health in words: what is published of them is a code and its values."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ptml.report.sentences import sentence
from ptml.report.wording import UNKNOWN, count, date, known, level, number, percent, points

_OWN = " By its own takers alone the effect is {own_low} to {own_high} points."
ALERTS: Mapping[str, str] = MappingProxyType(
    {
        "harmful": "Does harm: those who took it do worse than comparable people who did not.",
        "high_satisfaction_no_lift": "Liked ({mean_satisfaction} of 5), with no lift worth having.",
        "high_completion_low_lift": "Completed by {completion}, with no lift worth having.",
        "low_transfer": "Used at work by only {transfer_rate} of those who were checked.",
        "liked_not_used": "Liked ({mean_satisfaction} of 5), and used at work by only "
        "{transfer_rate} of those who were checked.",
        "exam_pass_no_transfer": "Learnt ({learnt}), and {transfer_rate} use it at work: they know "
        "it and do not do it.",
        "fading": "Fades: {faded}.",
        "redundant": "Another course, {instead}, teaches the same for less money or time; this one "
        "brings {beside}.",
        "outdated": "Outdated: opened {years} years ago, {signs}.",
    }
)
_SAID: Mapping[str, Callable[[object], str]] = MappingProxyType(
    {
        "mean_satisfaction": level,
        "mean_exam": level,
        "completion": percent,
        "transfer_rate": percent,
        "own_low": points,
        "own_high": points,
        "years": count,
    }
)


def alert_sentence(alert: object) -> str:
    """The sentence of one published alert.

    >>> alert_sentence({"code": "low_transfer", "values": {"transfer_rate": 0.25}})
    'Used at work by only 25\u202f% of those who were checked.'
    """
    if not isinstance(alert, Mapping) or alert.get("text") or alert.get("code") not in ALERTS:
        return sentence(alert)
    values: Mapping[str, Any] = alert.get("values") or {}
    own = _OWN if known(values.get("own_low")) else ""
    return (ALERTS[str(alert["code"])] + own).format_map(_said(values))


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        **{name: say(values.get(name)) for name, say in _SAID.items()},
        "instead": str(values.get("instead") or UNKNOWN),
        "learnt": _learnt(values),
        "faded": _faded(values),
        "signs": _signs(values),
        "beside": _beside(values),
    }


def _beside(values: Mapping[str, Any]) -> str:
    """How much more or less a course brings than the cheaper one."""
    low, high = number(values.get("more_low")), number(values.get("more_high"))
    if low is None or high is None:
        return "no more that is worth having"
    if high <= 0:
        return f"{level(-high)} to {level(-low)} points less"
    if low >= 0:
        return f"{level(low)} to {level(high)} points more"
    return f"between {level(-low)} points less and {level(high)} more"


def _learnt(values: Mapping[str, Any]) -> str:
    if known(values.get("mean_exam")):
        return f"mean exam {level(values['mean_exam'])}"
    return f"assessments rose by {level(values.get('level_gain'))} levels"


def _faded(values: Mapping[str, Any]) -> str:
    """What fell from earlier takers to later ones."""
    told = []
    if known(values.get("lift_later")):
        since = f" before {date(values['since'])}" if known(values.get("since")) else ""
        told.append(
            f"{points(values['lift_earlier'])} points for those who took it{since},"
            f" {points(values['lift_later'])} since"
        )
    if known(values.get("transfer_later")):
        told.append(
            f"used at work by {percent(values['transfer_earlier'])} before,"
            f" by {percent(values['transfer_later'])} lately"
        )
    return "; ".join(told) or "later takers gain less than earlier ones"


def _signs(values: Mapping[str, Any]) -> str:
    """Why a course is called outdated."""
    if values.get("asked") == 0:
        return "and no role and no goal asks for what it teaches"
    told = [f"{percent(values.get('beyond'))} of those whose roles ask for it are beyond it"]
    if known(values.get("demand")):
        told.append(f"enrolments are at {percent(values['demand'])} of what was to be expected")
    if (number(values.get("liking")) or 0) < 0:
        told.append(f"its rating fell by {level(abs(values['liking']))} of 5")
    return ", ".join(told)
