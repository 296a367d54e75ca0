"""What a viewer narrowed the list to, and how it is sorted."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, case, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.states import AGREED, ENDED, WAITING, State
from ptml.review.store.schema import cases, unit_ancestors

_PHASES: Mapping[str, str] = MappingProxyType(
    {
        "open": WAITING,
        "asked": WAITING,
        "postponed": WAITING,
        "acted": AGREED,
        "dismissed": ENDED,
        "closed": ENDED,
    }
)
_ONE_STATE = frozenset({State.asked, State.postponed, State.dismissed})
SHOWN = ("week", *_PHASES, "all")
"""What the list can be narrowed to by state; all but ``week`` take no heed of the capacity."""
SORTS = ("priority", "due", "unit", "course", "reason", "stage", "completed")

Word = Annotated[str, Field(max_length=200)]


class Asked(BaseModel):
    """What the viewer narrowed the list to; an empty word = all.

    Attributes
    ----------
    shown : str
        Of `SHOWN`.
    mine : bool
        Only cases that the viewer has taken.
    unit : str
        A unit, with all below.
    course, reason, stage, words, sort : str
    page : int
        From 1.
    """

    model_config = ConfigDict(frozen=True)

    shown: Word = "week"
    mine: bool = False
    unit: Word = ""
    course: Word = ""
    reason: Word = ""
    stage: Word = ""
    words: Word = ""
    sort: Word = "priority"
    page: Annotated[int, Field(ge=1, le=100_000)] = 1

    @property
    def is_filtered(self) -> bool:
        """Whether one of the filters is set."""
        return bool(self.mine or self.unit or self.course or self.reason or self.stage)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the state is asked for."""
        return self.is_filtered or bool(self.words.strip())

    @property
    def over_all(self) -> "Asked":
        """The same among all cases where it is words that are looked for: a name is no state."""
        is_search = self.shown == "week" and bool(self.words.strip())
        return self.model_copy(update={"shown": "all"}) if is_search else self

    def address(self, **changes: object) -> dict[str, str]:
        """What stands in the address: all that differs from an untouched list."""
        told = {**self.model_dump(), **changes}
        unset = {name: field.default for name, field in type(self).model_fields.items()}
        return {
            name: "true" if value is True else str(value)
            for name, value in told.items()
            if value != unset[name]
        }


def conditions(viewer: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    """The conditions of what is asked for, besides what the viewer may see and words."""
    found: list[ColumnElement[bool]] = []
    if asked.shown in _PHASES:
        found.append(cases.c.phase == _PHASES[asked.shown])
    if asked.shown in _ONE_STATE:
        found.append(cases.c.state == asked.shown)
    if asked.mine:
        found.append(cases.c.owner_id == viewer.account_id)
    if asked.unit:
        found.append(cases.c.org_unit_id.in_(_below(asked.unit)))
    for column, value in (
        (cases.c.course_id, asked.course),
        (cases.c.reason, asked.reason),
        (cases.c.stage, asked.stage),
    ):
        if value:
            found.append(column == value)
    return found


def order(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    """How the list is sorted; the id last, so that no page repeats or leaves out a case."""
    first = (cases.c.priority.desc(), cases.c.case_id)
    by_day = (cases.c.due_on.is_(None), cases.c.due_on, *first)
    orders: Mapping[str, tuple[ColumnElement[Any], ...]] = {
        "due": by_day,
        "unit": (cases.c.org_unit_id, *first),
        "course": (cases.c.course_id, *first),
        "reason": (cases.c.reason, *first),
        "stage": (cases.c.stage, *first),
        "completed": (cases.c.completed_on, *first),
    }
    if asked.sort in orders:
        return orders[asked.sort]
    if asked.shown == "acted":
        return by_day
    # What was agreed stands before what waits ("agreed" sorts before "waiting"), by its day; a day
    # on which a postponed case comes back is none to be late for.
    agreed_day = case((cases.c.phase == AGREED, cases.c.due_on))
    return (cases.c.phase, agreed_day, *first) if asked.shown == "week" else first


def _below(unit: str) -> Any:
    return select(unit_ancestors.c.org_unit_id).where(unit_ancestors.c.ancestor_id == unit)
