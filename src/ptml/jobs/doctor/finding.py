"""What a check found: a verdict, what was seen, and the way out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "look", "stop"]


@dataclass(frozen=True)
class Finding:
    """One line of the doctor.

    Attributes
    ----------
    check : str
        Its stable name.
    verdict : {"ok", "look", "stop"}
        Good; a person should look at it; a run would fail, or publish what is wrong.
    told : str
        What was seen.
    way_out : str
        What to do; empty where all is good.
    """

    check: str
    verdict: Verdict
    told: str
    way_out: str = ""

    @property
    def line(self) -> str:
        """As a person reads it."""
        rest = f"; {self.way_out}" if self.way_out else ""
        return f"{self.verdict:<4}  {self.check}: {self.told}{rest}"


def ok(check: str, told: str) -> Finding:
    """All is good."""
    return Finding(check, "ok", told)


def look(check: str, told: str, way_out: str) -> Finding:
    """A person should look at it."""
    return Finding(check, "look", told, way_out)


def stop(check: str, told: str, way_out: str) -> Finding:
    """A run would fail, or publish what is wrong."""
    return Finding(check, "stop", told, way_out)


def made(check: str, call: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check; one that cannot be made is a finding too, and ends no other."""
    try:
        yield from list(call())
    except Exception as error:
        told = f"the check could not be made ({type(error).__name__})"
        yield look(check, told, "look at it by hand, and tell the maintainers")
