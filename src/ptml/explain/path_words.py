"""The wording of learning paths: why a step, why there, and what stands in the way."""

from collections.abc import Mapping
from types import MappingProxyType

STEPS: Mapping[str, str] = MappingProxyType(
    {
        "running.open": "Under way: it goes on (weeks left: {weeks}).",
        "required.mandatory": "Everybody has to take it, and it is not done yet.",
        "required.renewal": "The certificate runs out in {weeks} weeks.",
        "required.expired": "The certificate has run out.",
        "required.far_below": "Has to be worked on: {competency} is {levels} levels below what the "
        "role asks for.",
        "adds.points": "Adds {lift} points of performance here (90 % interval {low} to {high}).",
        "adds.unclear": "Adds {lift} points of performance here, which cannot be told from none "
        "(90 % interval {low} to {high}).",
        "adds.unknown": "What it adds to performance is not known.",
        "overlap.part": "By itself it would bring {alone} points: {percent} % of it is taught by "
        "earlier courses, or depends on one that may not be completed.",
        "works_on.levels": "Works on the gap in {competency}, from level {from_level} to "
        "{to_level}.",
        "goal.more": "The goals of the unit make {competency} count {factor} times as much.",
        "after.course": "Can begin only after {course}.",
        "opens.date": "Opens in week {week}.",
        "opens.seats": "Earlier seats are taken, or planned for people to whom it brings more: it "
        "begins with those of a later quarter.",
        "unlocks.step": "Opens the way to {course}.",
        "seats.few": "It has {seats} seats a quarter: book early, and plan again if it is full.",
        "practice.micro": "A short course in the weeks between, to keep what was just learnt in "
        "use.",
        "practice.task": "Then use it at work (weeks: {weeks}), with one task "
        "agreed with the manager.",
    }
)

IN_THE_WAY: Mapping[str, str] = MappingProxyType(
    {
        "environment.unit": "What holds the person back is clearly around the work and not skill: "
        "only what is required is planned, until that is settled.",
        "required.no_course": "No course that may be begun works enough on {competency}, which is "
        "{levels} levels below what the role asks for.",
        "required.no_room": "{competency} is {levels} levels below what the role asks for, and no "
        "course on it fits into the weeks and steps of the path.",
        "time.required_first": "What runs and what everybody has to take fills the first {weeks} "
        "of {horizon} weeks.",
        "time.unknown_hours": "Of {courses} courses the hours are not known: they have no place in "
        "time and are left out.",
        "seats.full": "{courses} courses that would fit are full for this quarter.",
        "nothing.open": "No course that may be begun is expected to bring anything.",
        "search.stopped": "The search was stopped: a path that is up to {points} points better "
        "may exist.",
    }
)
