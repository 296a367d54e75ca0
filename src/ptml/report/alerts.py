"""Alerts of course health in words: what is published of them is a code and its values."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ptml.report.sentences import sentence
from ptml.report.wording import level, percent

ALERTS: Mapping[str, str] = MappingProxyType(
    {
        "harmful": "Does harm: its whole interval of lift lies below zero.",
        "high_satisfaction_no_lift": "Liked ({mean_satisfaction} of 5), with a lift that cannot be "
        "told from none.",
        "high_completion_low_lift": "Completed by {completion}, with a lift that cannot be told "
        "from none.",
        "low_transfer": "Used at work by only {transfer_rate} of those who were checked.",
        "exam_pass_no_transfer": "The exam is passed (mean {mean_exam}), and {transfer_rate} use "
        "it at work: they know it and do not do it.",
    }
)
_SAID: Mapping[str, Callable[[object], str]] = MappingProxyType(
    {
        "mean_satisfaction": level,
        "mean_exam": level,
        "completion": percent,
        "transfer_rate": percent,
    }
)


def alert_sentence(alert: object) -> str:
    """The sentence of one published alert.

    >>> alert_sentence({"code": "low_transfer", "values": {"transfer_rate": 0.25}})
    'Used at work by only 25\u202f% of those who were checked.'
    """
    if not isinstance(alert, Mapping) or alert.get("text") or alert.get("code") not in ALERTS:
        return sentence(alert)
    values = alert.get("values")
    return ALERTS[str(alert["code"])].format_map(_said(values if values else {}))


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: say(values.get(name)) for name, say in _SAID.items()}
