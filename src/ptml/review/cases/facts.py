"""What was seen of one completion, out of its events: counted, not judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Events = Sequence[Mapping[str, Any]]

ACTIVITIES = ("practice_task", "mentor_meeting", "manager_checkin", "tool_use", "behaviour_check")
"""What is expected after a course, in the order of the page."""


@dataclass(frozen=True)
class Activity:
    """What came of one kind of activity.

    Attributes
    ----------
    kind : str
        Of `ACTIVITIES`.
    due, done : int
    last_on : str or None
        Newest day on which it was done, or was due where it never was.
    score : float or None
        Mean result, 0-1.
    """

    kind: str
    due: int
    done: int
    last_on: str | None
    score: float | None


@dataclass(frozen=True)
class Facts:
    """A completion.

    Attributes
    ----------
    enrolled_on, started_on, completed_on : str or None
        ISO days.
    exam : float or None
        0-100.
    activities : tuple of Activity
        One of each kind.
    """

    enrolled_on: str | None
    started_on: str | None
    completed_on: str | None
    exam: float | None
    activities: tuple[Activity, ...]


def facts_of(events: Events, enrolment_id: str) -> Facts:
    """Gather the facts of one enrolment."""
    own = [event for event in events if event["enrolment_id"] == enrolment_id]
    return Facts(
        _day(own, "enrolled"),
        _day(own, "started"),
        _day(own, "completed"),
        next((e["value"] for e in own if e["kind"] == "completed"), None),
        tuple(_activity(own, kind) for kind in ACTIVITIES),
    )


def _day(own: Events, kind: str) -> str | None:
    return next((str(event["happened_on"]) for event in own if event["kind"] == kind), None)


def _activity(own: Events, kind: str) -> Activity:
    due = [event for event in own if event["kind"] == kind]
    done = [event for event in due if event["done"]]
    scores = [event["value"] for event in done if event["value"] is not None]
    last = max((str(event["happened_on"]) for event in done or due), default=None)
    mean = sum(scores) / len(scores) if scores else None
    return Activity(kind, len(due), len(done), last, mean)
