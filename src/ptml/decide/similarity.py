"""How alike courses are, by what they teach and of which kind they are."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import COURSE_KINDS
from ptml.features.catalogue import Catalogue

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

# Two courses that teach the same are alike to .8 where their kinds differ; two of a kind that
# teach different things to .2.
KIND_WEIGHT = 0.5
# So coarse that the last bits of a matrix product decide nothing.
_DECIMALS = 6


def course_profiles(catalogue: Catalogue) -> Doubles:
    """What each course teaches and its kind, (n_courses, n_competencies + n_kinds) float64.

    The inner product of two rows is their similarity, 0-1: the cosine of what they teach (weight x
    levels) counts 4/5, being of one kind 1/5; what is not known of a course is like nothing.
    """
    width = np.nan_to_num(catalogue.to_level - catalogue.from_level)
    taught = np.where(catalogue.teaches, catalogue.weight * width, 0).astype(np.float64)
    length = np.sqrt((taught**2).sum(axis=1, keepdims=True))
    taught = np.divide(taught, length, out=np.zeros_like(taught), where=length > 0)
    kind = (catalogue.kind[:, None] == np.arange(len(COURSE_KINDS))).astype(np.float64)
    return np.hstack([taught, KIND_WEIGHT * kind]) / np.sqrt(1 + KIND_WEIGHT**2)


def course_similarity(catalogue: Catalogue) -> Floats:
    """Similarity of every two courses, (n_courses, n_courses) float32, 0-1."""
    profiles = course_profiles(catalogue)
    return np.round(profiles @ profiles.T, _DECIMALS).astype(np.float32)
