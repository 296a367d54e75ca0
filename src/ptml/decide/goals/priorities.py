"""Gaps by what the unit must achieve, and which of a unit's comes first."""

from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Bools, Codes, Doubles, Integers, Positions


@dataclass(frozen=True, eq=False)
class Priorities:
    """Of each need, (n,) each.

    Attributes
    ----------
    weight : float64
        What the goals of the unit make of the competency; NaN for the unit as such.
    gap : float64
        The gap times the weight; NaN = no gap is known. For the unit as such its gap times the mean
        weight of what is missing there.
    priority : int64
        Place among the unit's competencies, 1 = first; 0 = none.
    """

    weight: Doubles
    gap: Doubles
    priority: Positions


def priorities(
    unit: Codes, competency: Codes, gap: Doubles, people: Integers, weights: Doubles
) -> Priorities:
    """Weigh needs by goals.

    Parameters
    ----------
    unit, competency : (n,) int32
        Codes; competency -1 = the unit as such.
    gap : (n,) float64
        NaN = not known, or of too few people; those are in no figure of the unit either.
    people : (n,) int
        Of whom the gap is known.
    weights : (n_units, n_competencies) float64
        `ptml.decide.goals.weights.GoalWeights.weight`.
    """
    is_cell = competency >= 0
    weight = np.where(is_cell, weights[unit, competency], np.nan)
    told = is_cell & np.isfinite(gap)
    missing = np.where(told, gap * people, 0)
    plain, weighed = (
        np.bincount(unit, values, minlength=len(weights))
        for values in (missing, missing * np.where(told, weight, 0))
    )
    of_unit = np.where(plain > 0, weighed / np.where(plain > 0, plain, 1), 1)
    by_goal = gap * np.where(is_cell, weight, of_unit[unit])
    return Priorities(weight, by_goal, _places(unit, competency, by_goal, told & (by_goal > 0)))


def _places(unit: Codes, competency: Codes, gap: Doubles, told: Bools) -> Positions:
    at = np.flatnonzero(told)
    order = at[np.lexsort((competency[at], -gap[at], unit[at]))]
    of = unit[order]
    place = np.zeros(len(unit), dtype=np.int64)
    place[order] = np.arange(len(of)) - np.searchsorted(of, of) + 1
    return place
