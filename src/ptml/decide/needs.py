"""Needs of units: the mean gap in each competency, and whether training is the matter at all."""

import json
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ptml.config import FrozenConfig
from ptml.decide.causes import CAUSES, CauseConfig, Signals, cause_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

SIGNALS = ("incident_hours", "opportunity", "motivation", "gap", "score")


class NeedsConfig(FrozenConfig):
    """How needs are told."""

    min_people: Annotated[int, Field(ge=1)] = 5
    """Units with fewer people are named without figures: they would be about persons."""


@dataclass
class NeedTotals:
    """Sums over people by unit, added bucket by bucket.

    Attributes
    ----------
    people : (n_units,) float64
    sums, known : (len(SIGNALS), n_units) float64
    gap, with_gap : (n_units, n_competencies) float64
    """

    n_units: int
    n_competencies: int
    people: FloatArray = field(init=False)
    sums: FloatArray = field(init=False)
    known: FloatArray = field(init=False)
    gap: FloatArray = field(init=False)
    with_gap: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.people = np.zeros(self.n_units)
        self.sums = np.zeros((len(SIGNALS), self.n_units))
        self.known = np.zeros_like(self.sums)
        self.gap = np.zeros((self.n_units, self.n_competencies))
        self.with_gap = np.zeros_like(self.gap)

    def add(self, unit: IntArray, signals: Signals, weighted_gap: NDArray[np.float32]) -> None:
        """Add people: their unit (n,), signals and weighted gaps (n, n_competencies)."""
        placed = unit >= 0
        at = unit[placed]
        self.people += np.bincount(at, minlength=self.n_units)
        for k, name in enumerate(SIGNALS):
            value = getattr(signals, name)[placed]
            told = np.isfinite(value)
            self.known[k] += np.bincount(at[told], minlength=self.n_units)
            self.sums[k] += np.bincount(at[told], value[told], minlength=self.n_units)
        person, competency = np.nonzero(weighted_gap[placed] > 0)
        np.add.at(self.gap, (at[person], competency), weighted_gap[placed][person, competency])
        np.add.at(self.with_gap, (at[person], competency), 1)


@dataclass(frozen=True)
class Need:
    """One unit and competency (-1 = the unit as such)."""

    unit: int
    competency: int
    gap: float | None
    people: int
    cause: str
    evidence: str


def needs_of(totals: NeedTotals, config: NeedsConfig, causes: CauseConfig) -> list[Need]:
    """All units with people, each with its competencies in which there is a gap."""
    mean = np.divide(
        totals.sums, totals.known, out=np.full_like(totals.sums, np.nan), where=totals.known > 0
    )
    cause = cause_of(Signals(*mean), causes)
    needs = []
    for unit in np.flatnonzero(totals.people > 0):
        n = int(totals.people[unit])
        if n < config.min_people:
            note = json.dumps({"note": f"fewer than {config.min_people} people"})
            needs.append(Need(int(unit), -1, None, n, CAUSES[-1], note))
            continue
        told = {name: _rounded(mean[k, unit]) for k, name in enumerate(SIGNALS)}
        name = CAUSES[cause[unit]]
        gap = None if np.isnan(mean[3, unit]) else float(mean[3, unit])
        needs.append(Need(int(unit), -1, gap, n, name, json.dumps(told, sort_keys=True)))
        for competency in np.flatnonzero(totals.gap[unit] > 0):
            with_gap = int(totals.with_gap[unit, competency])
            if with_gap < config.min_people:
                continue
            told_here: dict[str, Any] = {"with_gap": with_gap}
            share = float(totals.gap[unit, competency] / n)
            text = json.dumps(told_here, sort_keys=True)
            needs.append(Need(int(unit), int(competency), share, n, name, text))
    return needs


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)
