"""What one test of a look found, before and after it is decided whether it is an alarm."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

Severity = Literal["critical", "action", "note"]
Family = Literal[
    "readable", "freshness", "volume", "values", "past", "features", "scores", "outcomes", "lift",
    "groups",
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

    def as_alarm(self, severity: Severity, how_sure: str) -> dict[str, Any]:
        """The finding as a JSON-ready alarm."""
        found = asdict(self)
        found |= {"severity": severity, "how_sure": how_sure, "drawn": dict(self.drawn)}
        found["since"] = None if self.since is None else self.since.isoformat()
        return found


@dataclass(frozen=True)
class NotJudged:
    """Something that could not be looked at, and why."""

    family: Family
    subject: str
    why: str
