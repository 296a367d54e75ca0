"""What a person learnt and how the person's results went, out of the person's events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ptml.review.cases.facts import Events, Facts, facts_of


@dataclass(frozen=True)
class Taken:
    """One course of a person.

    Attributes
    ----------
    title : str
    facts : Facts
    dropped_on : str or None
    is_this : bool
        The course that the case is about.
    """

    title: str
    facts: Facts
    dropped_on: str | None
    is_this: bool


def taken(events: Events, enrolment_id: str, titles: Mapping[str, str]) -> tuple[Taken, ...]:
    """The courses of a person, the newest first."""
    found = []
    for own_id in dict.fromkeys(e["enrolment_id"] for e in events if e["enrolment_id"]):
        own = [e for e in events if e["enrolment_id"] == own_id]
        course = str(own[0]["course_id"])
        dropped = next((str(e["happened_on"]) for e in own if e["kind"] == "dropped"), None)
        found.append(
            Taken(
                titles.get(course, course), facts_of(own, own_id), dropped, own_id == enrolment_id
            )
        )
    return tuple(sorted(found, key=_begun, reverse=True))


def results(events: Events) -> tuple[tuple[date, float], ...]:
    """Performance scores by the last day of their period."""
    scores = [e for e in events if e["kind"] == "performance" and e["value"] is not None]
    days = {date.fromisoformat(str(e["until"] or e["happened_on"])): e["value"] for e in scores}
    return tuple(sorted((day, float(value)) for day, value in days.items()))


def _begun(course: Taken) -> str:
    return course.facts.enrolled_on or course.facts.completed_on or ""
