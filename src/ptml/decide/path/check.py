"""A sample of paths found a second time by the library's solver, and what follows from it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.decide.path.library import library_paths
from ptml.decide.path.problem import Problem, Solution

# HiGHS takes a whole number for one within 1e-6, which the points of required competencies
# multiply.
TOLERANCE_POINTS = 0.005


def checked_paths(
    problem: Problem, solution: Solution, sample: NDArray[np.int64], config: PathConfig
) -> tuple[Solution, NDArray[np.float64]]:
    """Hold some paths of the search against the library's; where they differ, take the library's.

    A search that was stopped is not compared: its bound says how far it may be from the best.

    Parameters
    ----------
    sample : (s,) int64
        Positions of the people whose paths are looked at.

    Returns
    -------
    solution : Solution
        As given, or all by the library's solver where one of the sample is not as good.
    value : (n,) float64
        What the library found; NaN = not looked at.
    """
    value = np.full(len(problem), np.nan)
    sample = sample[solution.is_optimal[sample]]
    if not len(sample):
        return solution, value
    value[sample] = library_paths(problem.take(sample), config).value
    if (np.abs(value[sample] - solution.value[sample]) > TOLERANCE_POINTS).any():
        solution = replace(library_paths(problem, config), nodes=solution.nodes)
    return solution, value
