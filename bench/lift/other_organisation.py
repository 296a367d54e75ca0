"""Organisations of another design than ptml's own simulator, with their true lifts.

    python bench/lift/other_organisation.py OUT --design nomination [--seed 1] [--employees 6000]
        [--courses 60] [--quarters 12] [--weak] [--hidden]

Writes the contract's input tables to OUT as Parquet, the truth to OUT/truth. Nothing is shared with
`ptml.simulate`, so a model that leans on that simulator's form is found out here. The same
arguments give the same bytes; ``--weak`` and ``--hidden`` keep the people and the catalogue.

The designs differ in form:

plain
    A lift per course (1-4 points, a fifth of the courses nothing, one harm) that varies mildly
    with the gap and with nothing else. People take 0-3 courses a quarter; the keen and those with
    a weak last score take more.
nomination
    Managers nominate who scored lowest in the team last quarter. Scores have persistent
    differences, an AR(1) shock and troubles that pass (Ashenfelter's dip), so the nominated
    recover anyway. Hours a quarter are budgeted: a long course displaces others. The lift is
    ``strength x (1 - exp(-gap in levels)) x (tenure or grade, by kind of course)``; nothing of it
    shows in the quarter of the start, which costs a point of time away.
selfselect
    The keen enrol themselves; keenness goes with motivation (asked for, noisily) and with growth.
    Courses come in seasons and fads. The lift is ``strength x motivation x prior related courses
    (complements) x how the role's family takes to the delivery``, and people prefer the delivery
    that suits them. Three KPIs, one lower-is-better. Who scores badly leaves.
sparse
    200 courses with a long tail of popularity, the median with a handful of takers. The lift
    follows from the description (competency, level, hours, delivery) and a small rest; a fifth do
    nothing, whatever their description.
threshold
    A step: the whole lift for who has reached the entry level and lacks at least one level of what
    the role asks for, nothing for everybody else. Teams that fell behind are sent together; teams
    have shocks of their own; colleagues pick up a little.

``--weak`` divides all effects by 2.5. ``--hidden`` lets an event that no table shows raise both
take-up in a quarter and the scores of the three quarters after it (a team's in threshold).

``truth/lift.parquet`` has one row per employed person x course that the person could start in the
coming quarter (open, not mandatory, never started, prerequisites completed): the expected effect of
starting, drop-outs included, on the mean score of the two quarters after that one. What else the
person takes is held as it is, what colleagues pick up is no part of it.
``truth/courses.parquet``: strength, mean lift, takers, and their mean expected lift at the start.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]
Rng = np.random.Generator

LAST_DAY = np.datetime64("2025-12-31")
NO_DAY = np.datetime64("NaT", "D")
STAYS = 10_000
WEAK_DIVISOR = 2.5

MAINS = ("Selling", "Serving", "Analysing", "Organising", "Leading", "Engineering", "Compliance")
SUBS = ("foundations", "practice", "mastery")
FAMILIES = ("Sales", "Service", "Plant", "Engineering", "Office")
DELIVERIES = ("online", "classroom", "blended", "vr", "on_the_job")
SOURCES = ("test", "practical", "manager", "peer", "self")
HIGHER_KPIS = ("revenue", "on_time", "right_first_time", "cross_sales")
LOWER_KPIS = ("complaints", "scrap")
N_ROLES = 20
N_GRADES = 5
N_COMPETENCIES = len(MAINS) * len(SUBS)

NO_SHOW_SHARE = 0.03
MISSING_SCORE_SHARE = 0.015
MANDATORY_COURSES = 2
EVENT_SHARE = 0.12
EVENT_POINTS = (0.0, 4.0, 4.0, 2.0)


def logistic(x: Floats | float) -> Floats:
    """Probability from log odds."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(x, dtype=np.float64))))


@dataclass(frozen=True)
class Catalogue:
    """Courses, (n,) each; what they teach is (n, n_competencies).

    Attributes
    ----------
    requires : int64
        Course to be completed before; -1 = none.
    opened, retired : int64
        First quarter in which, and from which no more, it can be started.
    strength : float64
        Points; what they are multiplied with is the design's.
    """

    main: Ints
    weight: Floats
    low: Floats
    high: Floats
    requires: Ints
    opened: Ints
    retired: Ints
    mandatory: Bools
    hours: Floats
    delivery: Ints
    popularity: Floats
    liked: Floats
    strength: Floats
    season: Ints
    fad: Ints

    def __len__(self) -> int:
        """Number of courses."""
        return len(self.main)

    @property
    def kind(self) -> NDArray[np.str_]:
        """Kind by what is taught and how long it takes."""
        first = self.low[np.arange(len(self)), self.weight.argmax(axis=1)]
        leading = self.main == MAINS.index("Leading")
        conditions = [self.hours <= 2, leading, first >= 2, first < 1]
        return np.select(conditions, ["micro", "leadership", "advanced", "basic"], "topic")


@dataclass(frozen=True)
class People:
    """People, (n,) each; paths are (n, n_quarters).

    Attributes
    ----------
    hired : int64
        First quarter with a score.
    hired_on : datetime64[D]
    head : (n_teams,) int64
        Person who leads each team; never moves or leaves.
    """

    ability: Floats
    motivation: Floats
    keenness: Floats
    support: Floats
    hired: Ints
    hired_on: Days
    team: Ints
    role: Ints
    grade: Ints
    head: Ints
    division: Ints
    level: Floats

    def __len__(self) -> int:
        """Number of people."""
        return len(self.ability)


@dataclass
class State:
    """What has become of everybody so far.

    Attributes
    ----------
    done_from : (n, n_courses) int64
        First quarter at whose start a completion is known; `STAYS` = never.
    left : (n,) int64
        Quarter in which a person leaves, before its end.
    last : (n,) float64
        Score of the quarter before.
    """

    level: Floats
    taken: Bools
    done_from: Ints
    left: Ints
    last: Floats
    shock: Floats
    trouble: Bools
    score: Floats
    effect: Floats
    records: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Fit:
    """What each course has for each person, (n, n_courses) each, in levels by weight.

    Attributes
    ----------
    new : float64
        Levels that the course adds.
    need : float64
        Those of them that the role asks for.
    lacking : float64
        Levels short of what the role asks for, whatever the course teaches of it.
    entered : bool
        Whether the entry level is reached in all that is taught.
    """

    new: Floats
    need: Floats
    lacking: Floats
    entered: Bools


class Organisation:
    """The parts that designs have in common; `plain` is the simplest of them.

    Parameters
    ----------
    rng : numpy.random.Generator
        All that is random comes from it.
    """

    name: ClassVar[str] = "plain"
    default_courses: ClassVar[int] = 60
    kpis: ClassVar[tuple[tuple[str, float], ...]] = (("higher", 0.5), ("higher", 0.5))
    strength: ClassVar[tuple[float, float]] = (1.6, 4.6)
    harm: ClassVar[float] = -2.0
    null_share: ClassVar[float] = 0.2
    popularity_spread: ClassVar[float] = 0.9
    completion: ClassVar[tuple[float, float]] = (2.1, 0.0)
    used: ClassVar[tuple[float, float]] = (50.0, 0.0)
    dropped_share: ClassVar[float] = 0.0
    profile: ClassVar[tuple[float, ...]] = (0.4, 1.0, 0.95)
    fade: ClassVar[float] = 0.95
    cost_of_starting: ClassVar[float] = 0.0
    person_points: ClassVar[float] = 5.0
    shock_points: ClassVar[float] = 2.5
    recovery: ClassVar[float] = 0.4
    trouble_points: ClassVar[float] = 0.0
    team_points: ClassVar[float] = 1.0
    noise_points: ClassVar[float] = 4.5
    growth_points: ClassVar[float] = 0.0
    spillover: ClassVar[float] = 0.0
    # Log rate or log odds of taking something, by what `choose` draws.
    event_log_odds: ClassVar[float] = 1.1
    events_by_team: ClassVar[bool] = False

    def __init__(
        self, n: int, n_courses: int, n_quarters: int, weak: bool, hidden: bool, rng: Rng
    ) -> None:
        self.rng, self.hidden, self.n_quarters = rng, hidden, n_quarters
        months = (LAST_DAY + 1).astype("datetime64[M]") - 3 * np.arange(n_quarters, -1, -1)
        self.starts: Days = months.astype("datetime64[D]")
        self.family = np.arange(N_ROLES) % len(FAMILIES)
        self.required = self._requirements()
        self.importance = np.round(rng.uniform(0.3, 1, self.required.shape), 2)
        self.people = self._hire(n)
        self.courses = self._catalogue(n_courses, 1 / WEAK_DIVISOR if weak else 1.0)
        self.affinity = rng.normal(0, 0.7, (len(FAMILIES), n_courses))
        self.suits = rng.uniform(0.55, 1.45, (len(FAMILIES), len(DELIVERIES)))
        n_teams = len(self.people.head)
        # Who the event happens to is drawn in any case, so that the rest stays as it is.
        if self.events_by_team:
            happened = (rng.random((n_teams, n_quarters)) < EVENT_SHARE)[
                self.people.team, np.arange(n_quarters)
            ]
        else:
            happened = rng.random((n, n_quarters)) < EVENT_SHARE
        self.event: Bools = happened & hidden
        persistent = rng.normal(0, 0.6, (n_teams, 1))
        passing = rng.normal(0, 0.8, (n_teams, n_quarters))
        self.team_shock: Floats = self.team_points * (persistent + passing)
        self.disrupted: Bools = rng.random((n_teams, n_quarters)) < 0.03
        self.company: Floats = rng.normal(0, 1.0, n_quarters) + 0.15 * np.arange(n_quarters)
        self.state = self._begin()
        self.levels: list[Floats] = []

    # ------------------------------------------------------------------ what differs by design

    def factor(self, fit: Fit, quarter: int) -> Floats:
        """What a course's strength is multiplied with, (n, n_courses)."""
        return 0.7 + 0.6 * fit.need / (fit.need + 0.8)

    def choose(self, fit: Fit, possible: Bools, quarter: int) -> tuple[Bools, Bools]:
        """Who starts what in a quarter, and what a manager decided, (n, n_courses) each."""
        people, state = self.people, self.state
        rate = 0.45 * np.exp(
            0.35 * people.keenness
            - 0.35 * np.clip((state.last - 100) / 7, -2, 2)
            + self.event_log_odds * self.event[:, quarter]
        )
        wanted = np.minimum(self.rng.poisson(np.minimum(rate, 3)), 3)
        taste = self.taste(quarter) + 0.5 * fit.need
        starts = self.pick(taste, possible, wanted, np.full(len(people), 1e9))
        sent = self.rng.random(len(people)) < logistic(-1 - 0.1 * (state.last - 100))
        return starts, starts & sent[:, None]

    def leaves(self, quarter: int) -> Bools:
        """Who leaves in the quarter after this one, (n,)."""
        return self.rng.random(len(self.people)) < 0.02

    def course_strength(self, said: dict[str, Any], rng: Rng) -> Floats:
        """Strength of the courses that work by what is said of them, (n,), points."""
        return rng.uniform(*self.strength, len(said["hours"]))

    # ------------------------------------------------------------------ tools of the designs

    def taste(self, quarter: int) -> Floats:
        """Popularity, by family of roles, (n, n_courses)."""
        family = self.family[self.at(self.people.role, quarter)]
        return self.courses.popularity + self.affinity[family]

    def pick(self, taste: Floats, possible: Bools, wanted: Ints, budget: Floats) -> Bools:
        """Pick courses one by one by taste and chance until enough or out of hours."""
        n, n_courses = taste.shape
        worth = np.where(possible, taste + self.rng.gumbel(size=taste.shape), -np.inf)
        order = np.argsort(-worth, axis=1, kind="stable")[:, : min(6, n_courses)]
        starts = np.zeros((n, n_courses), dtype=np.bool_)
        row, count, spent = np.arange(n), np.zeros(n, dtype=np.int64), np.zeros(n)
        for course in order.T:
            after = spent + self.courses.hours[course]
            takes = possible[row, course] & (count < wanted) & (after <= budget)
            starts[row[takes], course[takes]] = True
            count += takes
            spent = np.where(takes, after, spent)
        return starts

    def at(self, path: Ints, quarter: int) -> Ints:
        """Column of a path, (n,); in the coming quarter all is as in the last one."""
        return path[:, min(quarter, self.n_quarters - 1)]

    def team_mean(self, values: Floats, quarter: int, here: Bools) -> Floats:
        """Mean of (n, ...) values over the people of each team who are here."""
        team = self.people.team[here, quarter]
        n_teams = len(self.people.head)
        total: Floats = np.zeros((n_teams, *values.shape[1:]))
        np.add.at(total, team, values[here])
        count = np.maximum(np.bincount(team, minlength=n_teams), 1).astype(np.float64)
        return np.asarray((total.T / count).T, dtype=np.float64)

    def tenure(self, quarter: int) -> Floats:
        """Years since hiring at the start of a quarter, (n,)."""
        days = (self.starts[quarter] - self.people.hired_on).astype(np.int64)
        return np.asarray(np.maximum(days, 0) / 365.25, dtype=np.float64)

    def fit(self, quarter: int) -> Fit:
        """Hold true levels against every course."""
        courses, level = self.courses, self.state.level
        required = self.required[self.at(self.people.role, quarter)]
        shape = (len(level), len(courses))
        new, need, lacking = (np.zeros(shape) for _ in range(3))
        entered = np.zeros(shape, dtype=np.bool_)
        for c in range(len(courses)):
            k = np.flatnonzero(courses.weight[c])
            share = courses.weight[c, k] / courses.weight[c, k].sum()
            low, high, has = courses.low[c, k], courses.high[c, k], level[:, k]
            begins = np.maximum(has, low)
            new[:, c] = np.maximum(high - begins, 0) @ share
            need[:, c] = np.maximum(np.minimum(high, required[:, k]) - begins, 0) @ share
            lacking[:, c] = np.maximum(required[:, k] - has, 0) @ share
            entered[:, c] = (has >= low).all(axis=1)
        return Fit(new, need, lacking, entered)

    # ------------------------------------------------------------------ the structure

    def _requirements(self) -> Floats:
        rng, shape = self.rng, (N_ROLES, N_COMPETENCIES)
        asked = rng.random(shape) < 0.6
        # The later a sub-competency, the less is asked of it.
        most = np.tile([4.5, 4.25, 4.0], len(MAINS))
        return np.where(asked, np.round(rng.uniform(2.0, most, shape) * 2) / 2, 0.0)

    def _hire(self, n: int) -> People:
        rng, n_quarters = self.rng, self.n_quarters
        sizes = rng.integers(8, 25, n)
        n_teams = int(np.searchsorted(np.cumsum(sizes), n)) + 1
        home = np.repeat(np.arange(n_teams), sizes[:n_teams])[:n]
        head = np.searchsorted(home, np.arange(n_teams))
        is_head = np.zeros(n, dtype=np.bool_)
        is_head[head] = True
        of_team = rng.integers(0, len(FAMILIES), n_teams)[home]
        family = np.where(rng.random(n) < 0.8, of_team, rng.integers(0, len(FAMILIES), n))
        role = family + len(FAMILIES) * rng.integers(0, N_ROLES // len(FAMILIES), n)
        joins = (rng.random(n) < 0.02 * n_quarters) & ~is_head
        hired = np.where(joins, rng.integers(1, max(n_quarters, 2), n), 0)
        before = np.where(joins, rng.integers(1, 60, n), 30 + 365 * rng.exponential(5, n))
        grade = 1 + rng.binomial(N_GRADES - 1, np.where(joins, 0.2, 0.4))
        team_path = np.tile(home[:, None], n_quarters)
        role_path = np.tile(role[:, None], n_quarters)
        grade_path = np.tile(grade[:, None], n_quarters)
        for quarter in range(1, n_quarters):
            free = ~is_head & (hired < quarter)
            moved = np.flatnonzero(free & (rng.random(n) < 0.012))
            team_path[moved, quarter:] = rng.integers(0, n_teams, len(moved))[:, None]
            turned = np.flatnonzero(free & (rng.random(n) < 0.006))
            role_path[turned, quarter:] = rng.integers(0, N_ROLES, len(turned))[:, None]
            risen = np.flatnonzero(free & (rng.random(n) < 0.012))
            grade_path[risen, quarter:] += 1
        ability, motivation, kin = rng.normal(size=n), rng.normal(size=n), rng.normal(size=n)
        manager = rng.normal(size=n_teams)[home]
        asked = self.required[role]
        level = np.where(asked > 0, 0.58 * asked + 0.15 * (grade[:, None] - 2), 0.9)
        level += 0.35 * ability[:, None] + rng.normal(0, 0.7, level.shape)
        return People(
            ability=ability,
            motivation=motivation,
            keenness=0.65 * motivation + 0.76 * kin,
            support=0.8 * manager + 0.6 * rng.normal(size=n),
            hired=hired,
            hired_on=self.starts[hired] - before.astype("m8[D]"),
            team=team_path,
            role=role_path,
            grade=np.minimum(grade_path, N_GRADES),
            head=head,
            division=np.arange(n_teams) // 20,
            level=np.clip(level, 0, 5),
        )

    def _catalogue(self, n: int, scale: float) -> Catalogue:
        rng, n_quarters = self.rng, self.n_quarters
        main = rng.integers(0, len(MAINS), n)
        weight, low, high = (np.zeros((n, N_COMPETENCIES)) for _ in range(3))
        for c in range(n):
            subs = rng.choice(len(SUBS), size=int(rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15])))
            k = np.unique(main[c] * len(SUBS) + subs)
            weight[c, k] = np.round(rng.uniform(0.3, 1, len(k)), 2)
            low[c, k] = rng.choice([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
            high[c, k] = np.minimum(low[c, k] + rng.choice([1.0, 1.5, 2.0, 2.5], len(k)), 5)
        hours = np.clip(np.round(rng.lognormal(2.3, 0.8, n)), 1, 48)
        mandatory = np.arange(n) < min(MANDATORY_COURSES, n // 4)
        late = (rng.random(n) < 0.1) & ~mandatory
        gone = (rng.random(n) < 0.05) & ~mandatory & ~late
        opened = np.where(late, rng.integers(1, max(2 * n_quarters // 3, 2), n), -4)
        retired = np.where(gone, rng.integers(max(n_quarters // 2, 1), n_quarters, n), STAYS)
        entry = (low * (weight > 0)).max(axis=1)
        wants, drawn = rng.random(n), rng.random(n)
        requires = np.full(n, -1)
        for c in np.flatnonzero((wants < 0.3) & (entry >= 1.5) & ~mandatory).tolist():
            earlier = (main == main[c]) & (entry < entry[c]) & ~mandatory & ~late & ~gone
            options = np.flatnonzero(earlier)
            if len(options):
                requires[c] = options[int(drawn[c] * len(options))]
        popularity = rng.normal(0, self.popularity_spread, n)
        delivery = rng.integers(0, len(DELIVERIES), n)
        said = {"hours": hours, "delivery": delivery, "main": main, "entry": entry}
        strength = self._strengths(said, mandatory | late | gone, popularity)
        return Catalogue(
            main=main,
            weight=weight,
            low=low,
            high=high,
            requires=requires,
            opened=opened,
            retired=retired,
            mandatory=mandatory,
            hours=hours,
            delivery=delivery,
            popularity=popularity,
            liked=3.6 + 0.3 * popularity + rng.normal(0, 0.25, n),
            strength=strength * scale,
            season=rng.integers(0, 4, n),
            fad=rng.integers(0, n_quarters, n),
        )

    def _strengths(self, said: dict[str, Any], special: Bools, popularity: Floats) -> Floats:
        """Strengths with nulls, the most popular course among them, and one harm."""
        rng, n = self.rng, len(popularity)
        strength = self.course_strength(said, rng)
        order = np.argsort(np.where(special, -np.inf, popularity))
        strength[rng.permutation(n)[: round(self.null_share * n)]] = 0.0
        strength[order[-1]] = 0.0
        strength[order[-max(n // 4, 2)]] = self.harm
        strength[: min(MANDATORY_COURSES, n // 4)] = 0.0
        return strength

    # ------------------------------------------------------------------ life

    def _begin(self) -> State:
        people, rng, n = self.people, self.rng, len(self.people)
        n_courses = len(self.courses)
        shock = rng.normal(0, self.shock_points, n)
        return State(
            level=people.level.copy(),
            taken=np.zeros((n, n_courses), dtype=np.bool_),
            done_from=np.full((n, n_courses), STAYS),
            left=np.full(n, STAYS),
            last=100 + self.person_points * people.ability + shock + rng.normal(0, 4, n),
            shock=shock,
            trouble=np.zeros(n, dtype=np.bool_),
            score=np.full((n, self.n_quarters), np.nan),
            effect=np.zeros((n, self.n_quarters)),
        )

    def here(self, quarter: int) -> Bools:
        """Who is employed for the whole of a quarter, (n,)."""
        return (self.people.hired <= quarter) & (quarter < self.state.left)

    def open_to(self, quarter: int) -> Bools:
        """What each person could start at the start of a quarter, (n, n_courses)."""
        courses, state = self.courses, self.state
        running = (courses.opened <= quarter) & (quarter < courses.retired) & ~courses.mandatory
        needs = courses.requires
        ready = (needs < 0) | (state.done_from[:, np.maximum(needs, 0)] <= quarter)
        return ~state.taken & running & ready & self.here(quarter)[:, None]

    def gain(self, fit: Fit, quarter: int) -> Floats:
        """Points once completed and used, at the height of the profile, (n, n_courses)."""
        strength = self.courses.strength
        return np.where(strength < 0, strength, strength * self.factor(fit, quarter))

    def p_complete(self) -> Floats:
        """Probability that a started course is completed, (n, n_courses)."""
        base, slope = self.completion
        online = 0.5 * (self.courses.delivery == 0)
        long = 0.02 * (self.courses.hours - 10)
        return logistic(base + slope * self.people.motivation[:, None] - online - long)

    def p_used(self) -> Floats:
        """Probability that what was completed is used at work, (n,)."""
        base, slope = self.used
        return logistic(base + slope * self.people.support)

    def expected_lift(self, fit: Fit, quarter: int) -> Floats:
        """Expected effect of starting on the two quarters after, (n, n_courses)."""
        complete = self.p_complete()
        share = complete * self.p_used()[:, None] + (1 - complete) * self.dropped_share
        return share * self.gain(fit, quarter) * (self._share(1) + self._share(2)) / 2

    def _share(self, age: int) -> float:
        within = min(age, len(self.profile) - 1)
        return self.profile[within] * self.fade ** (age - within)

    def live(self) -> None:
        """Live through all quarters."""
        rng, state, n = self.rng, self.state, len(self.people)
        kept = self.shock_points * np.sqrt(1 - self.recovery**2)
        for quarter in range(self.n_quarters):
            self.levels.append(state.level.copy())
            fit = self.fit(quarter)
            starts, sent = self.choose(fit, self.open_to(quarter), quarter)
            due = self._due(quarter)
            self._begin_courses(fit, starts | due, sent, due, quarter)
            if quarter:
                state.shock = self.recovery * state.shock + rng.normal(0, kept, n)
            state.trouble = rng.random(n) < 0.1
            self._perform(quarter)
            # Half of a trouble is over a quarter later.
            state.shock = state.shock - self.trouble_points * state.trouble * 0.8
            leaving = self.leaves(quarter) & self.here(quarter)
            leaving[self.people.head] = False
            if quarter < self.n_quarters - 1:
                state.left[leaving] = quarter + 1
            drift = rng.normal(0.01, 0.05, state.level.shape)
            state.level = np.clip(state.level + drift, 0, 5)

    def _due(self, quarter: int) -> Bools:
        """Mandatory courses: one each in the first quarters of a person."""
        due = np.zeros(self.state.taken.shape, dtype=np.bool_)
        for position, c in enumerate(np.flatnonzero(self.courses.mandatory)):
            due[:, c] = self.here(quarter) & (quarter == self.people.hired + position)
        return due & ~self.state.taken

    def _begin_courses(
        self, fit: Fit, starts: Bools, sent: Bools, due: Bools, quarter: int
    ) -> None:
        rng, state, courses = self.rng, self.state, self.courses
        person, course = np.nonzero(starts)
        m = len(person)
        mandatory = due[person, course]
        shows = (rng.random(m) >= NO_SHOW_SHARE) | mandatory
        complete = self.p_complete()[person, course]
        completed = shows & (rng.random(m) < np.where(mandatory, 0.97, complete))
        used = completed & (rng.random(m) < self.p_used()[person])
        begun = self.starts[quarter] + rng.integers(0, 62, m).astype("m8[D]")
        took = 2 + 0.6 * courses.hours[course] + rng.gamma(2, 4, m)
        completed_on = begun + took.astype("m8[D]")
        known = np.searchsorted(self.starts, completed_on, side="right")
        state.taken[person[shows], course[shows]] = True
        state.done_from[person[completed], course[completed]] = known[completed]
        gain = self.gain(fit, quarter)[person, course]
        share = np.where(used, 1.0, np.where(completed, 0.0, self.dropped_share)) * shows
        self._add_effects(person, gain * share, shows & ~mandatory, quarter)
        self._raise_levels(person[used], course[used])
        state.records.append(
            {
                "quarter": np.full(m, quarter),
                "person": person,
                "course": course,
                "sent": sent[person, course],
                "mandatory": mandatory,
                "shows": shows,
                "completed": completed,
                "used": used,
                "begun": begun,
                "completed_on": completed_on,
                "expected": self.expected_lift(fit, quarter)[person, course],
                "new": fit.new[person, course],
            }
        )

    def _add_effects(self, person: Ints, points: Floats, away: Bools, quarter: int) -> None:
        effect = self.state.effect
        for later in range(quarter, self.n_quarters):
            np.add.at(effect[:, later], person, points * self._share(later - quarter))
        np.add.at(effect[:, quarter], person, -self.cost_of_starting * away)

    def _raise_levels(self, person: Ints, course: Ints) -> None:
        courses, level = self.courses, self.state.level
        for k in range(level.shape[1]):
            teaches = courses.weight[course, k] > 0
            who, c = person[teaches], course[teaches]
            has = level[who, k]
            reached = has + 0.8 * np.maximum(courses.high[c, k] - has, 0)
            np.maximum.at(level[:, k], who, np.where(has >= courses.low[c, k] - 1, reached, has))

    def _perform(self, quarter: int) -> None:
        rng, state, people, n = self.rng, self.state, self.people, len(self.people)
        here, team = self.here(quarter), people.team[:, quarter]
        since = quarter - people.hired
        ramp = np.where(people.hired > 0, -6 * 0.5 ** np.maximum(since, 0), 0.0)
        own_effect = state.effect[:, quarter]
        picked_up = np.zeros(n)
        if self.spillover:
            picked_up = self.spillover * self._colleagues(own_effect, quarter, here)
        event = np.zeros(n)
        for back, points in enumerate(EVENT_POINTS):
            if quarter >= back:
                event += points * self.event[:, quarter - back]
        disrupted = self.disrupted[:, quarter] | self.disrupted[:, max(quarter - 1, 0)]
        score = (
            100
            + self.company[quarter]
            + self.person_points * people.ability
            + 1.5 * people.motivation
            + self.growth_points * people.keenness * quarter
            + ramp
            + state.shock
            - self.trouble_points * state.trouble
            + self.team_shock[team, quarter]
            - 4.0 * disrupted[team]
            + own_effect
            + picked_up
            + event
            + rng.normal(0, self.noise_points, n)
        )
        score = np.clip(score, 10, 190)
        state.score[here, quarter] = score[here]
        # Nobody knows yet how a joiner does.
        state.last = np.where(people.hired <= quarter, score, 98.0)

    def _colleagues(self, effect: Floats, quarter: int, here: Bools) -> Floats:
        team = self.people.team[:, quarter]
        n_teams = len(self.people.head)
        total = np.bincount(team[here], effect[here], minlength=n_teams)[team]
        others = np.bincount(team[here], minlength=n_teams)[team] - 1
        return np.where(others > 0, (total - effect) / np.maximum(others, 1), 0.0) * here


class Nomination(Organisation):
    """Managers send the weak; hours are budgeted; saturating effects by tenure and grade."""

    name = "nomination"
    kpis = (("higher", 0.5), ("lower", 0.5))
    strength = (5.0, 14.0)
    harm = -3.0
    completion = (1.7, 0.3)
    used = (1.6, 0.5)
    profile = (0.0, 0.75, 1.0)
    fade = 0.92
    cost_of_starting = 1.0
    shock_points = 5.0
    recovery = 0.6
    trouble_points = 5.0
    team_points = 1.2
    noise_points = 3.0
    event_log_odds = 2.0

    def factor(self, fit: Fit, quarter: int) -> Floats:
        """Saturates with the gap; basics help the new, advanced courses the high grades."""
        tenure, grade = self.tenure(quarter)[:, None], self.at(self.people.grade, quarter)[:, None]
        kind = self.courses.kind
        by_tenure = 0.6 + 0.9 * np.exp(-tenure / 3)
        by_grade = 0.5 + 0.25 * (grade - 1)
        modified = np.where(np.isin(kind, ["basic", "micro"]), by_tenure, 1.0)
        modified = np.where(np.isin(kind, ["advanced", "leadership"]), by_grade, modified)
        return (1 - np.exp(-fit.need)) * modified

    def choose(self, fit: Fit, possible: Bools, quarter: int) -> tuple[Bools, Bools]:
        """The low of each team are nominated, for what their manager thinks that they lack."""
        rng, state, n = self.rng, self.state, len(self.people)
        mean = self.team_mean(state.last, quarter, self.here(quarter))
        behind = np.clip((mean[self.people.team[:, quarter]] - state.last) / 7, -2.5, 2.5)
        odds = (
            -1.5 + 1.2 * behind + 0.5 * state.trouble + self.event_log_odds * self.event[:, quarter]
        )
        nominated = rng.random(n) < logistic(odds)
        own = rng.random(n) < logistic(-1.6 + 0.5 * self.people.keenness)
        budget = np.where(nominated, 8 + rng.exponential(14, n), 0.0)
        budget += np.where(own, 4 + rng.exponential(8, n), 0.0)
        seen = np.maximum(fit.lacking + rng.normal(0, 0.5, fit.lacking.shape), 0)
        taste = self.taste(quarter) + 0.9 * seen * nominated[:, None]
        starts = self.pick(taste, possible, np.full(n, 4), budget)
        return starts, starts & nominated[:, None]


class SelfSelect(Organisation):
    """The keen enrol, grow anyway, and take what suits them; the weak leave."""

    name = "selfselect"
    kpis = (("higher", 0.5), ("higher", 0.3), ("lower", 0.2))
    strength = (2.0, 6.0)
    completion = (1.6, 0.5)
    used = (1.8, 0.3)
    dropped_share = 0.15
    profile = (0.3, 1.0, 0.85)
    fade = 0.85
    person_points = 4.0
    shock_points = 3.0
    growth_points = 0.2
    noise_points = 4.0
    event_log_odds = 1.6

    def factor(self, fit: Fit, quarter: int) -> Floats:
        """Motivation x prior related courses x delivery that suits the family."""
        motivated = np.exp(0.35 * self.people.motivation - 0.06)[:, None]
        related = np.minimum(self._related(quarter), 2)
        suits = self._suits(quarter)
        return motivated * (0.75 + 0.4 * related) * suits * (0.4 + 0.6 * np.minimum(fit.new, 1))

    def _related(self, quarter: int) -> Floats:
        done = (self.state.done_from <= quarter).astype(np.float64)
        same = self.courses.main[:, None] == self.courses.main[None, :]
        return np.asarray(done @ same.astype(np.float64))

    def _suits(self, quarter: int) -> Floats:
        family = self.family[self.at(self.people.role, quarter)]
        return self.suits[family][:, self.courses.delivery]

    def choose(self, fit: Fit, possible: Bools, quarter: int) -> tuple[Bools, Bools]:
        """The keen enrol, in seasons and fads, in what suits them."""
        rng, people, n = self.rng, self.people, len(self.people)
        odds = -1.0 + 1.0 * people.keenness + 0.4 * np.cos(np.pi * quarter / 2)
        any_at_all = rng.random(n) < logistic(odds + self.event_log_odds * self.event[:, quarter])
        wanted = any_at_all * (1 + rng.poisson(0.35 * np.exp(0.3 * people.keenness)))
        season = 1.0 * np.cos(np.pi * (quarter - self.courses.season) / 2)
        fad = 1.8 * ((quarter >= self.courses.fad) & (quarter < self.courses.fad + 2))
        taste = self.taste(quarter) + season + fad + 0.9 * self._suits(quarter)
        starts = self.pick(taste, possible, wanted, np.full(n, 1e9))
        sent = rng.random(starts.shape) < 0.08
        return starts, starts & sent

    def leaves(self, quarter: int) -> Bools:
        """Bad scores, two quarters on end, are followed by leaving."""
        recent = self.state.score[:, max(quarter - 1, 0) : quarter + 1]
        known = np.isfinite(recent)
        mean = np.where(known, recent, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        odds = -4.3 + 0.17 * np.clip(97 - mean, -10, 15)
        return self.rng.random(len(self.people)) < logistic(odds)


class Sparse(Organisation):
    """Many courses with few takers, whose lift follows from their description."""

    name = "sparse"
    default_courses = 200
    kpis = (("higher", 1.0),)
    harm = -2.5
    popularity_spread = 1.55
    completion = (1.9, 0.2)
    profile = (0.5, 1.0, 1.0)
    fade = 0.97
    shock_points = 3.0
    noise_points = 3.5

    def course_strength(self, said: dict[str, Any], rng: Rng) -> Floats:
        """Competency, entry level, hours, delivery and a small rest."""
        by_main = rng.normal(2.2, 1.0, len(MAINS))
        by_delivery = rng.permutation(np.array([-0.9, -0.4, 0.0, 0.5, 1.0]))
        expected = (
            by_main[said["main"]]
            + by_delivery[said["delivery"]]
            + 0.5 * (said["entry"] - 1.5)
            + 0.6 * np.log(said["hours"] / 10)
        )
        return np.asarray(np.maximum(expected + rng.normal(0, 0.35, len(expected)), 0.1))

    def factor(self, fit: Fit, quarter: int) -> Floats:
        """A little more for those who lack it."""
        return 0.75 + 0.5 * np.minimum(fit.need, 1.0)

    def choose(self, fit: Fit, possible: Bools, quarter: int) -> tuple[Bools, Bools]:
        """Few courses a person; most of them the popular ones."""
        rng, people, state = self.rng, self.people, self.state
        rate = 0.1 * np.exp(
            0.4 * people.keenness
            - 0.4 * np.clip((state.last - 100) / 7, -2, 2)
            + self.event_log_odds * self.event[:, quarter]
        )
        wanted = np.minimum(rng.poisson(rate), 2)
        taste = self.taste(quarter) + 0.6 * fit.lacking
        starts = self.pick(taste, possible, wanted, np.full(len(people), 1e9))
        sent = rng.random(len(people)) < logistic(-0.15 * (state.last - 100))
        return starts, starts & sent[:, None]


class Threshold(Organisation):
    """All or nothing by entry level and gap; whole teams are sent."""

    name = "threshold"
    kpis = (("higher", 0.6), ("lower", 0.4))
    strength = (6.0, 13.0)
    harm = -2.5
    completion = (2.0, 0.2)
    used = (2.2, 0.4)
    profile = (0.2, 0.85, 1.0)
    fade = 0.98
    team_points = 2.5
    noise_points = 3.5
    spillover = 0.1
    event_log_odds = 2.2
    events_by_team = True

    def factor(self, fit: Fit, quarter: int) -> Floats:
        """One for who is ready and lacks a level, nothing for everybody else."""
        return (fit.entered & (fit.lacking >= 1)).astype(np.float64)

    def choose(self, fit: Fit, possible: Bools, quarter: int) -> tuple[Bools, Bools]:
        """Teams behind the others are sent together; a few people go alone."""
        rng, people, n = self.rng, self.people, len(self.people)
        here, team = self.here(quarter), people.team[:, quarter]
        mean = self.team_mean(self.state.last, quarter, here)
        event = self.team_mean(self.event[:, quarter].astype(np.float64), quarter, here)
        behind = np.clip((100 - mean) / 3, -2, 2)
        odds = -1.1 + 0.6 * behind + self.event_log_odds * event
        n_sent = (rng.random(len(mean)) < logistic(odds)) * rng.choice(
            [1, 2], len(mean), p=[0.75, 0.25]
        )
        lacks = self.team_mean(self.taste(quarter) + 0.8 * fit.lacking, quarter, here)
        most = self.team_mean(possible.astype(np.float64), quarter, here)
        chosen = self.pick(lacks, most > 0.5, n_sent, np.full(len(mean), 1e9))
        sent = chosen[team] & possible & (rng.random(possible.shape) < 0.93)
        few = rng.poisson(0.06, n)
        alone = self.pick(self.taste(quarter), possible & ~sent, few, np.full(n, 1e9))
        return sent | alone, sent


DESIGNS: Mapping[str, type[Organisation]] = {
    design.name: design for design in (Organisation, Nomination, SelfSelect, Sparse, Threshold)
}


class Writer:
    """Writes what the organisation's systems recorded, and the truth."""

    def __init__(self, organisation: Organisation, out: Path) -> None:
        self.o, self.out, self.rng = organisation, out, organisation.rng
        n, n_courses = len(organisation.people), len(organisation.courses)
        self.employee = np.array([f"P{i + 1:06d}" for i in range(n)])
        self.course = np.array([f"CRS-{c + 1:03d}" for c in range(n_courses)])
        self.competency = np.array([f"CMP{k + 1:02d}" for k in range(N_COMPETENCIES)])
        self.role = np.array([f"ROLE{r + 1:02d}" for r in range(N_ROLES)])
        self.team = np.array([f"T{t + 1:04d}" for t in range(len(organisation.people.head))])
        self.end = organisation.starts[-1]
        self.made = _joined(organisation.state.records)
        # A leaver's last day lies in the quarter that brings no score any more.
        left = organisation.state.left
        gone = left < organisation.n_quarters
        day = organisation.starts[np.minimum(left, organisation.n_quarters)]
        self.left_on = np.where(gone, day + self.rng.integers(0, 40, n).astype("m8[D]"), NO_DAY)

    def table(self, name: str, columns: Mapping[str, Any]) -> None:
        """Write a table; NaN and NaT are empty."""
        data = {
            key: pa.array(value, from_pandas=isinstance(value, np.ndarray))
            for key, value in columns.items()
        }
        pq.write_table(pa.table(data), self.out / f"{name}.parquet", compression="zstd")

    def write(self) -> None:
        """Write everything."""
        self._organisation()
        self._people()
        self._courses()
        self._learning()
        self._performance()
        self._assessments()
        self._feedback()
        self._trouble()
        self._truth()

    def _organisation(self) -> None:
        o, people = self.o, self.o.people
        divisions = [f"DIV{d + 1:02d}" for d in range(int(people.division.max()) + 1)]
        self.table(
            "org_units",
            {
                "org_unit_id": ["HQ", *divisions, *self.team],
                "name": [
                    "Company",
                    *(f"Division {d + 1}" for d in range(len(divisions))),
                    *(f"Team {t + 1}" for t in range(len(self.team))),
                ],
                "parent_id": [
                    None,
                    *["HQ"] * len(divisions),
                    *np.array(divisions)[people.division],
                ],
            },
        )
        family = [FAMILIES[f] for f in o.family]
        self.table(
            "roles",
            {
                "role_id": self.role,
                "title": [f"{f} {r // len(FAMILIES) + 1}" for r, f in enumerate(family)],
                "job_family": family,
                "is_people_manager": [False] * N_ROLES,
            },
        )
        mains = [f"MAIN{m + 1}" for m in range(len(MAINS))]
        subs = [(m, s) for m in range(len(MAINS)) for s in SUBS]
        self.table(
            "competencies",
            {
                "competency_id": [*mains, *self.competency],
                "name": [*MAINS, *(f"{MAINS[m]}, {s}" for m, s in subs)],
                "parent_id": [*[None] * len(mains), *(mains[m] for m, _ in subs)],
            },
        )
        role, competency = np.nonzero(o.required)
        self.table(
            "role_requirements",
            {
                "role_id": self.role[role],
                "competency_id": self.competency[competency],
                "required_level": o.required[role, competency],
                "importance": o.importance[role, competency],
            },
        )
        kpis = [*HIGHER_KPIS, *LOWER_KPIS]
        self.table(
            "kpis",
            {
                "kpi_id": kpis,
                "name": [k.replace("_", " ") for k in kpis],
                "higher_is_better": [k in HIGHER_KPIS for k in kpis],
                "perspective": ["financial", "customer", "process"] + ["financial"] * 3,
            },
        )

    def _people(self) -> None:
        o, people, rng, n = self.o, self.o.people, self.rng, len(self.employee)
        self.table(
            "employees",
            {
                "employee_id": self.employee,
                "hired_on": people.hired_on,
                "left_on": self.left_on,
                "protected_gender": np.array(["f", "m"])[rng.integers(0, 2, n)],
                "protected_birth_year": rng.integers(1960, 2003, n),
            },
        )
        paths = (people.team, people.role, people.grade)
        changed = np.zeros(people.team.shape, dtype=np.bool_)
        changed[:, 1:] = np.any([p[:, 1:] != p[:, :-1] for p in paths], axis=0)
        quarters = np.arange(o.n_quarters)
        changed &= (quarters > people.hired[:, None]) & (quarters < o.state.left[:, None])
        changed[np.arange(n), people.hired] = True
        person, quarter = np.nonzero(changed)
        follows = np.append(person[1:] == person[:-1], False)
        first = quarter == people.hired[person]
        team = people.team[person, quarter]
        boss = people.head[team]
        division_head = people.head[(people.division * 20)[team]]
        boss = np.where(boss == person, division_head, boss)
        manager: list[str | None] = self.employee[boss].tolist()
        for row in np.flatnonzero(boss == person):
            manager[row] = None
        self.table(
            "assignments",
            {
                "employee_id": self.employee[person],
                "valid_from": np.where(first, people.hired_on[person], o.starts[quarter]),
                "valid_to": np.where(follows, o.starts[np.append(quarter[1:], 0)], NO_DAY),
                "org_unit_id": self.team[team],
                "role_id": self.role[people.role[person, quarter]],
                "grade": people.grade[person, quarter],
                "manager_id": manager,
            },
        )

    def _courses(self) -> None:
        o, courses, rng, n = self.o, self.o.courses, self.rng, len(self.course)
        late, gone = courses.opened > 0, courses.retired < o.n_quarters
        opened = np.where(late, o.starts[np.maximum(courses.opened, 0)] - 5, o.starts[0] - 500)
        retired = np.where(gone, o.starts[np.minimum(courses.retired, o.n_quarters)] - 1, NO_DAY)
        self.table(
            "courses",
            {
                "course_id": self.course,
                "title": [f"{MAINS[m]} course {c + 1}" for c, m in enumerate(courses.main)],
                "kind": courses.kind,
                "delivery": np.array(DELIVERIES)[courses.delivery],
                "hours": courses.hours,
                "cost": np.round(courses.hours * rng.uniform(8, 40, n)),
                "opened_on": opened,
                "retired_on": retired,
                "mandatory": courses.mandatory,
                "language": ["en"] * n,
            },
        )
        course, competency = np.nonzero(courses.weight)
        self.table(
            "course_competencies",
            {
                "course_id": self.course[course],
                "competency_id": self.competency[competency],
                "from_level": courses.low[course, competency],
                "to_level": courses.high[course, competency],
                "weight": courses.weight[course, competency],
            },
        )
        needs = np.flatnonzero(courses.requires >= 0)
        self.table(
            "prerequisites",
            {
                "course_id": self.course[needs],
                "requires_course_id": self.course[courses.requires[needs]],
            },
        )

    def _learning(self) -> None:
        o, rng, courses = self.o, self.rng, self.o.courses
        made = self.made
        person, course, begun = made["person"], made["course"], made["begun"]
        m = len(person)
        first = o.starts[made["quarter"]]
        enrolled = np.maximum(begun - rng.integers(0, 12, m).astype("m8[D]"), first)
        until = np.where(np.isnat(self.left_on[person]), self.end, self.left_on[person])
        shows = made["shows"]
        completed = made["completed"] & (made["completed_on"] < until)
        given_up = np.where(shows, begun + rng.integers(7, 35, m).astype("m8[D]"), enrolled + 15)
        dropped = ~made["completed"] & (given_up < until)
        ability = o.people.ability[person]
        exam = 74 + 5 * ability - 6 * (made["new"] - 0.8) + rng.normal(0, 10, m)
        liked = courses.liked[course] + rng.normal(0, 0.7, m)
        part = np.where(completed, 1.0, np.round(rng.uniform(0.05, 0.8, m), 2)) * shows
        spent = np.round(courses.hours[course] * 60 * part * rng.uniform(0.6, 1.3, m))
        by = np.where(made["mandatory"], "mandatory", np.where(made["sent"], "manager", "self"))
        ids = np.array([f"ENR{i + 1:08d}" for i in range(m)])
        self.table(
            "enrolments",
            {
                "enrolment_id": ids,
                "employee_id": self.employee[person],
                "course_id": self.course[course],
                "assigned_by": by,
                "enrolled_on": enrolled,
                "started_on": np.where(shows, begun, NO_DAY),
                "completed_on": np.where(completed, made["completed_on"], NO_DAY),
                "dropped_on": np.where(dropped, given_up, NO_DAY),
                "progress": part,
                "exam_score": np.where(completed, np.clip(np.round(exam, 1), 0, 100), np.nan),
                "exam_attempts": np.where(completed, 1 + (exam < 60), 0),
                "minutes": spent,
                "satisfaction": np.where(completed, np.clip(np.round(liked), 1, 5), np.nan),
            },
        )
        self._evidence(ids, made, completed, until)

    def _evidence(
        self, ids: NDArray[np.str_], made: Mapping[str, Any], completed: Bools, until: Days
    ) -> None:
        rng, parts = self.rng, []
        kinds = {"practice_task": 0.5, "manager_checkin": 0.4, "tool_use": 0.5}
        for kind, share in {**kinds, "behaviour_check": 0.6}.items():
            asked = np.flatnonzero(completed & (rng.random(len(ids)) < share))
            used = made["used"][asked]
            check = kind == "behaviour_check"
            wait = rng.integers(50, 85, len(asked)) if check else rng.integers(10, 25, len(asked))
            due = made["completed_on"][asked] + wait.astype("m8[D]")
            on = due - rng.integers(0, 8, len(asked)).astype("m8[D]")
            seen = (rng.random(len(asked)) < np.where(used, 0.9, 0.6)) & (on < until[asked])
            score = np.clip(np.where(used, 0.75, 0.35) + rng.normal(0, 0.15, len(asked)), 0, 1)
            parts.append(
                {
                    "enrolment_id": ids[asked],
                    "kind": np.full(len(asked), kind),
                    "due_on": due,
                    "done_on": np.where(seen, on, NO_DAY),
                    "score": np.where(seen, np.round(score, 2), np.nan),
                }
            )
        self.table("transfer_evidence", _joined(parts))

    def _performance(self) -> None:
        o, rng, parts = self.o, self.rng, []
        share = np.array([weight for _, weight in o.kpis])
        for quarter in range(o.n_quarters):
            known = np.isfinite(o.state.score[:, quarter])
            person = np.flatnonzero(known & (rng.random(len(known)) >= MISSING_SCORE_SHARE))
            # KPIs differ from each other and come to the score together.
            apart = rng.normal(0, 4, (len(person), len(share)))
            apart -= (apart @ share)[:, None] / share.sum()
            family = o.family[o.people.role[person, quarter]]
            for slot, (way, weight) in enumerate(o.kpis):
                lower = way == "lower"
                ids = np.array(LOWER_KPIS if lower else HIGHER_KPIS)
                attained = np.clip(o.state.score[person, quarter] + apart[:, slot], 2, 198) / 100
                target = (20.0 if lower else 250.0) * (1 + 0.05 * family)
                value = target / attained if lower else target * attained
                parts.append(
                    {
                        "employee_id": self.employee[person],
                        "kpi_id": ids[(family + slot) % len(ids)],
                        "period_start": np.full(len(person), o.starts[quarter]),
                        "period_end": np.full(len(person), o.starts[quarter + 1] - 1),
                        "value": np.round(value, 5),
                        "target": target,
                        "weight": np.full(len(person), weight),
                    }
                )
        self.table("performance", _joined(parts))

    def _assessments(self) -> None:
        o, rng, parts = self.o, self.rng, []
        spread = np.array([0.25, 0.3, 0.5, 0.55, 0.7])
        bias = np.array([0.0, 0.0, 0.05, 0.1, 0.3])
        n = len(self.employee)
        turn = rng.integers(0, 4, n)
        for quarter in range(o.n_quarters):
            here = o.here(quarter)
            round_now = here & ((turn == quarter % 4) | (quarter == o.people.hired))
            asked = (o.required[o.people.role[:, quarter]] > 0) | (rng.random((n, 1)) < 0.1)
            made = asked & round_now[:, None] & (rng.random((n, N_COMPETENCIES)) < 0.6)
            person, competency = np.nonzero(made)
            m = len(person)
            source = rng.choice(len(SOURCES), m, p=[0.25, 0.15, 0.3, 0.12, 0.18])
            noise = spread[source] * rng.normal(size=m)
            level = o.levels[quarter][person, competency] + bias[source] + noise
            day = o.starts[quarter] + rng.integers(2, 80, m).astype("m8[D]")
            parts.append(
                {
                    "employee_id": self.employee[person],
                    "competency_id": self.competency[competency],
                    "level": np.round(np.clip(level, 0, 5), 1),
                    "source": np.array(SOURCES)[source],
                    "assessed_on": day,
                }
            )
        self.table("assessments", _joined(parts))

    def _feedback(self) -> None:
        o, rng, people, parts = self.o, self.rng, self.o.people, []
        n = len(self.employee)
        chance = rng.normal(size=n)
        for quarter in range(o.n_quarters):
            disrupted = o.disrupted[people.team[:, quarter], quarter]
            traits = {
                "motivation": people.motivation,
                "manager_support": people.support,
                "opportunity": 0.6 * chance + 0.5 - 1.5 * disrupted,
                "workload": rng.normal(size=n),
            }
            for kind, trait in traits.items():
                asked = o.here(quarter) & (rng.random(n) < 0.35)
                person = np.flatnonzero(asked)
                said = 3 + 0.85 * trait[person] + rng.normal(0, 0.7, len(person))
                day = o.starts[quarter] + rng.integers(5, 85, len(person)).astype("m8[D]")
                parts.append(
                    {
                        "employee_id": self.employee[person],
                        "asked_on": day,
                        "kind": np.full(len(person), kind),
                        "value": np.clip(np.round(said), 1, 5),
                    }
                )
        self.table("feedback", _joined(parts))

    def _trouble(self) -> None:
        o, rng = self.o, self.rng
        absences, incidents = [], []
        for quarter in range(o.n_quarters):
            away = np.flatnonzero(o.here(quarter) & (rng.random(len(self.employee)) < 0.025))
            kind = rng.choice(3, len(away), p=[0.5, 0.4, 0.1])
            day = o.starts[quarter] + rng.integers(0, 80, len(away)).astype("m8[D]")
            absences.append(
                {
                    "employee_id": self.employee[away],
                    "from_day": day,
                    "to_day": day + np.array([9, 6, 80])[kind].astype("m8[D]"),
                    "kind": np.array(["leave", "sick", "parental"])[kind],
                }
            )
            disrupted = o.disrupted[:, quarter]
            team = np.repeat(np.arange(len(self.team)), rng.poisson(0.1 + 1.9 * disrupted))
            bad = disrupted[team]
            day = o.starts[quarter] + rng.integers(0, 88, len(team)).astype("m8[D]")
            incidents.append(
                {
                    "org_unit_id": self.team[team],
                    "occurred_on": day,
                    "kind": np.where(bad, "equipment", "staffing"),
                    "hours_lost": np.round(rng.gamma(2, np.where(bad, 16, 4)), 1),
                }
            )
        self.table("absences", _joined(absences))
        self.table("incidents", _joined(incidents))

    def _truth(self) -> None:
        o, courses = self.o, self.o.courses
        # As of the day after the last scores are known, for the quarter after the last one.
        lift = o.expected_lift(o.fit(o.n_quarters), o.n_quarters)
        person, course = np.nonzero(o.open_to(o.n_quarters))
        as_of = self.end + 1
        self.table(
            "truth/lift",
            {
                "employee_id": self.employee[person],
                "course_id": self.course[course],
                "as_of": np.full(len(person), as_of),
                "lift": lift[person, course],
            },
        )
        made, n = self.made, len(courses)
        shows = made["shows"]
        takers = np.bincount(made["course"][shows], minlength=n)
        expected = np.bincount(made["course"][shows], made["expected"][shows], minlength=n)
        pairs = np.bincount(course, minlength=n)
        total = np.bincount(course, lift[person, course], minlength=n)
        self.table(
            "truth/courses",
            {
                "course_id": self.course,
                "strength": courses.strength,
                "mean_lift": np.where(pairs > 0, total / np.maximum(pairs, 1), np.nan),
                "takers": takers,
                "takers_lift": np.where(takers > 0, expected / np.maximum(takers, 1), np.nan),
                "does_nothing": (courses.strength == 0) & ~courses.mandatory,
                "harms": courses.strength < 0,
            },
        )


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def write(
    out: Path | str,
    seed: int = 1,
    employees: int = 6000,
    courses: int | None = None,
    quarters: int = 12,
    design: str = "plain",
    weak: bool = False,
    hidden: bool = False,
) -> None:
    """Write an organisation and its truth.

    Parameters
    ----------
    out : path
        A folder that is empty or does not exist.
    courses : int, optional
        The design's own number when left out: 200 for sparse, else 60.
    design : {"plain", "nomination", "selfselect", "sparse", "threshold"}

    Raises
    ------
    FileExistsError
        When `out` holds something.
    """
    folder = Path(out)
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    kind = DESIGNS[design]
    n_courses = kind.default_courses if courses is None else courses
    rng = np.random.default_rng([seed, sorted(DESIGNS).index(design)])
    organisation = kind(employees, n_courses, quarters, weak, hidden, rng)
    organisation.live()
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    Writer(organisation, folder).write()
    about = {
        "seed": seed,
        "employees": employees,
        "courses": n_courses,
        "quarters": quarters,
        "design": design,
        "weak": weak,
        "hidden": hidden,
    }
    text = json.dumps(about, indent=1) + "\n"
    (folder / "truth" / "about.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Write the organisation that the command line describes."""
    parser = argparse.ArgumentParser(description="Write an organisation of another design.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--employees", type=int, default=6000)
    parser.add_argument("--courses", type=int, help="60, and 200 for sparse, when left out")
    parser.add_argument("--quarters", type=int, default=12)
    parser.add_argument("--design", choices=sorted(DESIGNS), default="plain")
    parser.add_argument("--weak", action="store_true", help="effects 2.5 times weaker")
    parser.add_argument("--hidden", action="store_true", help="with a hidden confounder")
    asked = vars(parser.parse_args())
    write(**asked)


if __name__ == "__main__":
    main()
