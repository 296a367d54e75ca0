"""What trials of one fault came to."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from ptml.intervals import wilson_interval
from ptml.jobs.faults.order import Ended

SILENT = "**not noticed**"
"""How a flipped bit was seen that was not."""

HEAD = (
    *("fault", "place", "trials", "looks: run before / new / **half**", "rows lost / doubled"),
    *("same bytes in the end [95 %]", "left behind", "exit codes"),
)


@dataclass
class Tally:
    """Counts over the trials of one fault at one form of place.

    Attributes
    ----------
    fault, place : str
    code : str
        Hash of the source.
    seconds : float
        How long all of its trials took.
    trials : int
    before, new, half : int
        What a reader found after each call: a whole run, or anything else.
    lost, doubled : int
        Rows of the run in the end.
    same : int
        Trials whose run in the end is that of a call which nothing disturbed.
    ended : int
        Trials that went on to the end.
    left : Counter
        What lay about after that.
    codes : Counter
        Exit codes of the calls that were disturbed.
    outcomes : Counter
        For bits that were flipped: how that was seen.
    notes : list of str
        What was not as it should be.
    """

    fault: str
    place: str
    code: str = ""
    seconds: float = 0.0
    trials: int = 0
    before: int = 0
    new: int = 0
    half: int = 0
    lost: int = 0
    doubled: int = 0
    same: int = 0
    ended: int = 0
    left: "Counter[str]" = field(default_factory=Counter)
    codes: "Counter[int]" = field(default_factory=Counter)
    outcomes: "Counter[str]" = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """Trials that did not end the same, half runs that were met, bits that nobody noticed."""
        return self.half + self.ended - self.same + self.outcomes[SILENT]

    def ended_with(self, ended: Ended) -> None:
        """Count an exit code, and processes that were left."""
        self.codes[ended.code] += 1
        if ended.left:
            self.left["processes"] += 1

    def saved(self) -> str:
        """JSON from which `loaded` makes it again."""
        return json.dumps(vars(self))

    @classmethod
    def loaded(cls, text: str) -> Self:
        """What `saved` gave."""
        told = json.loads(text)
        codes = {int(code): n for code, n in told["codes"].items()}
        counts = {"left": told["left"], "outcomes": told["outcomes"], "codes": codes}
        return cls(**{**told, **{name: Counter(found) for name, found in counts.items()}})

    def row(self) -> list[str]:
        """A row of the table."""
        return [
            self.fault,
            self.place,
            f"{self.trials}",
            f"{self.before} / {self.new} / **{self.half}**",
            f"{self.lost} / {self.doubled}",
            _share(self.same, self.ended),
            ", ".join(f"{name} {n}" for name, n in sorted(self.left.items())) or "nothing",
            self.ends,
        ]

    @property
    def ends(self) -> str:
        """Exit codes with how often they were seen."""
        return ", ".join(f"{_code(code)} x {n}" for code, n in sorted(self.codes.items()))


def _share(k: int, n: int) -> str:
    """So many of so many, with Wilson's 95 % interval of the share."""
    if not n:
        return ""
    low, high = wilson_interval(np.array([k / n]), np.array([n]))
    return f"{k} of {n} [{low[0]:.0%}, {high[0]:.0%}]"


def _code(code: int) -> str:
    return str(code) if code >= 0 else f"signal {-code}"


def bad_share(tallies: Sequence[Tally]) -> tuple[int, int, float]:
    """Trials that went wrong, all trials, and the upper end of Wilson's 95 % interval."""
    bad, n = sum(t.bad for t in tallies), sum(t.trials for t in tallies)
    if not n:
        return bad, n, 1.0
    _, high = wilson_interval(np.array([min(bad, n) / n]), np.array([n]))
    return bad, n, float(high[0])
