"""Why a lift is what it is: parts that add up to it, in families that a person can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ptml.lift.effects import LiftParts
from ptml.lift.refusal import STATUSES

Codes = NDArray[np.integer]
FloatArray = NDArray[np.float64]

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gap": (
            "new_levels",
            "gap_closed",
            "below_entry_levels",
            "above_exit_levels",
            "required_share",
            "new_levels squared",
            "ready",
            "ready x gap_closed",
            "ready x required_share",
        ),
        "motivation": ("motivation_mean", "gap_closed x motivation_mean"),
        "manager": ("manager_support_mean", "gap_closed x manager_support_mean"),
        "environment": ("opportunity_mean", "workload_mean"),
        "experience": (
            "same_competency_started",
            "exam_mean",
            "completion_rate",
            "tenure_days",
        ),
    }
)
"""Modifiers of a lift by what they are about; a product counts to what modifies the gap."""
PARTS = ("course_prior", "evidence", *FAMILIES)


@dataclass(frozen=True, eq=False)
class LiftFacts:
    """What m shown lifts are made of.

    Attributes
    ----------
    parts : mapping of `PARTS` to (m,) float64
        They add up to the lift.
    support : (m,) int
        Comparable past takers.
    status : (m,) int
        Position in `ptml.lift.refusal.STATUSES`.
    """

    parts: Mapping[str, FloatArray]
    support: Codes
    status: Codes

    @property
    def leading(self) -> NDArray[np.int64]:
        """Position in `PARTS` of the part that adds most to each lift, (m,)."""
        return np.argmax(np.stack([self.parts[name] for name in PARTS]), axis=0)

    def is_refused_as(self, name: str) -> NDArray[np.bool_]:
        """Whether a lift is refused for that reason, (m,)."""
        return np.asarray(self.status == STATUSES.index(name))


def lift_facts(
    parts: LiftParts, modifiers: tuple[str, ...], support: Codes, status: Codes
) -> LiftFacts:
    """Sum the parts of lifts into families.

    Parameters
    ----------
    modifiers : tuple of str
        Names of the columns of ``parts.profile`` after the first.

    Raises
    ------
    KeyError
        For a modifier that no family has: nothing may be left out of the sum.
    """
    family = {name: key for key, names in FAMILIES.items() for name in names}
    summed = {key: np.zeros(len(parts.evidence)) for key in FAMILIES}
    for column, name in enumerate(modifiers, start=1):
        summed[family[name]] += parts.profile[:, column]
    return LiftFacts(
        {"course_prior": parts.course_prior, "evidence": parts.evidence, **summed},
        support,
        status,
    )
