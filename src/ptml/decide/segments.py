"""Segments of employees: who is new, leads, has potential; and how they do against their target."""

import numpy as np
from numpy.typing import NDArray
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig
from ptml.contracts.outputs import CAUSES, PERFORMANCE_STATES
from ptml.contracts.outputs import SEGMENTS as SEGMENTS
from ptml.decide.causes import CauseConfig, Signals, cause_of
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.renewal import last_renewal
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

STATES = PERFORMANCE_STATES
UNKNOWN_STATE = -1
NO_CAUSE = -1

_BELOW, _ON, _ABOVE = (STATES.index(name) for name in ("below", "on", "above"))


class SegmentConfig(FrozenConfig):
    """Where one segment ends and the next begins."""

    new_days: PositiveInt = 365
    """Tenure up to which somebody is new."""
    new_role_days: PositiveInt = 183
    """Time in the role up to which somebody is new."""
    recent_days: PositiveInt = 366
    """A performance score older than this says nothing about now."""
    below: PositiveFloat = 95.0
    """Mean score of the last four periods below which somebody is below target, points."""
    above: PositiveFloat = 105.0
    """... and above which somebody is above it."""
    top_gap_levels: NonNegativeFloat = 0.5
    """Mean gap to the role, by importance, up to which somebody's levels are at the top."""


def segment_of(
    people: FeatureMatrix,
    config: SegmentConfig,
    leads: BoolArray | None = None,
    gap_levels: FloatArray | None = None,
) -> IntArray:
    """Segment of each person, position in ``SEGMENTS``, (n,); the first that holds.

    A manager has a role that leads people, or leads some; new is who is new to the company or the
    role; high potential is who is above target and rising, with little gap to the role; everybody
    else is core.

    Parameters
    ----------
    leads : (n,) bool, optional
        Whether anybody has the person as manager (`leads_people`).
    gap_levels : (n,) float64, optional
        Mean gap to the role (`ptml.decide.causes.mean_gap_levels`); None = not looked at.
    """
    manager = people.column("is_people_manager") > 0
    if leads is not None:
        manager = manager | leads
    new = (people.column("tenure_days") < config.new_days) | (
        people.column("role_days") < config.new_role_days
    )
    rises = people.column("score_trend_points_a_year") > 0
    potential = rises & (performance_state(people, config) == _ABOVE)
    if gap_levels is not None:
        potential &= gap_levels <= config.top_gap_levels
    names = ("manager", "new", "high_potential")
    return np.select(
        [manager, new, potential],
        [SEGMENTS.index(name) for name in names],
        default=SEGMENTS.index("core"),
    ).astype(np.int64)


def performance_state(people: FeatureMatrix, config: SegmentConfig) -> IntArray:
    """Position in ``STATES`` of each person, (n,); -1 = no recent score is known.

    A year of scores is looked at, for one quarter's dip passes by itself.
    """
    score = people.column("score_mean_4_periods")
    is_known = np.isfinite(score) & (people.column("days_since_score") <= config.recent_days)
    return np.select(
        [~is_known, score < config.below, score > config.above],
        [UNKNOWN_STATE, _BELOW, _ABOVE],
        default=_ON,
    ).astype(np.int64)


def main_cause(state: IntArray, signals: Signals, config: CauseConfig) -> IntArray:
    """What holds each person back, position in ``CAUSES``, (n,); -1 = nothing does.

    Who is on or above target has nothing to explain; where the state is unknown, so is the cause.

    Parameters
    ----------
    state : (n,) int64
        `performance_state`.
    """
    cause = np.where(state == UNKNOWN_STATE, CAUSES.index("unclear"), cause_of(signals, config))
    return np.where((state == _ON) | (state == _ABOVE), NO_CAUSE, cause)


def leads_people(history: History, shared: Shared, rows: Rows) -> BoolArray:
    """Whether anybody else has the person as manager, (n,) bool, as of the last renewal."""
    own = history.managers.codes(history.employees.ids)[rows.employee]
    until = (last_renewal(rows.day) + 1).astype(np.int32)
    led = shared.manager_people
    n_led = led.total("people", led.before(own, until))
    # Some systems enter the head of a unit as their own manager.
    is_own_manager = (own >= 0) & (standing(history, rows).manager == own)
    return n_led > is_own_manager
