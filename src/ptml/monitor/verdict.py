"""From findings to alarms, a call to action and an advice, at a stated rate of false alarms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ptml.monitor.finding import DATA_FAMILIES, Family, Finding, Severity

Advice = Literal["fix_data", "retrain", "look", "none"]

# What each family may spend of the stated rate; together 1. A rule (no chance in it) spends none.
BUDGET: Mapping[Family, float] = MappingProxyType(
    {
        "volume": 0.25,
        "values": 0.25,
        "features": 0.1,
        "scores": 0.1,
        "outcomes": 0.08,
        "review": 0.02,
        "lift": 0.15,
        "groups": 0.05,
    }
)
ORDER: tuple[Family, ...] = (*DATA_FAMILIES, *(f for f in BUDGET if f not in DATA_FAMILIES))
_RANK: Mapping[Severity, int] = MappingProxyType({"critical": 0, "action": 1, "note": 2})
# Alarms that call for a human to look and not for new models.
_TO_LOOK_AT: tuple[Family, ...] = ("review", "lift", "groups")
_BY_DISCOVERY: tuple[Family, ...] = ("lift",)


@dataclass(frozen=True)
class Verdict:
    """What a look comes to.

    Attributes
    ----------
    alarms : tuple of dict
        JSON-ready, the gravest first.
    advice : str
    reason : str
        Why, in a sentence.
    """

    alarms: tuple[dict[str, Any], ...]
    advice: Advice
    reason: str

    @property
    def action_needed(self) -> bool:
        """Whether somebody has to do something."""
        return any(alarm["severity"] != "note" for alarm in self.alarms)


def holm(p: Sequence[float]) -> NDArray[np.float64]:
    """Adjusted p-values of Holm (1979): below a, the family errs with probability a at most.

    >>> [round(float(v), 3) for v in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def false_discovery(p: Sequence[float]) -> NDArray[np.float64]:
    """Adjusted p-values of Benjamini & Hochberg (1995): for notes, which call nobody to action.

    >>> [round(float(v), 3) for v in false_discovery([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    n = len(values)
    stepped = np.minimum.accumulate(values[order] * n / np.arange(n, 0, -1))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def judge(findings: Sequence[Finding], false_alarm_rate: float) -> Verdict:
    """Decide which findings are alarms.

    A test alarms when its Holm-adjusted p is within its family's part of the stated rate and the
    change is large enough to matter; one that is sure and small, or large and less sure (false
    discovery rate within 5 %), is a note. A rule alarms when it is broken. In the family of
    courses the false discovery rate is within that part instead: where nothing has changed it
    is the same rate, and where several have faded more of them are found.
    """
    alarms: list[dict[str, Any]] = []
    for family in ORDER:
        own = [f for f in findings if f.family == family]
        tested = [f for f in own if f.p is not None]
        alarms += [f.as_alarm(f.severity, "certain: no chance in it") for f in own if _broken(f)]
        p = [f.p for f in tested if f.p is not None]
        level = false_alarm_rate * BUDGET.get(family, 0.0)
        for finding, strict, loose in zip(tested, holm(p), false_discovery(p), strict=True):
            adjusted = float(loose if family in _BY_DISCOVERY else strict)
            if finding.counts and adjusted <= level:
                alarms.append(finding.as_alarm(finding.severity, _chance(adjusted)))
            elif finding.counts and loose <= false_alarm_rate:
                alarms.append(finding.as_alarm("note", _chance(float(strict))))
    alarms.sort(key=lambda a: (_RANK[a["severity"]], ORDER.index(a["family"])))
    return Verdict(tuple(alarms), *_advice(alarms))


def _broken(finding: Finding) -> bool:
    return finding.p is None and finding.counts


def _chance(p: float) -> str:
    if p < 1e-6:
        return "by chance less than once in a million such looks"
    return f"by chance in {max(p, 1e-6):.1g} of such looks, all tests of its kind counted"


def _advice(alarms: Sequence[Mapping[str, Any]]) -> tuple[Advice, str]:
    acting = [a for a in alarms if a["severity"] != "note"]
    broken = [a for a in acting if a["severity"] == "critical" and a["family"] in DATA_FAMILIES]
    if broken:
        return "fix_data", (
            f"{_named(broken)}: the export is not what it was. Do not train on it, and take "
            "what is said of the models with caution until it is mended"
        )
    drifted = [a for a in acting if a["family"] not in _TO_LOOK_AT]
    if drifted:
        return "retrain", f"{_named(drifted)}: the data keep their form and are not what was learnt"
    if acting:
        return "look", f"{_named(acting)}: new training alone does not answer that"
    return "none", "nothing differs from before by more than chance"


def _named(alarms: Sequence[Mapping[str, Any]]) -> str:
    first = str(alarms[0]["subject"])
    return first if len(alarms) == 1 else f"{first} and {len(alarms) - 1} more"
