"""What new people did on the way: courses, practice and meetings, by the day of the first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.contracts.teams import FACTORS
from ptml.decide.proficiency.spells import Spells
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.windows import Window, expand

Positions = NDArray[np.int64]
Days = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Exposures:
    """First time that something was done within a spell, m of them, sorted by spell.

    Attributes
    ----------
    spell : int64
    factor : int64
        Course code; from ``n_courses`` on ``FACTORS[1:]``.
    day : int64
    """

    spell: Positions
    factor: Positions
    day: Positions

    def take(self, at: NDArray[np.bool_]) -> "Exposures":
        """Pick some."""
        return Exposures(self.spell[at], self.factor[at], self.day[at])


def exposures_of(history: History, spells: Spells, day: int) -> Exposures:
    """Find what was started of one's own or the manager's accord, and which support was given.

    Mandatory courses are no factor: everybody takes them.

    Parameters
    ----------
    day : int
        What became known on it or later is not seen.
    """
    courses, evidence = history.enrolments, history.evidence
    chosen = np.flatnonzero(~history.is_mandatory & (courses.started < day))
    code = _kind_codes(history.n_courses)[evidence.kind] if len(evidence) else evidence.kind
    done = np.flatnonzero((code >= 0) & (evidence.done < day) & (evidence.done != NEVER))
    started = courses.started[chosen]
    employee = np.concatenate(
        [courses.employee[chosen], courses.employee[chosen], evidence.employee[done]]
    )
    factor = np.concatenate(
        [
            courses.course[chosen].astype(np.int64),
            np.full(len(chosen), history.n_courses),
            code[done],
        ]
    )
    return _within(
        spells, employee, factor, np.concatenate([started, started, evidence.done[done]])
    )


def _kind_codes(n_courses: int) -> Positions:
    """Factor of each kind of evidence; -1 = a measure, and no support."""
    factors = FACTORS[1:]
    return np.array(
        [n_courses + factors.index(kind) if kind in factors else -1 for kind in EVIDENCE_KINDS],
        dtype=np.int64,
    )


def _within(spells: Spells, employee: NDArray[np.int32], factor: Positions, day: Days) -> Exposures:
    order = np.argsort(employee, kind="stable")
    sorted_people = employee[order]
    first, end = (
        np.searchsorted(sorted_people, spells.employee, side).astype(np.int64)
        for side in ("left", "right")
    )
    spell, event = expand(Window(first, end))
    event = order[event]
    when = day[event].astype(np.int64)
    inside = (when >= spells.origin[spell]) & (when < spells.stop[spell])
    spell, what, when = spell[inside], factor[event][inside], when[inside]
    order = np.lexsort((when, what, spell))
    spell, what, when = spell[order], what[order], when[order]
    is_first = np.append(True, (spell[1:] != spell[:-1]) | (what[1:] != what[:-1]))[: len(spell)]
    return Exposures(spell[is_first], what[is_first], when[is_first])
