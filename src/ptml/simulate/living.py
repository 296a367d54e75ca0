"""The quarters of one chunk: who starts what, what it does to them, how they perform."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.people import People
from ptml.simulate.planted import demand, effect_left
from ptml.simulate.structure import Fit, Structure, fit_of
from ptml.simulate.transfer import probability, weak_log_odds, weak_terms

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# Share of an effect that shows in the quarter of the start itself.
FIRST_QUARTER = 0.3
MOST_COURSES_A_QUARTER = 3
# What is new helps a little wherever it is, and most where the role asks for it.
NEW_SHARE = 0.35
TROUBLE_SHARE = 0.08
NEVER = 10_000


@dataclass(frozen=True)
class Taken:
    """Courses started in a quarter, (m,) each; `terms` add up to `log_odds` of weak transfer."""

    person: IntArray
    course: IntArray
    quarter: IntArray
    manager: BoolArray
    completed: BoolArray
    weak: BoolArray
    log_odds: FloatArray
    terms: Mapping[str, FloatArray]
    p_complete: FloatArray
    new: FloatArray
    needed: FloatArray


@dataclass
class Life:
    """What becomes of a chunk; filled quarter by quarter.

    Attributes
    ----------
    score : (n, n_quarters) float64
    level : (n, n_competencies) float64
        True level now.
    taken_in : (n, n_courses) int64
        Quarter in which a course was last started; `NEVER` = not.
    before : dict of int to Life
        How things stood when a quarter began, for the newest ones that the settings ask for.
    """

    score: FloatArray
    level: FloatArray
    taken_in: IntArray
    done: BoolArray
    taken: list[Taken] = field(default_factory=list)
    before: dict[int, "Life"] = field(default_factory=dict)

    def remembered(self) -> "Life":
        """How things stand now, whatever comes."""
        return Life(self.score, self.level.copy(), self.taken_in.copy(), self.done.copy())


def completion_log_odds(people: People, person: IntArray, load: FloatArray) -> FloatArray:
    """Log odds that a started course is completed."""
    return completion_log_odds_of(people.motivation[person], load)


def completion_log_odds_of(motivation: FloatArray, load: FloatArray) -> FloatArray:
    """The same by people's motivation and the courses that they take beside it, (m,) each."""
    return 1.9 + 0.5 * motivation - 0.4 * load


def gain(
    structure: Structure,
    people: People,
    person: IntArray,
    course: IntArray,
    new: FloatArray,
    needed: FloatArray,
) -> FloatArray:
    """Points that a course adds once it is completed and used, (m,), before it fades."""
    config = structure.config
    modified = (
        1
        + config.motivation_dependence * people.motivation[person]
        + config.support_dependence * people.support[person]
    )
    gap = NEW_SHARE * new + (1 - NEW_SHARE) * needed
    fit = (1 - config.gap_dependence) * 0.25 + config.gap_dependence * gap
    return structure.courses.effect[course] * fit * np.maximum(modified, 0)


def open_to(structure: Structure, life: Life, quarter: int) -> BoolArray:
    """Which courses each person could start in a quarter, (n, n_courses)."""
    courses = structure.courses
    running = (courses.opened <= quarter) & (quarter < courses.retired)
    needs = courses.requires
    ready = np.where(needs >= 0, life.done[:, np.maximum(needs, 0)], True)
    return (life.taken_in == NEVER) & running & ready


def live(structure: Structure, people: People, rng: np.random.Generator) -> Life:
    """Live through all quarters."""
    config, n = structure.config, len(people)
    life = Life(
        score=np.zeros((n, config.n_quarters)),
        level=people.level.copy(),
        taken_in=np.full((n, config.n_courses), NEVER, dtype=np.int64),
        done=np.zeros((n, config.n_courses), dtype=bool),
    )
    effect = np.zeros((n, config.n_quarters))
    shock = rng.normal(0, config.shock_points, n)
    unit_shock = rng.normal(0, config.unit_shock_points, people.n_units)
    trouble_before = np.zeros(n, dtype=bool)
    last = np.full(n, 100.0)
    own = 5.0 * people.ability + 2.0 * people.motivation + 1.5 * people.keenness
    spread = config.shock_points * np.sqrt(1 - config.recovery**2)
    for quarter in range(config.n_quarters):
        if quarter >= config.n_quarters - config.changes.lift_truth_quarters:
            life.before[quarter] = life.remembered()
        taken = _start(structure, people, life, quarter, shock, trouble_before, last, rng)
        life.taken.append(taken)
        _apply(structure, people, life, effect, taken)
        if quarter:
            shock = config.recovery * shock + rng.normal(0, spread, n)
        trouble = rng.random(n) < TROUBLE_SHARE
        unit = people.unit[:, quarter]
        unit_shock = 0.6 * unit_shock + rng.normal(
            0, 0.8 * config.unit_shock_points, people.n_units
        )
        ramp = np.where(people.hired >= 0, -4.0 * 0.6 ** np.maximum(quarter - people.hired, 0), 0)
        score = (
            100
            + own
            + ramp
            + shock
            - config.dip_points * trouble
            + unit_shock[unit]
            - config.machine_trouble_points * people.machine_trouble[unit]
            + config.keen_growth_points * people.keenness * quarter
            + effect[:, quarter]
            + rng.normal(0, config.noise_points, n)
        )
        life.score[:, quarter] = np.clip(score, 5, 195)
        # A trouble is half over a quarter later, as any other passing shock.
        shock = shock - config.dip_points * trouble
        trouble_before, last = trouble, score
    return life


def _start(
    structure: Structure,
    people: People,
    life: Life,
    quarter: int,
    shock: FloatArray,
    trouble: BoolArray,
    last: FloatArray,
    rng: np.random.Generator,
) -> Taken:
    config, courses, n = structure.config, structure.courses, len(people)
    sent = config.remedial_assignment * np.clip((98 - 0.5 * last - 0.5 * (100 + shock)) / 6, -2, 2)
    sent = np.where(config.remedial_assignment > 0, sent + 0.8 * trouble, 0)
    rate = 0.6 * np.exp(config.keenness * people.keenness + 0.6 * sent - 0.25)
    wanted = np.minimum(rng.poisson(np.clip(rate, 0, 3)), MOST_COURSES_A_QUARTER)
    manager = rng.random(n) < probability(2.0 * sent - 0.8)
    fit: Fit = fit_of(life.level, people.role[:, quarter], structure)
    liking = (
        demand(structure, quarter)
        + courses.family[structure.role_family[people.role[:, quarter]]]
        + people.interest @ courses.interest.T
        + 1.0 * fit.new
    )
    possible = open_to(structure, life, quarter) & ~courses.mandatory
    utility = np.where(possible, liking + rng.gumbel(size=liking.shape), -np.inf)
    most = min(MOST_COURSES_A_QUARTER, config.n_courses)
    best = np.argsort(-utility, axis=1)[:, :most]
    employed = people.employed(quarter)
    chosen = employed[:, None] & (np.arange(most) < wanted[:, None])
    chosen &= np.take_along_axis(possible, best, axis=1)
    person, slot = np.nonzero(chosen)
    course = best[person, slot]
    due = np.flatnonzero(courses.mandatory)
    joined = np.maximum(people.hired, 0)
    for position, c in enumerate(due):
        who = np.flatnonzero(
            employed & (quarter == joined + position) & (life.taken_in[:, c] == NEVER)
        )
        person, course = np.append(person, who), np.append(course, np.full(len(who), c))
    load = (np.bincount(person, minlength=n)[person] - 1).astype(np.float64)
    p_complete = probability(completion_log_odds(people, person, load))
    terms = weak_terms(structure, people, person, course, quarter, fit.new[person, course])
    odds = weak_log_odds(terms)
    return Taken(
        person=person,
        course=course,
        quarter=np.full(len(person), quarter),
        manager=manager[person],
        completed=rng.random(len(person)) < p_complete,
        weak=rng.random(len(person)) < probability(odds),
        log_odds=odds,
        terms=terms,
        p_complete=p_complete,
        new=fit.new[person, course],
        needed=fit.needed[person, course],
    )


def _apply(
    structure: Structure, people: People, life: Life, effect: FloatArray, taken: Taken
) -> None:
    config, courses = structure.config, structure.courses
    life.taken_in[taken.person, taken.course] = taken.quarter
    life.done[taken.person[taken.completed], taken.course[taken.completed]] = True
    used = taken.completed & ~taken.weak
    person, course = taken.person[used], taken.course[used]
    points = gain(structure, people, person, course, taken.new[used], taken.needed[used])
    start = int(taken.quarter[0]) if len(taken.quarter) else 0
    for quarter in range(start, config.n_quarters):
        share = FIRST_QUARTER if quarter == start else config.fade ** (quarter - start - 1)
        left = effect_left(structure, course, quarter)
        np.add.at(effect[:, quarter], person, points * share * left)
    for k in range(life.level.shape[1]):
        teaches = courses.weight[course, k] > 0
        who, c = person[teaches], course[teaches]
        low, high = courses.from_level[c, k], courses.to_level[c, k]
        reached = np.where(life.level[who, k] >= low - 1, high, life.level[who, k])
        np.maximum.at(life.level[:, k], who, reached)
