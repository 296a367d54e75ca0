"""Causes that are said against causes that are true: found, false alarms, and how often sure is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.diagnosis.verdict import cause_of_losses
from ptml.intervals import wilson_interval

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, eq=False)
class Latents:
    """What the simulator knows of people and nobody observes without error, (n,) each.

    Attributes
    ----------
    ability, newness, motivation, keenness, support : float64
        Skill, what is lost to being new (points), drive, and the manager's support.
    trouble : bool
        The unit's machines fail.
    unit : int64
    score : float64
        Mean score of the last year; NaN = unknown.
    """

    ability: FloatArray
    newness: FloatArray
    motivation: FloatArray
    keenness: FloatArray
    support: FloatArray
    trouble: BoolArray
    unit: IntArray
    score: FloatArray


def true_losses(people: Latents, n_units: int) -> FloatArray:
    """Points that each person truly loses to skill, drive, surroundings and chance, (n, 4).

    What a latent is worth in all ways (directly, and by courses that are used) is its least-squares
    coefficient among all people, whose latents the simulator knows without error. What a unit
    shares beyond them is its surroundings too.
    """
    skill = np.column_stack([people.ability, people.newness])
    drive = np.column_stack([people.motivation, people.keenness])
    around = np.column_stack([people.support, people.trouble]).astype(np.float64)
    columns = np.column_stack([np.ones(len(skill)), skill, drive, around])
    known = np.isfinite(people.score) & (people.unit >= 0)
    worth = np.linalg.lstsq(columns[known], people.score[known], rcond=None)[0]
    left = np.where(known, people.score - columns @ worth, 0)
    unit = np.maximum(people.unit, 0)
    n = np.bincount(unit[known], minlength=n_units)
    shared = (np.bincount(unit[known], left[known], n_units) / np.maximum(n, 1))[unit]
    # Machines cost nothing where there are none, being new nothing where one is not.
    parts = (skill @ worth[1:3], drive @ worth[3:5], around @ worth[5:] + shared, left - shared)
    return -np.stack(parts, axis=1)


def true_causes(lost: FloatArray, main_share: float, least_points: float = 0.0) -> IntArray:
    """The cause by the rule of the diagnosis, from what is truly lost."""
    return cause_of_losses(lost, main_share, least_points)


def of_units(lost: FloatArray, unit: IntArray, n_units: int) -> FloatArray:
    """Mean losses of the people of each unit, chance left out, (n_units, 4)."""
    placed = unit >= 0
    n = np.maximum(np.bincount(unit[placed], minlength=n_units), 1)
    means = [np.bincount(unit[placed], lost[placed, k], n_units) / n for k in range(3)]
    return np.stack([*means, np.zeros(n_units)], axis=1)


@dataclass(frozen=True)
class Found:
    """How often a cause was found, and how often it was said in vain.

    Attributes
    ----------
    truly : int
        Rows of which it is true.
    said : int
        Rows of which it is said.
    both : int
    others : int
        Rows of which it is not true.
    """

    truly: int
    said: int
    both: int
    others: int

    @property
    def recall(self) -> float:
        """Share of the true ones that are found."""
        return self.both / max(self.truly, 1)

    @property
    def precision(self) -> float:
        """Share of what is said that is true."""
        return self.both / self.said if self.said else float("nan")

    @property
    def false_alarm_rate(self) -> float:
        """Share of the others of whom it is said."""
        return (self.said - self.both) / max(self.others, 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision."""
        return 2 * self.both / max(self.said + self.truly, 1)


def found_of(said: IntArray, true: IntArray, cause: int) -> Found:
    """Count one cause."""
    is_said, is_true = said == cause, true == cause
    return Found(
        int(is_true.sum()),
        int(is_said.sum()),
        int((is_said & is_true).sum()),
        int((~is_true).sum()),
    )


@dataclass(frozen=True)
class Calibrated:
    """Of what was said with a strength between two lines: how often it was true.

    Attributes
    ----------
    strength : float
        Mean.
    share, low, high : float
        Share that was true, with its 95 % interval.
    """

    n: int
    strength: float
    share: float
    low: float
    high: float


def calibration(strength: FloatArray, is_true: BoolArray) -> Sequence[Calibrated]:
    """How often what was said was true, by its strength; classes without a row are left out."""
    place = np.digitize(strength, BINS[1:-1])
    found = []
    for k in range(len(BINS) - 1):
        at = place == k
        n = int(at.sum())
        if n:
            share = float(is_true[at].mean())
            low, high = wilson_interval(np.array([share]), np.array([n]))
            found.append(
                Calibrated(n, float(strength[at].mean()), share, float(low[0]), float(high[0]))
            )
    return found
