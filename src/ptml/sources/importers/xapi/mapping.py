"""What the mapping file of an xAPI import says: courses, verbs, and what counts as evidence."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.sources.importers.patterns import Patterns, glob
from ptml.sources.importers.xapi.verbs import VERBS, VerbClass

EvidenceKind = Literal[
    "practice_task", "mentor_meeting", "manager_checkin", "behaviour_check", "tool_use"
]


class Evidence(BaseModel):
    """Which activities are practice at work, and of which kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: EvidenceKind = Field(description=f"One of {', '.join(EVIDENCE_KINDS)}.")
    activity: str = Field("*", description="Id of the activity; * stands for anything.")
    activity_type: str = Field("*", description="Type of the activity; * stands for anything.")
    verb: str = Field("*", description="Id of the verb; * stands for anything.")
    course: str | None = Field(
        None, description="Course that it is practice of; empty = the one that the statement names."
    )
    success_is_score: bool = Field(
        False, description="A session without a score counts 1 when it succeeded, 0 when not."
    )
    due_when_done: bool = Field(
        False, description="It was due on the day on which it was done, as an observed check is."
    )
    person: Literal["actor", "object"] = Field(
        "actor", description="Who practised: who acts, or whom it is about (a coach's statement)."
    )

    @model_validator(mode="after")
    def _names_something(self) -> "Evidence":
        if {self.activity, self.activity_type, self.verb} == {"*"}:
            raise ValueError("name an activity, an activity_type or a verb: all statements fit")
        return self


class XapiMapping(BaseModel):
    """``--map`` of ``ptml import xapi``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    courses: dict[str, str] = Field(
        default_factory=dict,
        description="Course by id of the activity. An id: its completion completes the course. A"
        " pattern with *: parts of the course.",
    )
    verbs: dict[str, VerbClass | Literal["ignore"]] = Field(
        default_factory=dict, description="What a verb says of a course, by its id."
    )
    evidence: tuple[Evidence, ...] = Field(default=(), description="The first that fits counts.")

    @cached_property
    def verb_classes(self) -> dict[str, str]:
        """Class of each verb: the known ones, and what the file says."""
        return {**VERBS, **self.verbs}

    @cached_property
    def course_of(self) -> Patterns[str]:
        """Courses by id and pattern of activities."""
        return Patterns(self.courses)

    @cached_property
    def rule_of(self) -> Callable[[str, str, str], int | None]:
        """Number of the first rule of evidence that fits a verb, a type and an activity."""
        rules = [tuple(map(glob, (r.verb, r.activity_type, r.activity))) for r in self.evidence]

        @lru_cache(maxsize=65_536)
        def found(*names: str) -> int | None:
            fits = (all(g.fullmatch(n) for g, n in zip(r, names, strict=True)) for r in rules)
            return next((k for k, is_one in enumerate(fits) if is_one), None)

        return found
