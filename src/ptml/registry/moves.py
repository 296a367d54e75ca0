"""What was done to the models in use, by whom and why; who is champion follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ptml.errors import DataError, UsageError

What = Literal["add", "promote", "refuse", "rollback", "retire"]


@dataclass(frozen=True)
class Said:
    """Who makes a move, why and when.

    Raises
    ------
    UsageError
        When nobody, or no reason, is named.
    """

    who: str
    why: str
    when: datetime

    def __post_init__(self) -> None:
        for option, value in (("--who", self.who), ("--why", self.why)):
            if not value.strip():
                raise UsageError(f"{option} must say something: the log of moves keeps it")


@dataclass(frozen=True)
class State:
    """Which version is what.

    Attributes
    ----------
    in_use : tuple of str
        Champions that a rollback goes back through, the present one last.
    challenger : str or None
        The version that was last held against the champion, if it is not champion.
    """

    in_use: tuple[str, ...] = ()
    challenger: str | None = None

    @property
    def champion(self) -> str | None:
        """The version in use."""
        return self.in_use[-1] if self.in_use else None

    @property
    def before(self) -> str | None:
        """What a rollback goes back to."""
        return self.in_use[-2] if len(self.in_use) > 1 else None

    def after(self, move: Mapping[str, Any]) -> "State":
        """What a move leads to.

        >>> used = State(("a", "b"))
        >>> used.after({"what": "promote", "version": "c"}).in_use
        ('a', 'b', 'c')
        >>> used.after({"what": "rollback", "version": "a"}).in_use
        ('a',)
        """
        what, version = str(move["what"]), str(move["version"])
        challenger = None if self.challenger == version else self.challenger
        if what in ("add", "refuse"):
            return self if version == self.champion else State(self.in_use, version)
        if what == "promote":
            return State((*self.in_use, version), challenger)
        if what == "rollback":
            # Back to it, or, where a rollback had left it behind, forward to it again.
            kept = self.in_use[: self.in_use.index(version)] if version in self.in_use else None
            return State((*(self.in_use if kept is None else kept), version), challenger)
        if what == "retire":
            return State(self.in_use, challenger)
        known = "add, promote, refuse, rollback and retire"
        raise DataError(f"the log of moves knows {known}, got {what}")


def state_after(moves: Sequence[Mapping[str, Any]]) -> State:
    """Follow all moves from the first."""
    state = State()
    for move in moves:
        state = state.after(move)
    return state
