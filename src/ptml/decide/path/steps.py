"""The steps of everybody's path in the order of taking them, with weeks and what each adds."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.contracts.paths import PARTS
from ptml.decide.path.config import PathConfig
from ptml.decide.path.content import content_of
from ptml.decide.path.done import lost_to_done
from ptml.decide.path.offers import Offers, People
from ptml.decide.path.overlap import shares_left
from ptml.decide.path.problem import Problem, Solution
from ptml.decide.path.standing import Fixed
from ptml.features.catalogue import Catalogue

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]

REQUIRED, ELECTIVE, PRACTICE = (PARTS.index(name) for name in PARTS)
# Running, due, chosen: in this order a path goes.
_RUNNING, _DUE, _CHOSEN = range(3)
ROUNDING_WEEKS = 1e-9


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of all paths, (k,) each, sorted by person and week.

    Attributes
    ----------
    row, course : int32
    step : int32
        From 1.
    starts, weeks : float64
        Week of the start from 0, and how many weeks it takes.
    part : int8
        Position in `ptml.contracts.paths.PARTS`.
    running : bool
    due : float64
        Weeks until it has to be through, of what everybody has to take; NaN = of others.
    offer : int64
        Position among the offers; -1 = none was made.
    left : float64
        Share of what the course brings by itself that it adds in its turn: what is still new, by
        the chance that it may be started.
    """

    row: Codes
    course: Codes
    step: Codes
    starts: Doubles
    weeks: Doubles
    part: NDArray[np.int8]
    running: Bools
    due: Doubles
    offer: Positions
    left: Doubles

    def __len__(self) -> int:
        return len(self.row)

    @property
    def ends(self) -> Doubles:
        """Week of the end."""
        return self.starts + self.weeks

    @property
    def first_week(self) -> Positions:
        """The week in which each begins: what fills its weeks up to a rounding error has."""
        return np.floor(self.starts + ROUNDING_WEEKS).astype(np.int64)

    def take(self, at: Positions) -> Self:
        """Pick steps by position."""
        return type(self)(*(getattr(self, f.name)[at] for f in fields(self)))


def first_weeks(n: int, fixed: tuple[Fixed, Fixed], spacing: float) -> Doubles:
    """Week in which each person's first chosen step may begin, (n,), after what comes first."""
    begins = np.zeros(n)
    for part in fixed:
        np.add.at(begins, part.row, part.weeks + spacing)
    return begins


def steps_of(
    problem: Problem,
    solution: Solution,
    offers: Offers,
    people: People,
    fixed: tuple[Fixed, Fixed],
    catalogue: Catalogue,
    practice: Positions,
    config: PathConfig,
) -> Steps:
    """Put one after the other what runs, what is due, what was chosen, and practice between.

    Parameters
    ----------
    fixed : (Fixed, Fixed)
        What runs, and what is due.
    practice : (n, most steps) int64
        Offer that follows each chosen step as practice; -1 = none.
    """
    row, place = np.nonzero(solution.order >= 0)
    own = solution.order[row, place]
    offer = problem.offer[row, own]
    covers = problem.covers[row, own]
    chosen = Steps(
        row=row.astype(np.int32),
        course=offers.course[offer],
        step=place.astype(np.int32),
        starts=solution.starts[row, place],
        weeks=problem.weeks[row, own],
        part=np.where(covers > 0, REQUIRED, ELECTIVE).astype(np.int8),
        running=np.zeros(len(row), dtype=np.bool_),
        due=np.full(len(row), np.nan),
        offer=offer,
        left=problem.chance[row, own],
    )
    before = _fixed_steps(fixed, len(people.begins), config.spacing_weeks)
    after = _practice_steps(chosen, practice, offers, catalogue, config)
    parts = (before, chosen, after)
    whole = Steps(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Steps)))
    whole = whole.take(np.lexsort((whole.starts, whole.row)))
    return _with_shares(_numbered(whole), people, offers, catalogue, config)


def _fixed_steps(fixed: tuple[Fixed, Fixed], n: int, spacing: float) -> Steps:
    runs, is_due = fixed
    row = np.concatenate([runs.row, is_due.row])
    order = np.lexsort((np.repeat([_RUNNING, _DUE], [len(runs.row), len(is_due.row)]), row))
    weeks = np.concatenate([runs.weeks, is_due.weeks])[order]
    row = row[order]
    k = len(row)
    place = np.arange(k) - np.searchsorted(row, np.arange(n))[row]
    starts = np.zeros(k)
    # Person by person: a sum over everybody would round by who else is in the bucket.
    for nth in range(1, int(place.max(initial=0)) + 1):
        at = np.flatnonzero(place == nth)
        starts[at] = starts[at - 1] + weeks[at - 1] + spacing
    return Steps(
        row=row.astype(np.int32),
        course=np.concatenate([runs.course, is_due.course])[order].astype(np.int32),
        step=np.zeros(k, dtype=np.int32),
        starts=starts,
        weeks=weeks,
        part=np.full(k, REQUIRED, dtype=np.int8),
        running=np.concatenate([np.ones(len(runs.row), bool), np.zeros(len(is_due.row), bool)])[
            order
        ],
        due=np.concatenate([np.full(len(runs.row), np.nan), is_due.due])[order],
        offer=np.full(k, -1, dtype=np.int64),
        left=np.zeros(k),
    )


def _practice_steps(
    chosen: Steps, practice: Positions, offers: Offers, catalogue: Catalogue, config: PathConfig
) -> Steps:
    at = np.flatnonzero(practice[chosen.row, chosen.step] >= 0)
    before = chosen.take(at)
    offer = practice[before.row, before.step]
    course = offers.course[offer] if len(at) else np.zeros(0, dtype=np.int32)
    return Steps(
        row=before.row,
        course=course,
        step=before.step,
        starts=before.ends,
        weeks=catalogue.hours[course].astype(np.float64) / config.hours_per_week,
        part=np.full(len(at), PRACTICE, dtype=np.int8),
        running=before.running,
        due=before.due,
        offer=offer,
        left=np.ones(len(at)),
    )


def _numbered(steps: Steps) -> Steps:
    first = np.searchsorted(steps.row, steps.row)
    steps.step[:] = np.arange(len(steps)) - first + 1
    return steps


def _with_shares(
    steps: Steps, people: People, offers: Offers, catalogue: Catalogue, config: PathConfig
) -> Steps:
    """What each step leaves to those after it; what runs is held to come first."""
    content = content_of(catalogue, people.portraits, steps.row, steps.course, config.overlap)
    chance = np.ones(len(steps))
    made = steps.offer >= 0
    chance[made] = offers.p_complete[steps.offer[made]] if made.any() else chance[made]
    hold = np.where(np.isnan(chance), 1.0, chance) * config.overlap.holds
    first = np.searchsorted(steps.row, np.arange(len(people.begins) + 1))
    lost = lost_to_done(content, first, people, catalogue, config.overlap.holds)
    left = shares_left(content, steps.row, hold, lost)
    steps.left[:] = np.where(made, steps.left * left, np.nan)
    return steps


@njit(cache=True)  # type: ignore[untyped-decorator]
def practice_offers(
    order: Positions,
    offer: Positions,
    first: Positions,
    course: Codes,
    is_practice: Bools,
    points: Doubles,
    taught: Codes,
    practice: Positions,
) -> None:
    """Fill for each chosen step that another follows the best micro-course on what it teaches."""
    for i in range(len(order)):
        for p in range(order.shape[1] - 1):
            if order[i, p] < 0 or order[i, p + 1] < 0:
                break
            before = course[offer[i, order[i, p]]]
            best = -1
            for k in range(first[i], first[i + 1]):
                if not is_practice[k] or not _meet(taught[course[k]], taught[before]):
                    continue
                if _is_in(k, order[i], offer[i], practice[i]):
                    continue
                if best < 0 or points[k] > points[best]:
                    best = k
            practice[i, p] = best


@njit(cache=True)  # type: ignore[untyped-decorator]
def _meet(one: Codes, other: Codes) -> bool:
    for a in one:
        if a < 0:
            break
        for b in other:
            if a == b:
                return True
    return False


@njit(cache=True)  # type: ignore[untyped-decorator]
def _is_in(k: int, order: Positions, offer: Positions, practice: Positions) -> bool:
    found = False
    for c in order:
        found |= c >= 0 and offer[c] == k
    for other in practice:
        found |= other == k
    return found
