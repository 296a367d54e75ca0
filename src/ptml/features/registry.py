"""What a feature is called, counts in, belongs to and means: the document is made of this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from ptml.features.matrix import FeatureMatrix

Family = Literal[
    "performance",
    "learning",
    "capability",
    "person",
    "motivation",
    "manager",
    "environment",
    "team",
    "course_fit",
    "course",
]
PERSON_FAMILIES: tuple[Family, ...] = (
    "performance",
    "learning",
    "capability",
    "person",
    "motivation",
    "manager",
    "environment",
    "team",
)

Columns = Mapping[str, NDArray[np.generic]]
View = TypeVar("View")


@dataclass(frozen=True)
class Feature:
    """One feature.

    Attributes
    ----------
    name : str
        Column name, snake case.
    unit : str
        What it counts in.
    family : str
    meaning : str
        One sentence; what an unknown value means where that is not plain.
    is_categorical : bool
        Whether the values are codes without an order.
    """

    name: str
    unit: str
    family: Family
    meaning: str
    is_categorical: bool = False


@dataclass(frozen=True)
class Group(Generic[View]):
    """Features that are worked out together: their definitions and the function that does it."""

    features: tuple[Feature, ...]
    columns: Callable[[View], Columns]


def build_matrix(groups: tuple[Group[View], ...], view: View, n_rows: int) -> FeatureMatrix:
    """Work out all groups into one matrix, columns in the order of the definitions."""
    features = tuple(feature for group in groups for feature in group.features)
    values = np.empty((n_rows, len(features)), dtype=np.float32)
    position = 0
    for group in groups:
        columns = group.columns(view)
        for feature in group.features:
            values[:, position] = columns[feature.name]
            position += 1
    return FeatureMatrix(
        names=tuple(feature.name for feature in features),
        values=values,
        families=tuple(feature.family for feature in features),
        categorical=tuple(feature.name for feature in features if feature.is_categorical),
    )
