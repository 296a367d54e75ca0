"""The people of one chunk: what they are like, where they sit, when they come, move and go."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.planted import moved, unit_matters
from ptml.simulate.structure import (
    N_COMPETENCIES,
    N_GRADES,
    N_INTERESTS,
    N_ROLES,
    Structure,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

UNIT_SIZE = 25


@dataclass(frozen=True)
class People:
    """People of a chunk, (n,) unless said; `first` is the number of the first among all.

    Attributes
    ----------
    motivation, support, keenness, ability : float64
        Standard normal; what nobody observes without error.
    opportunity : (n_units, n_quarters) float64
    level : (n, n_competencies) float64
        True level at the beginning.
    unit, role : (n, n_quarters) int64
        Unit within the chunk.
    hired, left : int64
        Quarter of the first day, -1 = before the first quarter; quarter after the last day.
    machine_trouble : (n_units,) bool
    """

    first: int
    motivation: FloatArray
    support: FloatArray
    keenness: FloatArray
    ability: FloatArray
    interest: FloatArray
    opportunity: FloatArray
    level: FloatArray
    unit: IntArray
    role: IntArray
    grade: IntArray
    hired: IntArray
    left: IntArray
    machine_trouble: BoolArray
    gender: IntArray
    birth_year: IntArray

    def __len__(self) -> int:
        return len(self.motivation)

    @property
    def n_units(self) -> int:
        """Units of the chunk."""
        return len(self.machine_trouble)

    def employed(self, quarter: int) -> BoolArray:
        """Who works in a quarter, (n,)."""
        return (self.hired <= quarter) & (quarter < self.left)


def draw_people(structure: Structure, first: int, n: int, rng: np.random.Generator) -> People:
    """Draw the people of a chunk; whole units lie within it."""
    config = structure.config
    n_quarters = config.n_quarters
    n_units = max(-(-n // UNIT_SIZE), 1)
    home = np.arange(n) // UNIT_SIZE
    motivation = rng.normal(size=n)
    manager = rng.normal(size=n_units)
    ability = rng.normal(size=n)
    lacks_skill, lacks_drive = unit_matters(structure, first, n_units)
    ability, motivation = ability - lacks_skill[home], motivation - lacks_drive[home]
    role = rng.integers(0, N_ROLES, n)
    grade = np.minimum(1 + rng.poisson(1.3, n), N_GRADES)
    unit_path, role_path = np.tile(home[:, None], n_quarters), np.tile(role[:, None], n_quarters)
    moves = rng.random((n, n_quarters)) < config.moves_per_year / 4
    moves[:, 0] = False
    for quarter in range(1, n_quarters):
        who = np.flatnonzero(moves[:, quarter])
        to_role = rng.random(len(who)) < 0.4
        units = np.where(to_role, unit_path[who, quarter], rng.integers(0, n_units, len(who)))
        roles = np.where(to_role, rng.integers(0, N_ROLES, len(who)), role_path[who, quarter])
        unit_path[who, quarter:] = units[:, None]
        role_path[who, quarter:] = roles[:, None]
    unit_path, role_path = moved(structure, first, unit_path, role_path, n_units)
    hired, left = _comings_and_goings(n, n_quarters, config.turnover_per_year, rng)
    noise = rng.normal(0, 0.7, (n, N_COMPETENCIES))
    base = 0.75 * structure.required[role] + 0.2 * (grade - 2)[:, None] + 0.3 * ability[:, None]
    level = np.clip(np.where(structure.required[role] > 0, base, 1.0) + noise, 0, 5)
    return People(
        first=first,
        motivation=motivation,
        support=0.8 * manager[home] + 0.6 * rng.normal(size=n),
        keenness=0.6 * motivation + 0.8 * rng.normal(size=n),
        ability=ability,
        interest=rng.normal(size=(n, N_INTERESTS)),
        opportunity=0.7 * rng.normal(size=(n_units, 1))
        + 0.7 * rng.normal(size=(n_units, n_quarters)),
        level=level,
        unit=unit_path,
        role=role_path,
        grade=grade,
        hired=hired,
        left=left,
        machine_trouble=rng.random(n_units) < config.machine_trouble_share,
        gender=rng.integers(0, 2, n),
        birth_year=rng.integers(1962, 2004, n),
    )


def _comings_and_goings(
    n: int, n_quarters: int, turnover_per_year: float, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    share = min(turnover_per_year * n_quarters / 4, 0.9)
    joins = rng.random(n) < share / 2
    leaves = rng.random(n) < share / 2
    hired = np.where(joins, rng.integers(0, max(n_quarters, 1), n), -1)
    left = np.where(leaves, rng.integers(1, n_quarters + 1, n), n_quarters + 99)
    left = np.where(left <= hired + 1, n_quarters + 99, left)
    return hired.astype(np.int64), left.astype(np.int64)
