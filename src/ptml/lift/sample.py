"""The pairs that lift is learnt from: everybody who started a course, and controls drawn for it.

For each course and quarter of decision, controls are drawn from the people of the panel who could
have started the course in that quarter and did not start it before the outcome was over. The odds
of being drawn are known, so that weights make them stand for all. Memory follows the number of
starts, whatever the number of courses.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.outcomes import Starts
from ptml.features.rows import Rows
from ptml.lift.at_risk import among, at_risk, cells
from ptml.lift.panel import Panel

IntArray = NDArray[np.int32]
Int64Array = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# A course and quarter with few takers gets so many controls all the same.
FEWEST_CONTROLS = 50


@dataclass(frozen=True)
class Decisions:
    """Rows of people at the start of a quarter: first those of the panel, then others who started.

    The others have no known change; what they started counts in the quarters around it.

    Attributes
    ----------
    rows : Rows
        (r,) people and days.
    quarter : (r,) int32
    n_panel : int
        The first rows are those of the panel, in its order.
    """

    rows: Rows
    quarter: IntArray
    n_panel: int


@dataclass(frozen=True)
class PairSample:
    """Pairs of a decision and a course, sorted by decision.

    Attributes
    ----------
    row, course : (m,) int32
    started : (m,) bool
    compared : (m,) bool
        Whether the pair is a taker or control that effects are learnt from; other starts are known
        only to be held as they are.
    weight : (m,) float64
        How many pairs a drawn control stands for; 1 for starts.
    cell : (m,) int64
        Quarter and course as one number.
    """

    row: IntArray
    course: IntArray
    started: BoolArray
    compared: BoolArray
    weight: FloatArray
    cell: Int64Array

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.row)

    @property
    def takers(self) -> Int64Array:
        """Positions of starts that effects are learnt from."""
        return np.flatnonzero(self.started & self.compared)

    @property
    def controls(self) -> Int64Array:
        """Positions of drawn controls."""
        return np.flatnonzero(~self.started)


def decisions_of(
    panel: Panel, starts: Starts, chosen: BoolArray, first_days: IntArray
) -> Decisions:
    """Put the panel's rows and those of all other chosen starts into one list.

    Parameters
    ----------
    chosen : (k,) bool
        Starts of courses that a lift is estimated for.
    first_days : (n_quarters + 1,) int32
    """
    n_quarters = len(first_days) - 1
    known = cells(panel.employee, panel.quarter, n_quarters)
    begun = cells(starts.employee[chosen], starts.quarter[chosen], n_quarters)
    extra = np.setdiff1d(begun, known)
    employee = np.concatenate([panel.employee, extra // n_quarters]).astype(np.int32)
    quarter = np.concatenate([panel.quarter, extra % n_quarters]).astype(np.int32)
    return Decisions(Rows(employee, first_days[quarter]), quarter, len(panel))


def sample_pairs(
    history: History,
    decisions: Decisions,
    starts: Starts,
    chosen: BoolArray,
    controls_per_start: int,
    max_pairs: int,
    reach: int,
    rng: np.random.Generator,
) -> PairSample:
    """List all starts and draw their controls, matched on course and quarter.

    Parameters
    ----------
    max_pairs : int
        About how many pairs there may be; fewer controls a start are drawn where it would be more.
    reach : int
        Quarters after the decision until the outcome is over.
    """
    row, course = _start_pairs(decisions, starts, chosen, history.n_courses)
    compared = (row < decisions.n_panel) & at_risk(history, decisions.rows, row, course)
    wanted = max(min(controls_per_start, max_pairs // max(int(compared.sum()), 1)), 2)
    cell = cells(decisions.quarter[row], course, history.n_courses)
    drawn_row, drawn_course, weight = _draw(
        decisions, cell[compared], wanted, history.n_courses, rng
    )
    kept = at_risk(history, decisions.rows, drawn_row, drawn_course)
    kept &= ~_starts_within(decisions, starts, drawn_row, drawn_course, history.n_courses, reach)
    drawn_row, drawn_course, weight = drawn_row[kept], drawn_course[kept], weight[kept]
    row = np.concatenate([row, drawn_row]).astype(np.int32)
    course = np.concatenate([course, drawn_course]).astype(np.int32)
    order = np.argsort(row, kind="stable")
    n_drawn = len(drawn_row)
    started = np.arange(len(row)) < len(row) - n_drawn
    return PairSample(
        row[order],
        course[order],
        started[order],
        np.concatenate([compared, np.ones(n_drawn, dtype=np.bool_)])[order],
        np.concatenate([np.ones(len(compared)), weight])[order],
        cells(decisions.quarter[row], course, history.n_courses)[order],
    )


def _start_pairs(
    decisions: Decisions, starts: Starts, chosen: BoolArray, n_courses: int
) -> tuple[IntArray, IntArray]:
    n_quarters = int(max(decisions.quarter.max(initial=0), starts.quarter.max(initial=0))) + 1
    known = cells(decisions.rows.employee, decisions.quarter, n_quarters)
    order = np.argsort(known)
    begun = cells(starts.employee[chosen], starts.quarter[chosen], n_quarters)
    row = order[np.searchsorted(known, begun, sorter=order)]
    pair = np.unique(cells(row, starts.course[chosen], n_courses))
    return (pair // n_courses).astype(np.int32), (pair % n_courses).astype(np.int32)


def _draw(
    decisions: Decisions,
    taken_cells: Int64Array,
    controls_per_start: int,
    n_courses: int,
    rng: np.random.Generator,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Draw rows for each quarter and course with takers; all of them where that is as cheap."""
    cell, n_takers = np.unique(taken_cells, return_counts=True)
    of_quarter = [
        np.flatnonzero(decisions.quarter[: decisions.n_panel] == q)
        for q in range(int(decisions.quarter.max(initial=0)) + 1)
    ]
    rows: list[Int64Array] = [np.empty(0, dtype=np.int64)]
    courses, weights = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    for one, n in zip(cell.tolist(), n_takers.tolist(), strict=True):
        quarter, course = divmod(one, n_courses)
        everybody = of_quarter[quarter]
        wanted = max(n * controls_per_start, FEWEST_CONTROLS)
        whole = 2 * wanted >= len(everybody)
        drawn = everybody if whole else everybody[rng.integers(0, len(everybody), wanted)]
        rows.append(drawn)
        courses.append(np.full(len(drawn), course))
        weights.append(np.full(len(drawn), 1.0 if whole else len(everybody) / wanted))
    return (
        np.concatenate(rows).astype(np.int32),
        np.concatenate(courses).astype(np.int32),
        np.concatenate(weights),
    )


def _starts_within(
    decisions: Decisions,
    starts: Starts,
    row: IntArray,
    course: IntArray,
    n_courses: int,
    reach: int,
) -> BoolArray:
    """Whether a pair's person starts its course between the decision and the end of the outcome."""
    n_quarters = int(decisions.quarter.max(initial=0)) + reach + 1
    begun = cells(cells(starts.employee, starts.quarter, n_quarters), starts.course, n_courses)
    known = np.unique(begun)
    found = np.zeros(len(row), dtype=np.bool_)
    for later in range(reach + 1):
        quarter = decisions.quarter[row] + later
        asked = cells(cells(decisions.rows.employee[row], quarter, n_quarters), course, n_courses)
        found |= among(asked, known)
    return found
