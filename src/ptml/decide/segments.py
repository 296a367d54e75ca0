"""Segments of employees: who is new, leads, has potential; and how they do against their target."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt, model_validator

from ptml.config import FrozenConfig
from ptml.contracts.outputs import CAUSES, PERFORMANCE_STATES
from ptml.contracts.outputs import SEGMENTS as SEGMENTS
from ptml.decide.causes import CauseConfig, Signals, cause_of
from ptml.decide.segmenting.facts import KnownFacts
from ptml.decide.segmenting.rules import SegmentRules, default_rules, read_rules
from ptml.errors import UsageError
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

_ON, _ABOVE = (STATES.index(name) for name in ("on", "above"))
_NAMED = ("new_days", "new_role_days", "below", "above", "top_gap_levels")


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
    rules_file: Path | None = None
    """A TOML file with the rules of segments (docs/how-to/segments.md); empty = those of the
    package. It is read when a job begins, and what it says is kept with the run."""
    rules: SegmentRules | None = None
    """What the file says; filled in from it."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, told: Any) -> Any:
        """Read the file once: who gets the settings may not have it."""
        if not isinstance(told, Mapping) or not told.get("rules_file") or told.get("rules"):
            return told
        return {**told, "rules": read_rules(Path(told["rules_file"]))}

    @model_validator(mode="after")
    def _check(self) -> "SegmentConfig":
        problems = self.effective.problems(self.named)
        if problems:
            where = f"{self.rules_file}: " if self.rules_file else "segments.rules: "
            raise UsageError("\n".join(where + problem for problem in problems))
        return self

    @property
    def effective(self) -> SegmentRules:
        """The rules that hold."""
        return self.rules or default_rules()

    @property
    def named(self) -> Mapping[str, float]:
        """The numbers that a rule may name."""
        return {name: float(getattr(self, name)) for name in _NAMED}


@dataclass(frozen=True, eq=False)
class Segmented:
    """What the rules make of n people, (n,) int64 each.

    Attributes
    ----------
    segment, state, course_level
        Positions in ``SEGMENTS``, ``STATES`` and ``COURSE_LEVELS``; -1 = unknown, or none suits.
    rule
        Position of the rule that made the segment.
    """

    segment: IntArray
    state: IntArray
    course_level: IntArray
    rule: IntArray


def segmented(
    people: FeatureMatrix,
    config: SegmentConfig,
    leads: BoolArray | None = None,
    gap_levels: FloatArray | None = None,
) -> Segmented:
    """Ask all rules of n people.

    Parameters
    ----------
    leads : (n,) bool, optional
        Whether anybody has the person as manager (`leads_people`).
    gap_levels : (n,) float64, optional
        Mean gap to the role (`ptml.decide.causes.mean_gap_levels`); None = not looked at.
    """
    rules, named = config.effective, config.named
    known = KnownFacts(people, config.recent_days, leads, gap_levels)
    segment, rule = rules.decide("segment", known, named)
    known = KnownFacts(people, config.recent_days, leads, gap_levels, {"segment": segment})
    state, _ = rules.decide("performance", known, named)
    words = {"segment": segment, "performance": state}
    known = KnownFacts(people, config.recent_days, leads, gap_levels, words)
    level, _ = rules.decide("course_level", known, named)
    return Segmented(segment, state, level, rule)


def segment_of(
    people: FeatureMatrix,
    config: SegmentConfig,
    leads: BoolArray | None = None,
    gap_levels: FloatArray | None = None,
) -> IntArray:
    """Segment of each person, position in ``SEGMENTS``, (n,); as `segmented`."""
    return segmented(people, config, leads, gap_levels).segment


def performance_state(people: FeatureMatrix, config: SegmentConfig) -> IntArray:
    """Position in ``STATES`` of each person, (n,); -1 = no recent score is known.

    A year of scores is looked at, for one quarter's dip passes by itself.
    """
    return segmented(people, config).state


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
