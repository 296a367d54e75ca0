"""Moments in time at which the recommender is judged: fit before, a gap, then what was chosen.

Windows roll back from the last choice before the as-of date. The newest is the test, which nothing
is chosen on; those before it are for validation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.fit import gap_closed_by_all
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.choices import Choices, choices_before, taken_before
from ptml.recommend.circumstances import Circumstances, circumstances
from ptml.recommend.cold import Cold
from ptml.recommend.cold_fit import fit_cold
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.content import CourseSpace, course_space
from ptml.recommend.factors import CourseFactors
from ptml.recommend.peers import Past
from ptml.recommend.tuning import Fold

Bools = NDArray[np.bool_]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

MOST_WINDOWS = 4
_CHUNK = 4_096
_MOST_JUDGED = 20_000


@dataclass(frozen=True, eq=False)
class Background:
    """What every moment is made from."""

    history: History
    shared: Shared
    config: PreferenceConfig
    seed: int

    @cached_property
    def space(self) -> CourseSpace:
        """Courses by what they are."""
        return course_space(self.history.catalogue)


@dataclass(frozen=True, eq=False)
class KnownPast(Past):
    """Choices with what else was known of people and courses.

    Attributes
    ----------
    where : Circumstances
        Of all employees on the day of scoring.
    background : Background
    """

    where: Circumstances
    background: Background
    factors: dict[int, CourseFactors] = field(default_factory=dict, repr=False)
    _cold: dict[float, Cold] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def n_chosen(self) -> NDArray[np.float64]:
        """Choices of each course, (n_courses,)."""
        return np.bincount(self.choices.course, minlength=self.shape[1]).astype(np.float64)

    @cached_property
    def neighbours(self) -> Any:
        """`CourseSpace.neighbours` among the courses that were chosen."""
        return self.background.space.neighbours(self.n_chosen > 0)

    def cold(self, half_life_days: float) -> Cold:
        """Shares by place, learnt once for each half-life."""
        if half_life_days not in self._cold:
            given = self.background
            rng = np.random.default_rng([given.seed, self.as_of_day])
            self._cold[half_life_days] = fit_cold(
                given.history,
                given.shared,
                given.space,
                self.choices,
                self.as_of_day,
                half_life_days,
                rng,
            )
        return self._cold[half_life_days]

    def closed(self, people: IntArray) -> Float32Array | None:
        """Gap that each course closes for people, (n, n_courses); None = nobody was assessed."""
        history = self.background.history
        if len(history.assessments) == 0:
            return None
        rows = Rows.at(people, self.as_of_day)
        found = capability(history, self.background.shared, rows)
        return gap_closed_by_all(history.catalogue, found)


@dataclass(frozen=True, eq=False)
class Moment:
    """A fold in time.

    Attributes
    ----------
    fold : Fold
        Its past is a `KnownPast`.
    first_day, last_day : int
        The days whose choices are held out, both inclusive.
    is_new_course : (n_courses,) bool
        Courses that opened in as many days before the held-out ones.
    """

    fold: Fold
    first_day: int
    last_day: int
    is_new_course: Bools


def known_past(background: Background, choices: Choices, day: int) -> KnownPast:
    """Put together what was known before a day."""
    history = background.history
    everybody = np.arange(history.n_employees, dtype=np.int32)
    where = circumstances(history, Rows.at(everybody, day))
    shape = (history.n_employees, history.n_courses)
    return KnownPast(choices, where.role, shape, len(history.roles), day, where, background)


def moments_before(background: Background, as_of_day: int) -> tuple[list[Moment], Moment | None]:
    """Cut held-out windows: those for validation, newest first, and the test.

    A window holds at least ``min_held_out`` people who chose something on offer that they had not
    taken; to that end windows are up to four times as long as ``held_out_days``.

    Returns
    -------
    validation : list of Moment
        As many as there are data for, ``n_folds`` at the most.
    test : Moment or None
        None = too few people chose anything.
    """
    config, seed = background.config, background.seed
    choices = choices_before(background.history, as_of_day)
    if len(choices) == 0:
        return [], None
    people = np.unique(choices.employee)
    if len(people) > config.max_people:
        rng = np.random.default_rng(seed)
        people = np.sort(rng.choice(people, config.max_people, replace=False))
    end = int(choices.day.max()) + 1
    for n_windows in range(1, MOST_WINDOWS + 1):
        days = n_windows * config.held_out_days
        test = _moment(background, people, end - days, end)
        if test is not None:
            break
    if test is None:
        return [], None
    starts = [end - (k + 2) * days for k in range(config.n_folds)]
    found = (_moment(background, people, start, start + days) for start in starts)
    return [moment for moment in found if moment is not None], test


def _moment(background: Background, people: IntArray, first: int, end: int) -> Moment | None:
    """The fold that holds out days from `first` up to before `end`; None = too few people."""
    history, config = background.history, background.config
    known_day = first - config.gap_days
    early = _of(choices_before(history, known_day), people)
    late = _of(choices_before(history, end), people)
    late = late.take(late.day >= first)
    if len(early) == 0 or len(np.unique(late.employee)) < config.min_held_out:
        return None
    past = known_past(background, early, known_day)
    excluded = _not_offered(history, first)
    held_out = late.matrix(*past.shape)
    asked = _asked(np.unique(late.employee).astype(np.int32), excluded, held_out)
    if len(asked) < config.min_held_out:
        return None
    if len(asked) > _MOST_JUDGED:
        rng = np.random.default_rng([background.seed, first])
        asked = np.sort(rng.choice(asked, _MOST_JUDGED, replace=False))
    opened = history.catalogue.opened
    is_new = (opened >= first - (end - first)) & (opened < first)
    return Moment(Fold(past, asked, excluded, held_out), first, end - 1, is_new)


def _of(choices: Choices, people: IntArray) -> Choices:
    return choices.take(np.isin(choices.employee, people))


def _not_offered(history: History, day: int) -> Callable[[IntArray], Bools]:
    """What nobody is offered on a day, and what each person has taken before it."""
    catalogue = history.catalogue
    offered = catalogue.open_on(day) & ~catalogue.mandatory
    taken = taken_before(history, day)

    def excluded(people: IntArray) -> Bools:
        return np.asarray((taken[people].toarray() > 0) | ~offered)

    return excluded


def _asked(people: IntArray, excluded: Callable[[IntArray], Bools], held_out: Any) -> IntArray:
    """People with a held-out course that could have been offered to them."""
    found = [np.zeros(0, dtype=np.int32)]
    for start in range(0, len(people), _CHUNK):
        chunk = people[start : start + _CHUNK]
        found.append(chunk[((held_out[chunk].toarray() > 0) & ~excluded(chunk)).any(axis=1)])
    return np.concatenate(found)
