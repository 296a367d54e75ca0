"""A decision, and what is wrong or missing in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ptml.review.cases.states import DISMISSALS, OUTCOMES, Kind
from ptml.review.words import N_, WrongInputError

_MOST_NOTE, _MOST_NAME = 4_000, 200
# Later than this is never.
_LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Decision:
    """What is decided.

    Attributes
    ----------
    kind : Kind
    version : int
        Of the case as the viewer saw it.
    reason : str
        Of `DISMISSALS`; for dismissing.
    note : str
    intervention, owner : str
        What is done and by whom; for assigning.
    due_on : date or None
        Until when; for assigning and postponing.
    outcome : str
        Of `OUTCOMES`; what came of it.
    done_on : date or None
        When the help was given; None = it was not, or nobody knows. With the outcome.
    """

    kind: Kind
    version: int
    reason: str = ""
    note: str = ""
    intervention: str = ""
    owner: str = ""
    due_on: date | None = None
    outcome: str = ""
    done_on: date | None = None


def wrong_in(decision: Decision, today: date) -> tuple[WrongInputError, ...]:
    """All that cannot be taken, in the order of the form."""
    return tuple(_wrong(decision, today))


def _wrong(decision: Decision, today: date) -> Iterator[WrongInputError]:
    match decision.kind:
        case Kind.dismiss:
            yield from _wrong_dismissal(decision)
        case Kind.ask if not decision.note.strip():
            yield WrongInputError("note", N_("Write what you want to know."))
        case Kind.assign:
            yield from _wrong_assignment(decision)
            yield from _wrong_day(decision.due_on, today)
        case Kind.postpone:
            yield from _wrong_day(decision.due_on, today)
        case Kind.outcome:
            yield from _wrong_outcome(decision, today)
    if len(decision.note) > _MOST_NOTE:
        yield WrongInputError("note", N_("Write at most {most} characters."), most=_MOST_NOTE)


def _wrong_dismissal(decision: Decision) -> Iterator[WrongInputError]:
    if decision.reason not in DISMISSALS:
        yield WrongInputError("reason", N_("Say why this warning is dismissed."))
    if decision.reason == "other" and not decision.note.strip():
        yield WrongInputError("note", N_("Say in the note why this warning is dismissed."))


def _wrong_assignment(decision: Decision) -> Iterator[WrongInputError]:
    if not decision.intervention:
        yield WrongInputError("intervention", N_("Choose what is done."))
    if not decision.owner.strip():
        yield WrongInputError("owner", N_("Say who does it."))
    if len(decision.owner) > _MOST_NAME:
        yield WrongInputError("owner", N_("Write at most {most} characters."), most=_MOST_NAME)


def _wrong_outcome(decision: Decision, today: date) -> Iterator[WrongInputError]:
    if decision.outcome not in OUTCOMES:
        yield WrongInputError("outcome", N_("Say what came of it."))
    if decision.done_on is not None and decision.done_on > today:
        yield WrongInputError("done_on", N_("Give today or an earlier day."))


def _wrong_day(day: date | None, today: date) -> Iterator[WrongInputError]:
    if day is None:
        yield WrongInputError("due_on", N_("Give a day."))
    elif day < today:
        yield WrongInputError("due_on", N_("Give today or a later day."))
    elif day > today + _LONGEST:
        yield WrongInputError("due_on", N_("Give a day within a year."))
