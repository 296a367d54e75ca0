"""How often alerts are false, and how much of what was planted they find."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.decide.health.config import AlertConfig
from ptml.evaluate.health_bench.rules import Raised

BoolArray = NDArray[np.bool_]

NO_LIFT = ("high_satisfaction_no_lift", "high_completion_low_lift")
KINDS = ("harmful", "no_lift", "helps", "low_transfer", "fading", "redundant", "outdated")
"""What is counted: alerts by what they claim; both of `NO_LIFT` claim the same."""


@dataclass(frozen=True)
class Count:
    """Courses by what was said and what is true.

    Attributes
    ----------
    named, false : int
        Courses that were named, and of these those that should not have been.
    wanted, found : int
        Courses that should be named, and of these those that were.
    courses : int
        Courses of which the truth is known.
    """

    named: int = 0
    false: int = 0
    wanted: int = 0
    found: int = 0
    courses: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def judge(
    raised: Raised,
    courses: list[str],
    other: NDArray[np.int64],
    truth: pd.DataFrame,
    config: AlertConfig,
) -> dict[str, Count]:
    """Count by `KINDS`.

    A course is named wrongly as

    - harmful, where its true mean lift is not below 0;
    - without lift, where it is as large as is worthwhile (``no_lift``), or above 0 at all
      (``helps``); wanted are the planted duds;
    - little used, where its true rate is not below the bound;
    - fading, where neither the true lift of its takers nor their true use fell by half of what is
      worth naming;
    - redundant, where its true lift is larger than that of the other one by what is worthwhile;
    - outdated, where it was not planted as such.

    Of all but the second those are wanted that were planted.

    Parameters
    ----------
    courses : list of str
        Ids, in the order of the alerts.
    other : (n_courses,) int64
        The cheaper course that a redundant one was held against; -1 = none.
    truth : DataFrame
        `ptml.evaluate.health_bench.truth.course_truth`.
    """
    known = truth.reindex(courses)
    lift, worth = known["lift"].to_numpy(float), config.worthwhile_points
    transfer = known["transfer"].to_numpy(float)
    fall = known["later"].to_numpy(float) - known["earlier"].to_numpy(float)
    less = known["used_later"].to_numpy(float) - known["used_earlier"].to_numpy(float)
    stays = (fall > -config.fallen_points / 2) & (less > -config.fallen_share / 2)
    more = np.where(other >= 0, lift - lift[np.maximum(other, 0)], np.nan)
    fades, is_old = known["fades"].to_numpy(bool), known["is_old"].to_numpy(bool)

    def named(*codes: str) -> BoolArray:
        none = np.zeros(len(courses), dtype=np.bool_)
        return np.logical_or.reduce([raised.get(code, none) for code in codes])

    no_lift = named(*NO_LIFT)
    unused, planted = transfer < config.low_transfer, known["is_unused"].to_numpy(bool)
    dud = known["is_dud"].to_numpy(bool)
    harmful = known["is_harmful"].to_numpy(bool)
    return {
        "harmful": _count(named("harmful"), harmful, lift >= 0, lift),
        "no_lift": _count(no_lift, dud, lift >= worth, lift),
        "helps": _count(no_lift, dud, lift > 0, lift),
        "low_transfer": _count(named("low_transfer"), planted, ~unused, transfer),
        "fading": _count(named("fading"), fades, stays & ~fades, fall),
        "redundant": _count(
            named("redundant"), known["twin_of"].to_numpy(str) != "", more >= worth, more
        ),
        "outdated": _count(named("outdated"), is_old, ~is_old, np.zeros(len(courses))),
    }


def _count(
    named: BoolArray, wanted: BoolArray, wrong: BoolArray, truth: NDArray[np.float64]
) -> Count:
    judged = np.isfinite(truth)
    return Count(
        named=int((named & judged).sum()),
        false=int((named & judged & wrong).sum()),
        wanted=int((wanted & judged).sum()),
        found=int((wanted & named & judged).sum()),
        courses=int(judged.sum()),
    )


def added(counts: list[Mapping[str, Count]]) -> dict[str, Count]:
    """The counts of several organisations together."""
    return {
        kind: sum((count[kind] for count in counts), Count())
        for kind in (counts[0] if counts else {})
    }
