"""What all employees share: calendar, roles, competencies, courses and their true effects."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.config import SimulationConfig

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

N_FAMILIES, N_ROLES, N_GRADES = 5, 16, 5
MAIN = ("Customer", "Communication", "Data", "Process", "Leadership", "Product")
SUB = ("basics", "methods", "tools", "judgement")
N_COMPETENCIES = len(MAIN) * len(SUB)
KINDS = ("basic", "advanced", "topic", "leadership", "micro")
DELIVERIES = ("online", "classroom", "blended", "vr", "on_the_job")
KPIS = (
    ("sales_per_head", "Sales per head", True, "financial"),
    ("goal_attainment", "Team goal attainment", True, "financial"),
    ("complaints", "Complaints per 1,000 customers", False, "customer"),
    ("first_time_right", "First time right", True, "process"),
    ("lead_time_days", "Lead time", False, "process"),
)
N_INTERESTS = 4


@dataclass(frozen=True)
class Courses:
    """Courses by code, (n,) unless said.

    Attributes
    ----------
    effect : float64
        Points on one to whom all is new and who uses it; 0 = does nothing, negative = harms.
    weight, from_level, to_level : (n, n_competencies) float64
    requires : int64
        Code of the course that has to be completed before; -1 = none.
    opened, retired : int64
        Quarter from which, and before which, it can be started.
    """

    effect: FloatArray
    weight: FloatArray
    from_level: FloatArray
    to_level: FloatArray
    requires: IntArray
    opened: IntArray
    retired: IntArray
    mandatory: BoolArray
    hours: IntArray
    cost: IntArray
    kind: IntArray
    delivery: IntArray
    popularity: FloatArray
    satisfaction: FloatArray
    interest: FloatArray
    family: FloatArray


@dataclass(frozen=True)
class Structure:
    """Everything that is the same for every chunk of employees."""

    config: SimulationConfig
    starts: NDArray[np.datetime64]
    required: FloatArray
    importance: FloatArray
    role_family: IntArray
    courses: Courses

    @property
    def ends(self) -> NDArray[np.datetime64]:
        """Last day of each quarter."""
        return self.starts[1:] - np.timedelta64(1, "D")


def quarter_starts(end: date, n_quarters: int) -> NDArray[np.datetime64]:
    """First day of each quarter and the day after the last one, (n_quarters + 1,)."""
    after = np.datetime64(end, "D") + np.timedelta64(1, "D")
    months = after.astype("datetime64[M]") - 3 * np.arange(n_quarters, -1, -1)
    return months.astype("datetime64[D]")


def build_structure(config: SimulationConfig) -> Structure:
    """Draw everything that is shared, from the seed alone."""
    rng = np.random.default_rng([config.seed, 0])
    required = np.where(
        rng.random((N_ROLES, N_COMPETENCIES)) < 0.4,
        np.round(rng.uniform(1.5, 4.5, (N_ROLES, N_COMPETENCIES)), 1),
        0.0,
    )
    required[np.arange(N_ROLES), np.arange(N_ROLES) % N_COMPETENCIES] = 3.0
    return Structure(
        config=config,
        starts=quarter_starts(config.end, config.n_quarters),
        required=required,
        importance=np.round(rng.uniform(0.3, 1.0, required.shape), 2) * (required > 0),
        role_family=np.arange(N_ROLES) % N_FAMILIES,
        courses=_courses(config, rng),
    )


def _courses(config: SimulationConfig, rng: np.random.Generator) -> Courses:
    n = config.n_courses
    weight, low, high = (np.zeros((n, N_COMPETENCIES)) for _ in range(3))
    for c in range(n):
        first = c % N_COMPETENCIES
        taught = np.unique([first, (first + rng.integers(1, 4)) % N_COMPETENCIES])[
            : rng.integers(1, 3)
        ]
        weight[c, taught] = rng.uniform(0.4, 1.0, len(taught))
        low[c, taught] = rng.integers(0, 4, len(taught))
        high[c, taught] = low[c, taught] + rng.integers(1, 3, len(taught))
    weight = np.round(weight / weight.sum(axis=1, keepdims=True), 3)
    mandatory = np.arange(n) >= n - min(config.mandatory_courses, n)
    climb = (weight * (high - low)).sum(axis=1)
    effect = config.effect_points * rng.gamma(4.0, 0.25, n) * (0.5 + 0.5 * climb)
    open_courses = np.flatnonzero(~mandatory)
    order = rng.permutation(open_courses)
    n_null = round(config.null_course_share * len(open_courses))
    effect[order[:n_null]] = 0.0
    harmful = order[n_null : n_null + config.harmful_courses]
    effect[harmful] = -0.5 * config.effect_points
    effect[mandatory] = 0.0
    popularity = rng.normal(0, 0.6, n)
    satisfaction = np.clip(rng.normal(4.0, 0.4, n), 1, 5)
    if n_null:
        popularity[order[0]], satisfaction[order[0]] = 1.6, 4.8
    requires = np.full(n, -1, dtype=np.int64)
    for c in open_courses.tolist():
        earlier = [o for o in open_courses if o < c and (weight[o] * weight[c]).sum() > 0]
        if earlier and rng.random() < config.prerequisite_share:
            requires[c] = earlier[-1]
    late, gone = rng.random(n) < 0.1, rng.random(n) < 0.05
    retired = np.where(gone & ~mandatory, config.n_quarters - 1, config.n_quarters + 99)
    return Courses(
        effect=effect,
        weight=weight,
        from_level=low,
        to_level=high,
        requires=requires,
        opened=np.where(late & ~mandatory, config.n_quarters // 2, -99),
        retired=retired,
        mandatory=mandatory,
        hours=rng.integers(2, 33, n),
        cost=rng.integers(2, 41, n) * 25,
        kind=rng.integers(0, len(KINDS), n),
        delivery=rng.integers(0, len(DELIVERIES), n),
        popularity=popularity,
        satisfaction=satisfaction,
        interest=rng.normal(0, 1, (n, N_INTERESTS)) * 0.7,
        family=rng.normal(0, 0.7, (N_FAMILIES, n)),
    )


@dataclass(frozen=True)
class Fit:
    """How well each course fits each person, (n, n_courses) each, 0-1.

    Attributes
    ----------
    new : float64
        Share of the course that is new to the person.
    needed : float64
        Share that is new and that the role asks for, by importance.
    """

    new: FloatArray
    needed: FloatArray


def fit_of(level: FloatArray, role: IntArray, structure: Structure) -> Fit:
    """Hold true levels (n, n_competencies) and roles (n,) against every course."""
    courses = structure.courses
    shape = (len(level), len(courses.effect))
    new, needed = np.zeros(shape), np.zeros(shape)
    required, importance = structure.required[role], structure.importance[role]
    for c in range(shape[1]):
        k = np.flatnonzero(courses.weight[c])
        low, high, weight = courses.from_level[c, k], courses.to_level[c, k], courses.weight[c, k]
        whole = ((high - low) * weight).sum()
        start = np.maximum(level[:, k], low)
        new[:, c] = (np.maximum(high - start, 0) * weight).sum(axis=1) / whole
        wanted = np.maximum(np.minimum(high, required[:, k]) - start, 0) * importance[:, k]
        needed[:, c] = (wanted * weight).sum(axis=1) / whole
    return Fit(new, needed)
