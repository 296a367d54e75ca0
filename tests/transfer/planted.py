"""Outcomes with planted effects of units and of people in them."""

from dataclasses import dataclass

import numpy as np

from ptml.contracts.ids import IdMap
from ptml.transfer.outcomes import Outcomes


@dataclass(frozen=True)
class Planted:
    """Spreads in log-odds, and how many units, people in each, and outcomes of each person."""

    unit_sd: float
    person_sd: float
    n_units: int = 40
    n_people: int = 12
    n_each: int = 5

    @property
    def ids(self) -> IdMap:
        """Of the units, in the order of their codes."""
        return IdMap.of(f"u{k:04d}" for k in range(self.n_units))

    def draw(self, rng: np.random.Generator) -> tuple[Outcomes, np.ndarray]:
        """Outcomes on ten courses, and the true effect of each unit."""
        n_people, n = self.n_units * self.n_people, self.n_units * self.n_people * self.n_each
        unit = np.repeat(np.arange(self.n_units, dtype=np.int32), self.n_people * self.n_each)
        person = np.repeat(np.arange(n_people, dtype=np.int32), self.n_each)
        course = rng.integers(0, 10, n).astype(np.int32)
        effect = self.unit_sd * rng.normal(size=self.n_units)
        log_odds = -1.0 + 0.5 * rng.normal(size=10)[course] + effect[unit]
        log_odds += self.person_sd * rng.normal(size=n_people)[person]
        weak = rng.random(n) < 1 / (1 + np.exp(-log_odds))
        return Outcomes.of(unit, person, course, weak, 10.0), effect
