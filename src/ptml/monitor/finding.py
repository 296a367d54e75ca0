"""What one test of a look found, before and after it is decided whether it is an alarm."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from ptml.monitor.change_point import Step

Severity = Literal["critical", "action", "note"]
Family = Literal[
    "readable", "freshness", "volume", "values", "past", "features", "scores", "outcomes", "review",
    "lift", "groups",
]  # fmt: skip
DATA_FAMILIES: tuple[Family, ...] = ("readable", "freshness", "volume", "values", "past")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    family : str
        Tests of one family share its part of the stated false-alarm rate.
    subject : str
        Stable key within the family: ``enrolments.exam_score: distribution``.
    p : float or None
        Probability of at least this much if nothing has changed; None = a rule, not a test.
    counts : bool
        Whether the change is large enough to matter, however sure it is.
    severity : str
        What it is if it is an alarm.
    seen, expected, to_do : str
        In words.
    since : date or None
        First day of what is unlike before, where it is known.
    since_between : pair of date or None
        Where it is estimated: between which days it lies (95 %).
    drawn : mapping
        Points to draw, JSON-ready.
    """

    family: Family
    subject: str
    p: float | None
    counts: bool
    severity: Severity
    seen: str
    expected: str
    to_do: str
    since: date | None = None
    drawn: Mapping[str, Any] = field(default_factory=dict)
    since_between: tuple[date, date] | None = None

    def from_step(self, step: Step | None) -> "Finding":
        """The same, since an estimated step where there is one."""
        if step is None:
            return self
        return replace(self, since=step.day, since_between=(step.earliest, step.latest))

    def as_alarm(self, severity: Severity, how_sure: str) -> dict[str, Any]:
        """The finding as a JSON-ready alarm."""
        found = asdict(self)
        found |= {"severity": severity, "how_sure": how_sure, "drawn": dict(self.drawn)}
        found["since"] = None if self.since is None else self.since.isoformat()
        between = self.since_between
        found["since_between"] = None if between is None else [d.isoformat() for d in between]
        return found


@dataclass(frozen=True)
class NotJudged:
    """Something that could not be looked at, and why."""

    family: Family
    subject: str
    why: str
