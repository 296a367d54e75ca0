"""Who carries a course over to the job, who does not, and what of it can be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.people import People
from ptml.simulate.planted import reorganised
from ptml.simulate.planted_courses import weak_added
from ptml.simulate.structure import Structure

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# Chance that each sign is seen where the course is used, and where it is not.
SIGNS = {
    "practice_task": (0.88, 0.30),
    "mentor_meeting": (0.75, 0.40),
    "manager_checkin": (0.70, 0.35),
    "tool_use": (0.85, 0.25),
}


def weak_terms(
    structure: Structure,
    people: People,
    person: IntArray,
    course: IntArray,
    quarter: int,
    new: FloatArray,
) -> dict[str, FloatArray]:
    """What adds to the log odds that a completed course is not used on the job, (m,) each.

    Parameters
    ----------
    person, course : (m,) int64
    new : (m,) float64
        Share of the course that is new to the person.

    Returns
    -------
    dict
        ``base`` (the same for all but planted courses), ``motivation``, ``support`` of the manager,
        ``opportunity`` of the unit, ``trouble`` with machines, ``new``; they add up to
        `weak_log_odds`.
    """
    config, planted = structure.config, reorganised(structure, quarter)
    support_left, added, new_weight = (
        (planted.support_left, planted.weak_log_odds, planted.new_weight)
        if planted
        else (1.0, 0.0, 0.0)
    )
    opportunity = people.opportunity[people.unit[person, quarter], quarter]
    trouble = people.machine_trouble[people.unit[person, quarter]]
    return {
        "base": config.weak_base_log_odds + added + weak_added(structure)[course],
        "motivation": -1.2 * config.personal_failure * people.motivation[person],
        "support": -1.1 * support_left * config.manager_failure * people.support[person],
        "opportunity": -0.9 * config.environment_failure * opportunity,
        "trouble": 1.0 * config.environment_failure * trouble,
        "new": (0.5 + new_weight) * (new - 0.4),
    }


def weak_log_odds(terms: Mapping[str, FloatArray]) -> FloatArray:
    """Log odds of weak transfer from its terms, (m,)."""
    return reduce(np.add, terms.values())


def probability(log_odds: FloatArray) -> FloatArray:
    """Probability from log odds."""
    return 1 / (1 + np.exp(-log_odds))


@dataclass(frozen=True)
class Signs:
    """What was seen of each completion, by kind of evidence: (m,) bool each, and what it tells.

    Attributes
    ----------
    log_odds : (m,) float64
        Of weak transfer given what was seen by day 30.
    """

    seen: dict[str, BoolArray]
    log_odds: FloatArray


def draw_signs(log_odds: FloatArray, weak: BoolArray, rng: np.random.Generator) -> Signs:
    """Draw the signs of use in the first thirty days and update what is known."""
    seen = {}
    known = log_odds.copy()
    for kind, (if_used, if_weak) in SIGNS.items():
        here = rng.random(len(weak)) < np.where(weak, if_weak, if_used)
        seen[kind] = here
        known += np.where(here, np.log(if_weak / if_used), np.log((1 - if_weak) / (1 - if_used)))
    return Signs(seen, known)
