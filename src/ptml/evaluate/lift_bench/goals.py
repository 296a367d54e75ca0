"""Goals that were set for the lift model, held against what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from ptml.evaluate.lift_bench.results import Result, over_organisations


@dataclass(frozen=True)
class Goal:
    """A range for the mean of a figure of ptml over the organisations of a group."""

    words: str
    group: str
    figure: str
    low: float
    high: float

    def seen(self, results: Sequence[Result]) -> float | None:
        """The mean; None = no such organisation was measured."""
        here = [one for one in results if one.group == self.group]
        found = over_organisations(here, "ptml", self.figure)
        return None if found is None else found.mean

    def is_met(self, seen: float) -> bool:
        """Whether the mean lies in the range."""
        return self.low <= seen <= self.high


GOALS = (
    Goal("mean bias within ±.05 points", "ordinary", "bias", -0.05, 0.05),
    Goal("captured gain, top 1, at least .88", "ordinary", "captured", 0.88, 1.0),
    Goal("slope of truth on prediction .9 to 1.1", "ordinary", "slope", 0.9, 1.1),
    Goal("coverage of 90 % intervals .85 to .95", "ordinary", "coverage", 0.85, 0.95),
    Goal("captured gain, top 1, at least .72", "weak", "captured", 0.72, 1.0),
    Goal("coverage of 90 % intervals .85 to .95", "weak", "coverage", 0.85, 0.95),
)
