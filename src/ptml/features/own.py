"""A person's own part in the shared sums, so that it can be left out of the team's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.arrays import Codes, Days, Positions
from ptml.features.days import NEVER
from ptml.features.renewal import shown_from
from ptml.features.windows import SumLog, whole

if TYPE_CHECKING:
    from ptml.features.history import History

# Kinds of feedback of which a team's mean is a feature.
TEAM_ANSWERS = ("motivation", "opportunity", "workload")

_THOUSANDTH = 1 / 1024


class OwnParts:
    """The same sums as in `Shared`, of one person in one unit (or under one manager)."""

    def __init__(self, history: History) -> None:
        self._history = history

    @cached_property
    def people(self) -> OwnSums:
        """``people``: 1 while the person is in the unit."""
        return self._presence(self._history.assignments.unit)

    @cached_property
    def scores(self) -> OwnSums:
        """``n``, ``score``."""
        log = self._history.performance
        unit = self._place(self._history.assignments.unit, log.employee, log.end)
        values = {"n": np.ones(len(log), np.int64), "score": whole(log.score, _THOUSANDTH)}
        return OwnSums.of(log.employee, unit, log.known, values)

    @cached_property
    def starts(self) -> OwnSums:
        """``started``: of chosen courses."""
        log = self._history.enrolments
        chosen = np.where(self._history.is_mandatory, NEVER, log.started)
        unit = self._place(self._history.assignments.unit, log.employee, chosen)
        return OwnSums.of(log.employee, unit, chosen, {"started": np.ones(len(log), np.int64)})

    @cached_property
    def ends(self) -> OwnSums:
        """``ended``, ``completed``."""
        log = self._history.enrolments
        unit = self._place(self._history.assignments.unit, log.employee, log.ended)
        completed = (log.completed <= log.dropped).astype(np.int64)
        values = {"ended": np.ones(len(log), np.int64), "completed": completed}
        return OwnSums.of(log.employee, unit, log.ended, values)

    @cached_property
    def unit_answers(self) -> Mapping[str, OwnSums]:
        """``n``, ``value`` of the answers that a team is known by, by unit."""
        unit = self._history.assignments.unit
        return {kind: self._answered(kind, unit) for kind in TEAM_ANSWERS}

    @cached_property
    def manager_answers(self) -> OwnSums:
        """``n``, ``value`` of answers on the manager's support, by manager."""
        return self._answered("manager_support", self._history.assignments.manager)

    def _answered(self, kind: str, column: Codes) -> OwnSums:
        log = self._history.feedback
        is_kind = log.kind == FEEDBACK_KINDS.index(kind)
        given = np.flatnonzero(is_kind & np.isfinite(log.value))
        employee, day = log.employee[given], log.day[given]
        value = whole(log.value[given], _THOUSANDTH)
        return OwnSums.of(
            employee,
            self._place(column, employee, day),
            day,
            {"n": np.ones_like(value), "value": value},
        )

    def _presence(self, column: Codes) -> OwnSums:
        log = self._history.assignments
        end = np.minimum(log.valid_to, self._history.left[log.employee])
        counts = end > log.valid_from
        return OwnSums.of(
            np.concatenate([log.employee, log.employee]),
            np.concatenate([column, column]),
            np.concatenate([np.where(counts, log.valid_from, NEVER), np.where(counts, end, NEVER)]),
            {"people": np.repeat(np.array([1, -1]), len(log))},
        )

    def _place(self, column: Codes, employee: Codes, day: Days) -> Codes:
        """What stood in a column of the person's assignment on each day, -1 without one."""
        asked = np.where(day == NEVER, 0, day).astype(np.int32)
        found = self._history.timelines.assignment_on(employee, asked)
        if len(column) == 0:
            return np.full(len(found), -1, dtype=np.int32)
        is_there = (found >= 0) & (asked < self._history.left[employee])
        return np.where(is_there, column[np.maximum(found, 0)], -1).astype(np.int32)


@dataclass(frozen=True, eq=False)
class OwnSums:
    """Sums of persons in places.

    Attributes
    ----------
    pairs : (k,) int64
        Sorted numbers of person and place; positions are the owners of `log`.
    log : SumLog
        By the renewal from which they show.
    """

    pairs: Positions
    log: SumLog

    @classmethod
    def of(
        cls, employee: Codes, place: Codes, day: Days, values: Mapping[str, NDArray[np.int64]]
    ) -> OwnSums:
        """Add up what persons did where they had a place, by the day on which it was known."""
        kept = np.flatnonzero((place >= 0) & (day != NEVER))
        pairs, owner = np.unique(_pair(employee[kept], place[kept]), return_inverse=True)
        columns = {name: column[kept] for name, column in values.items()}
        return cls(pairs, SumLog.of(owner, shown_from(day[kept].astype(np.int32)), columns))

    def total(
        self, name: str, employee: Codes, place: Codes, from_day: Days | np.int32, to_day: Days
    ) -> Positions:
        """Sum that shows in ``from_day <= renewal < to_day``, (n,) int64."""
        wanted = _pair(employee, place)
        found = np.searchsorted(self.pairs, wanted)
        is_there = (place >= 0) & (found < len(self.pairs))
        is_there[is_there] = self.pairs[found[is_there]] == wanted[is_there]
        owner = np.where(is_there, found, -1)
        return self.log.total(name, self.log.window(owner, from_day, to_day))


def _pair(employee: Codes, place: Codes) -> Positions:
    return (employee.astype(np.int64) << 32) + place
