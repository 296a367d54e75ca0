"""The facts about a person that a rule may name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.outputs import PERFORMANCE_STATES, SEGMENTS
from ptml.features.matrix import FeatureMatrix

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Fact:
    """One fact: what kind of value it has, what it means, and the feature that holds it.

    Attributes
    ----------
    kind : str
        ``number``, ``yes/no`` or ``word``.
    feature : str
        Name of a person feature; empty = worked out otherwise.
    words : tuple of str
        What a word can be.
    """

    kind: Literal["number", "yes/no", "word"]
    meaning: str
    feature: str = ""
    words: tuple[str, ...] = ()


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "tenure_days": Fact("number", "Days since the person was hired", "tenure_days"),
        "role_days": Fact("number", "Days in the role", "role_days"),
        "unit_days": Fact("number", "Days in the unit", "unit_days"),
        "grade": Fact("number", "Grade; 1 is entry", "grade"),
        "score": Fact("number", "Mean score of the last four known periods, points"),
        "score_trend": Fact(
            "number", "Slope of the score, points a year", "score_trend_points_a_year"
        ),
        "gap_levels": Fact("number", "Mean gap to the role, by importance, levels"),
        "exam_mean": Fact("number", "Mean exam score, 0-100", "exam_mean"),
        "completed_courses": Fact("number", "Courses completed so far", "completed_ever"),
        "absence_days": Fact("number", "Days of absence within a year", "absence_days_4_quarters"),
        "role_leads_people": Fact("yes/no", "The role leads people", "is_people_manager"),
        "leads_people": Fact("yes/no", "Somebody else has the person as manager"),
        "segment": Fact("word", "The segment, once its rules were asked", words=SEGMENTS),
        "performance": Fact(
            "word", "The performance state, once its rules were asked", words=PERFORMANCE_STATES
        ),
    }
)
"""All facts by name."""


@dataclass(frozen=True, eq=False)
class KnownFacts:
    """What is known of n people; each fact is looked up when a rule asks for it.

    Attributes
    ----------
    people : FeatureMatrix
    recent_days : int
        A score older than this is unknown.
    leads : (n,) bool, optional
    gap_levels : (n,) float64, optional
        None = not looked at: conditions on it hold.
    words : mapping of str to (n,) int64
        Positions in the words of facts that are words; -1 = unknown.
    """

    people: FeatureMatrix
    recent_days: int
    leads: BoolArray | None = None
    gap_levels: FloatArray | None = None
    words: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.people)

    def number(self, name: str) -> FloatArray | None:
        """A fact that is a number, or 0/1; NaN = unknown, None = not looked at."""
        if name == "score":
            score = self.people.column("score_mean_4_periods")
            is_recent = self.people.column("days_since_score") <= self.recent_days
            return np.where(is_recent, score, np.nan).astype(np.float64)
        if name == "gap_levels":
            return self.gap_levels
        if name == "leads_people":
            none = np.zeros(len(self))
            return none if self.leads is None else self.leads.astype(np.float64)
        return self.people.column(FACTS[name].feature).astype(np.float64)
