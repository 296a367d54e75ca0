"""The states of a case, and which decision leads from where to where."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a case stands."""

    open = "open"
    asked = "asked"
    postponed = "postponed"
    accepted = "accepted"
    assigned = "assigned"
    dismissed = "dismissed"
    closed = "closed"


class Kind(StrEnum):
    """What can be decided."""

    accept = "accept"
    assign = "assign"
    ask = "ask"
    postpone = "postpone"
    dismiss = "dismiss"
    outcome = "outcome"


UNDECIDED = (State.open, State.asked, State.postponed)
"""States in which a case waits for a decision."""
ACTED_ON = (State.accepted, State.assigned)
"""States in which something is to be done."""
FINISHED = (State.dismissed, State.closed)

WAITING, AGREED, ENDED = "waiting", "agreed", "finished"
"""The phases of `UNDECIDED`, `ACTED_ON` and `FINISHED`, as the database derives them."""

_DECIDING = frozenset({Kind.accept, Kind.assign, Kind.ask, Kind.postpone, Kind.dismiss})
ALLOWED: Mapping[State, frozenset[Kind]] = MappingProxyType(
    {
        State.open: _DECIDING,
        State.asked: _DECIDING,
        State.postponed: _DECIDING,
        State.accepted: frozenset({Kind.assign, Kind.outcome, Kind.dismiss}),
        State.assigned: frozenset({Kind.assign, Kind.outcome, Kind.dismiss}),
        State.dismissed: frozenset(),
        State.closed: frozenset(),
    }
)
"""What may be decided in each state; undoing is no decision (`ptml.review.cases.deciding`)."""

LEADS_TO: Mapping[Kind, State] = MappingProxyType(
    {
        Kind.accept: State.accepted,
        Kind.assign: State.assigned,
        Kind.ask: State.asked,
        Kind.postpone: State.postponed,
        Kind.dismiss: State.dismissed,
        Kind.outcome: State.closed,
    }
)

DISMISSALS = ("not_true", "already_helped", "not_needed", "not_the_person", "data_wrong", "other")
"""Why a warning is dismissed."""
OUTCOMES = ("used", "partly", "not_used", "not_known")
"""What came of it."""
