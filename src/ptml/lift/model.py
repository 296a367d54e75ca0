"""The fitted lift model: points of performance that starting a course adds, or an honest refusal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.features.capability import Capability
from ptml.features.courses import course_features
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.lift.basis import EffectBasis, Effects
from ptml.lift.modifiers import Modifiers
from ptml.lift.residuals import PropensityModels, propensity_columns
from ptml.lift.support import NO_OVERLAP, OK, TOO_FEW, Support

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# 90 % of a normal distribution lies within this many standard errors.
Z_90 = 1.6448536269514722


@dataclass(frozen=True)
class LiftEstimate:
    """Lift of each pair; NaN where the status is not ``ok``.

    Attributes
    ----------
    lift, low, high : (m,) float32
        Points of performance, with a 90 % interval.
    support : (m,) int32
        Comparable past takers of the course.
    status : (m,) uint8
        Position in ``ptml.lift.support.STATUSES``.
    """

    lift: Float32Array
    low: Float32Array
    high: Float32Array
    support: IntArray
    status: NDArray[np.uint8]


@dataclass(frozen=True)
class LiftModel:
    """Effects of all courses with what is needed to apply them to anybody.

    Attributes
    ----------
    courses : IdMap
        Courses at training; others are refused as ``too_few``.
    person_names : tuple of str
        Person features that the propensity reads, in order.
    refusal : str or None
        Why no lift can be given at all.
    unexplained_variance : float
        Variance of true lifts around the prediction, points squared; part of every interval.
    """

    courses: IdMap
    estimable: NDArray[np.bool_]
    effects: Effects
    modifiers: Modifiers
    propensity: PropensityModels
    person_names: tuple[str, ...]
    support: Support
    unexplained_variance: float
    refusal: str | None
    fingerprint: str
    as_of_day: int
    seed: int
    evidence: tuple[Evidence, ...]
