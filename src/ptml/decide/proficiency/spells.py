"""Beginnings in a job, and what came of each: proficient, left, or still open on the day."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.features.capability import capability
from ptml.features.days import DAYS_A_YEAR, NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.windows import Window, expand

Codes = NDArray[np.int32]
Days = NDArray[np.int32]
Positions = NDArray[np.int64]
Bools = NDArray[np.bool_]

OPEN, PROFICIENT, LEFT, MOVED = range(4)
MONTH_DAYS = DAYS_A_YEAR / 12
# Levels are looked up once a quarter: they are assessed less often than that.
_LOOK_DAYS = 91
# Who was there for two quarters and a month, and was never scored, has no score to reach.
_UNSCORED_DAYS = 213


@dataclass(frozen=True, eq=False)
class Spells:
    """Beginnings, n of them, sorted by employee and day.

    Attributes
    ----------
    employee : int32
    origin : int32
        First day.
    entry : int32
        Day from which on becoming proficient would have been seen.
    stop : int32
        Day of the end, or the as-of day.
    ended : int64
        `OPEN`, `PROFICIENT`, `LEFT` or `MOVED` (to another role).
    unit, role : int32
        On the first day; -1 = not known.
    """

    employee: Codes
    origin: Days
    entry: Days
    stop: Days
    ended: Positions
    unit: Codes
    role: Codes

    def __len__(self) -> int:
        return len(self.employee)

    def take(self, at: Positions | Bools) -> "Spells":
        """Pick spells."""
        return Spells(*(getattr(self, field.name)[at] for field in fields(self)))

    @property
    def entry_month(self) -> Positions:
        """Months from the beginning to the entry, rounded."""
        return _months(self.entry, self.origin)

    @property
    def exit_month(self) -> Positions:
        """Months from the beginning to the end, rounded, 1 at the least."""
        return np.maximum(_months(self.stop, self.origin), 1)


def spells_of(history: History, shared: Shared, day: int, config: ProficiencyConfig) -> Spells:
    """Find the beginnings of a bucket's people, those included who have left.

    Left out is who began so long before the first performance period that proficiency may have
    been reached unseen, and who is there for half a year without any score.

    Parameters
    ----------
    day : int
        What became known on it or later is not seen.
    """
    starts = history.organisation.period_start
    if not len(starts):
        nobody = np.zeros(0, dtype=np.int32)
        return _placed(history, nobody, nobody, nobody, day)
    first = int(starts.min())
    employee, origin, until = _beginnings(history, config)
    kept = (origin < day) & (origin >= first - config.unseen_days)
    spells = _placed(history, employee[kept], origin[kept], until[kept], day)
    spells = replace(spells, entry=np.maximum(spells.origin, first).astype(np.int32))
    if config.reached_by == "levels":
        reached = _levels_reached(history, shared, spells, config)
    else:
        reached, n_scores = _targets_reached(history, spells, day, config)
        is_scored = (n_scores > 0) | (spells.stop - spells.origin < _UNSCORED_DAYS)
        spells, reached = spells.take(is_scored), reached[is_scored]
    is_reached = reached != NEVER
    spells = replace(
        spells,
        stop=np.where(is_reached, np.minimum(reached, spells.stop), spells.stop).astype(np.int32),
        ended=np.where(is_reached, PROFICIENT, spells.ended),
    )
    return spells.take(spells.entry < spells.stop)


def followed(spells: Spells, config: ProficiencyConfig) -> tuple[Positions, Positions, Positions]:
    """Months of entry and exit and how each ended, what comes after the last month cut off."""
    last = config.longest_months
    late = spells.exit_month > last
    return (
        np.minimum(spells.entry_month, last),
        np.where(late, last, spells.exit_month),
        np.where(late, OPEN, spells.ended),
    )


def _months(later: Days, earlier: Days) -> Positions:
    return np.round((later.astype(np.int64) - earlier) / MONTH_DAYS).astype(np.int64)


def _beginnings(history: History, config: ProficiencyConfig) -> tuple[Codes, Days, Days]:
    """Who began, when, and the day on which it was over by a change of role."""
    if config.begins == "hire":
        employee = np.flatnonzero(history.hired != NEVER).astype(np.int32)
        return employee, history.hired[employee], np.full(len(employee), NEVER, dtype=np.int32)
    log = history.assignments
    if not len(log):
        return log.employee, log.valid_from, log.valid_to
    goes_on = (
        (log.employee[1:] == log.employee[:-1])
        & (log.role[1:] == log.role[:-1])
        & (log.valid_to[:-1] == log.valid_from[1:])
    )
    first = np.flatnonzero(np.append(True, ~goes_on))
    last = np.append(first[1:], len(log)) - 1
    known = log.role[first] >= 0
    return log.employee[first][known], log.valid_from[first][known], log.valid_to[last][known]


def _placed(history: History, employee: Codes, origin: Days, until: Days, day: int) -> Spells:
    """Spells before anybody is looked at for proficiency."""
    left = history.left[employee]
    has_left = (left < day) & (left <= until)
    has_moved = (until < day) & ~has_left
    stop = np.where(has_left, left, np.where(has_moved, until, day)).astype(np.int32)
    log = history.assignments
    found = history.timelines.assignment_on(employee, origin)
    there = np.maximum(found, 0)
    unit, role = (
        np.where(found >= 0, column[there], -1).astype(np.int32)
        if len(log)
        else np.full(len(employee), -1, dtype=np.int32)
        for column in (log.unit, log.role)
    )
    ended = np.where(has_left, LEFT, np.where(has_moved, MOVED, OPEN)).astype(np.int64)
    return Spells(employee, origin, origin, stop, ended, unit, role)


def _targets_reached(
    history: History, spells: Spells, day: int, config: ProficiencyConfig
) -> tuple[Days, Positions]:
    """Day on which enough periods running were on target, and number of scores, of each spell.

    It is the day on which the last of these periods was known: not a day is made up before it.
    """
    log = history.performance
    window = Window(
        np.searchsorted(log.employee, spells.employee, "left").astype(np.int64),
        np.searchsorted(log.employee, spells.employee, "right").astype(np.int64),
    )
    spell, row = expand(window)
    start, end = log.start[row].astype(np.int64), log.end[row].astype(np.int64)
    # A period belongs to the spell that the greater part of it lies in.
    counts = (start + end >= 2 * spells.origin[spell].astype(np.int64)) & (
        end <= spells.stop[spell]
    )
    counts &= (log.known[row] < day) & np.isfinite(log.score[row])
    spell, row, start, end = spell[counts], row[counts], start[counts], end[counts]
    is_on = log.score[row] >= config.target_points
    goes_on = is_on[1:] & is_on[:-1] & (spell[1:] == spell[:-1])
    goes_on &= start[1:] - end[:-1] <= config.longest_break_days
    place = np.arange(len(row))
    begun = np.append(True, ~goes_on)[: len(row)]
    length = place - np.maximum.accumulate(np.where(begun, place, 0)) + 1
    enough = np.flatnonzero(is_on & (length >= config.periods_running))
    which, first = np.unique(spell[enough], return_index=True)
    reached = np.full(len(spells), NEVER, dtype=np.int32)
    reached[which] = end[enough[first]] + 1
    return reached, np.bincount(spell, minlength=len(spells))


def _levels_reached(
    history: History, shared: Shared, spells: Spells, config: ProficiencyConfig
) -> Days:
    """Day, looked up once a quarter, on which everything required was reached, of each spell."""
    longest = round(config.longest_months * MONTH_DAYS)
    looks = np.minimum(spells.stop - spells.origin, longest) // _LOOK_DAYS
    spell, look = expand(Window(np.ones(len(spells), np.int64), looks.astype(np.int64) + 1))
    day = (spells.origin[spell] + look * _LOOK_DAYS).astype(np.int32)
    seen = day >= spells.entry[spell]
    spell, day = spell[seen], day[seen]
    found = capability(history, shared, Rows(spells.employee[spell], day))
    short = found.required - config.level_tolerance
    asked = np.isfinite(found.required)
    met = asked.any(axis=1) & (~asked | (found.level >= short)).all(axis=1)
    reached = np.full(len(spells), NEVER, dtype=np.int32)
    np.minimum.at(reached, spell[met], day[met])
    return reached
