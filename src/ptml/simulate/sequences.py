"""What courses taken one after the other truly bring, every way in which it may go counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.errors import UsageError
from ptml.simulate.config import SimulationConfig
from ptml.simulate.living import Life, completion_log_odds, gain, live, open_to
from ptml.simulate.people import People, draw_people
from ptml.simulate.planted import effect_left
from ptml.simulate.structure import Structure, build_structure, fit_of
from ptml.simulate.transfer import probability, weak_log_odds, weak_terms

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Standing:
    """How an organisation truly stands when its last quarter has ended."""

    structure: Structure
    people: People
    life: Life

    def lifts(self, course: IntArray) -> FloatArray:
        """Points that each course adds in its turn, (n, most steps); 0 where there is none.

        The first counts as in ``truth/lift``; each further one counts what it adds to somebody who
        *started* those before it: they may not have completed them, or not used what they learnt.
        One quarter lies between two starts; nobody fades meanwhile.

        Parameters
        ----------
        course : (n, most steps) int64
            Codes in the order of taking them; -1 = no further course.
        """
        added = np.zeros(course.shape)
        start = _Branch(np.ones(len(course)), self.life.level, self.life.done)
        self._walk(course, 0, start, added)
        return added

    def may_start(self) -> BoolArray:
        """Which courses each person could start in the coming quarter, (n, n_courses)."""
        return open_to(self.structure, self.life, self.structure.config.n_quarters)

    def _walk(self, course: IntArray, step: int, now: "_Branch", added: FloatArray) -> None:
        if step == course.shape[1] or not now.chance.any():
            return
        structure, people = self.structure, self.people
        last = structure.config.n_quarters - 1
        who = np.flatnonzero(course[:, step] >= 0)
        taken = course[who, step]
        needs = structure.courses.requires[taken]
        may = (needs < 0) | now.done[who, np.maximum(needs, 0)]
        fit = fit_of(now.level[who], people.role[who, last], structure)
        at = np.arange(len(who))
        new, needed = fit.new[at, taken], fit.needed[at, taken]
        p_done = may * probability(completion_log_odds(people, who, np.zeros(len(who))))
        terms = weak_terms(structure, people, who, taken, last, new)
        p_used = 1 - probability(weak_log_odds(terms))
        points = gain(structure, people, who, taken, new, needed) * self._fade(taken)
        added[who, step] += now.chance[who] * p_done * p_used * points
        for done, used in ((True, True), (True, False), (False, False)):
            share = np.ones(len(course))
            share[who] = p_done * (p_used if used else 1 - p_used) if done else 1 - p_done
            # Without a course nothing parts the ways.
            share[course[:, step] < 0] = float(used)
            after = now.after(structure, who, taken, done, used)
            self._walk(course, step + 1, _Branch(now.chance * share, *after), added)

    def _fade(self, course: IntArray) -> FloatArray:
        config = self.structure.config
        first, second = (effect_left(self.structure, course, config.n_quarters + k) for k in (1, 2))
        return np.asarray((first + second * config.fade) / 2)


@dataclass(frozen=True, eq=False)
class _Branch:
    """One way in which it may go, with its chance for each person."""

    chance: FloatArray
    level: FloatArray
    done: BoolArray

    def after(
        self, structure: Structure, who: IntArray, course: IntArray, done: bool, used: bool
    ) -> tuple[FloatArray, BoolArray]:
        level, has_done = self.level, self.done
        if done:
            has_done = has_done.copy()
            has_done[who, course] = True
        if used:
            courses = structure.courses
            low, high = courses.from_level[course], courses.to_level[course]
            own = level[who]
            reached = np.where((courses.weight[course] > 0) & (own >= low - 1), high, own)
            level = level.copy()
            level[who] = np.maximum(own, reached)
        return level, has_done


def standing_of(config: SimulationConfig) -> Standing:
    """Live through an organisation once more, as `ptml.simulate.simulate` does.

    Raises
    ------
    UsageError
        When it is simulated in more than one chunk.
    """
    if config.n_employees > config.chunk_employees:
        raise UsageError(
            f"paths are held against organisations of one chunk ({config.chunk_employees:,}"
            f" people), got {config.n_employees:,}; use fewer people"
        )
    structure = build_structure(config)
    rng = np.random.default_rng([config.seed, 1, 0])
    people = draw_people(structure, 0, config.n_employees, rng)
    return Standing(structure, people, live(structure, people, rng))
