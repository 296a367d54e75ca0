"""Open cases added up by unit, bucket after bucket: what they share, and how many there are."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.transfer.blocking import BLOCKED_BY, UNIT_MATTERS
from ptml.transfer.model import WarningScores
from ptml.transfer.topics import TOPIC_CODES
from ptml.transfer.units import Units

Counts = NDArray[np.int64]
Doubles = NDArray[np.float64]

# What a unit's people have in common, by the topic that it belongs to: feature, scale, decimals.
SEEN_OF_UNITS: Final = {
    "unit_trouble": ("incident_hours_1_quarter", 1.0, 0),
    "no_opportunity": ("unit_opportunity_level", 1.0, 1),
    "manager_support": ("unit_manager_support_level", 1.0, 1),
    "manager_talks": ("unit_manager_checkin_share", 100.0, 0),
    "mentor": ("unit_mentor_meeting_share", 100.0, 0),
    "workload": ("unit_workload_level", 1.0, 1),
    "peers": ("unit_take_rate", 100.0, 0),
}
_TOPIC = np.array([TOPIC_CODES.index(code) for code in SEEN_OF_UNITS])


class UnitTotals:
    """Sums over the completions whose outcome is open, each at its last stage.

    Attributes
    ----------
    units : Units
        n_units of them.
    completions, people, over : (n_units,) int64
        Open completions, people behind them, and cases at or above the threshold.
    matters : (n_units, len(UNIT_MATTERS)) int64
        Cases by why they are the unit's matter.
    share, share_squared : (n_units, len(SEEN_OF_UNITS)) float64
        Sum of each topic's share, log-odds, and of its square.
    seen, n_seen : (n_units, len(SEEN_OF_UNITS)) float64
        Sum of what was seen, and of how many cases it is known.
    """

    def __init__(self, units: Units) -> None:
        shape = (len(units), len(SEEN_OF_UNITS))
        self.units = units
        self.completions: Counts = np.zeros(len(units), dtype=np.int64)
        self.people, self.over = self.completions.copy(), self.completions.copy()
        self.matters: Counts = np.zeros((len(units), len(UNIT_MATTERS)), dtype=np.int64)
        self.share, self.share_squared = np.zeros(shape), np.zeros(shape)
        self.seen, self.n_seen = np.zeros(shape), np.zeros(shape)

    @property
    def blocked(self) -> Counts:
        """Cases in which something is known to stand in the way, (n_units,) int64."""
        return np.asarray(self.matters[:, 1 : len(BLOCKED_BY)].sum(axis=1))

    def add(self, history: History, scores: WarningScores) -> None:
        """Add the warnings of one bucket; a person lies in one bucket alone."""
        rows = _last_stage(scores)
        rows = rows[scores.unit[rows] >= 0]
        unit = scores.unit[rows]
        employee = history.enrolments.employee[scores.completions.enrolment[rows]]
        pairs = np.unique(unit.astype(np.int64) << 32 | employee)
        self.completions += self._count(unit)
        self.people += self._count(pairs >> 32)
        self.over += self._count(unit[scores.is_over[rows]])
        np.add.at(self.matters, (unit, scores.unit_matter[rows]), 1)
        if len(rows):
            self._add_shares(scores, rows, unit)

    def _add_shares(
        self, scores: WarningScores, rows: NDArray[np.intp], unit: NDArray[np.int32]
    ) -> None:
        share = scores.topics.by_topic[np.ix_(rows, _TOPIC)]
        np.add.at(self.share, unit, share)
        np.add.at(self.share_squared, unit, share**2)
        names = scores.features.names
        for k, (name, scale, _) in enumerate(SEEN_OF_UNITS.values()):
            if name in names:
                value = scores.features.values[rows, names.index(name)].astype(np.float64)
                np.add.at(self.seen[:, k], unit, np.nan_to_num(value * scale))
                np.add.at(self.n_seen[:, k], unit, np.isfinite(value))

    def _count(self, unit: NDArray[np.integer]) -> Counts:
        return np.bincount(unit, minlength=len(self.units))


def _last_stage(scores: WarningScores) -> NDArray[np.intp]:
    """Rows of each completion at the last stage that was reached, which knows most."""
    enrolment, stage = scores.completions.enrolment, scores.completions.stage
    order = np.lexsort((stage, enrolment))
    is_last = np.diff(enrolment[order], append=-1) != 0
    return np.sort(order[is_last])
