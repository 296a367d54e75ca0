"""Everybody's path as a whole: from what may be offered to steps, with what is proven of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import COURSE_KINDS
from ptml.contracts.paths import PATH_STATUSES
from ptml.decide.path.candidates import problem_of
from ptml.decide.path.check import checked_paths
from ptml.decide.path.config import PathConfig
from ptml.decide.path.offers import Offers, People, far_below
from ptml.decide.path.problem import Problem, Solution
from ptml.decide.path.search import best_paths
from ptml.decide.path.standing import Fixed
from ptml.decide.path.steps import Steps, practice_offers, steps_of
from ptml.features.catalogue import Catalogue
from ptml.features.eligibility import EligibilityConfig

Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]

_MICRO = COURSE_KINDS.index("micro")
OPTIMAL, STOPPED, REQUIRED_ONLY, EMPTY = (PATH_STATUSES.index(name) for name in PATH_STATUSES)


@dataclass(frozen=True, eq=False)
class Plans:
    """Paths of n people.

    Attributes
    ----------
    steps : Steps
    offers : Offers
        What they were chosen from.
    people : People
    far : (n, most) int64
        Competencies that have to be worked on; -1 fills up.
    worked_on : (n, most) bool
        Whether a step does.
    problem : Problem
    solution : Solution
    status : (n,) int64
        Position in `ptml.contracts.paths.PATH_STATUSES`.
    library : (n,) float64
        Value of the path that the library's solver found; NaN = not looked at.
    """

    steps: Steps
    offers: Offers
    people: People
    far: Positions
    worked_on: NDArray[np.bool_]
    problem: Problem
    solution: Solution
    status: Positions
    library: Doubles


def plan_paths(
    offers: Offers,
    people: People,
    fixed: tuple[Fixed, Fixed],
    catalogue: Catalogue,
    eligibility: EligibilityConfig,
    day: int,
    sample: Positions,
    config: PathConfig,
) -> Plans:
    """Lay the best path of everybody.

    Parameters
    ----------
    fixed : (Fixed, Fixed)
        What runs, and what is due: they come first.
    day : int
        Days since 1970-01-01.
    sample : (s,) int64
        People whose path is found a second time by the library's solver.
    """
    far = far_below(people, config)
    problem = problem_of(offers, people, far, catalogue, eligibility, day, config)
    solution, library = checked_paths(problem, best_paths(problem, config), sample, config)
    practice = _practice(problem, solution, offers, people, catalogue, config)
    steps = steps_of(problem, solution, offers, people, fixed, catalogue, practice, config)
    row, place = np.nonzero(solution.order >= 0)
    covered = np.zeros(len(far), dtype=np.int64)
    np.bitwise_or.at(covered, row, problem.covers[row, solution.order[row, place]])
    worked_on = (covered[:, None] >> np.arange(far.shape[1]) & 1) > 0
    status = _status(steps, people, solution)
    return Plans(steps, offers, people, far, worked_on, problem, solution, status, library)


def _practice(
    problem: Problem,
    solution: Solution,
    offers: Offers,
    people: People,
    catalogue: Catalogue,
    config: PathConfig,
) -> Positions:
    practice = np.full(solution.order.shape, -1, dtype=np.int64)
    hours = catalogue.hours[offers.course]
    most = min(config.practice_hours, config.spacing_weeks * config.hours_per_week)
    fits = (catalogue.kind[offers.course] == _MICRO) & (hours <= most) & (offers.why == 0)
    fits &= offers.opens == 0
    fits &= people.trainable[offers.row]
    if fits.any():
        first = np.searchsorted(offers.row, np.arange(len(people.begins) + 1))
        terms = (first, offers.course, fits, offers.points, catalogue.taught)
        practice_offers(solution.order, problem.offer, *terms, practice)
    return practice


def _status(steps: Steps, people: People, solution: Solution) -> Positions:
    n_steps = np.bincount(steps.row, minlength=len(people.begins))
    return np.select(
        [~people.trainable, n_steps == 0, ~solution.is_optimal],
        [REQUIRED_ONLY, EMPTY, STOPPED],
        default=OPTIMAL,
    ).astype(np.int64)
