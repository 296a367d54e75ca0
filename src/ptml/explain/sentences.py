"""Which sentence a topic says of a case: the first whose condition holds, with its values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[np.float32]]
"""Values of the model's features by name, each (n,); NaN = unknown."""
Condition = Callable[[Columns], NDArray[np.bool_]]


@dataclass(frozen=True)
class Field:
    """A value that a sentence names: a feature, and how it is written."""

    feature: str
    decimals: int = 0
    scale: float = 1.0
    is_absolute: bool = False

    def of(self, columns: Columns) -> NDArray[np.float64]:
        """The value of each case, rounded as it is written."""
        value = columns[self.feature].astype(np.float64) * self.scale
        return np.round(np.abs(value) if self.is_absolute else value, self.decimals)


@dataclass(frozen=True)
class Sentence:
    """One thing to say: key in ``catalogue.SEEN``, its fields, and when it is said."""

    key: str
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    holds: Condition | None = None


def known(name: str) -> Condition:
    """Said where the feature is known."""
    return lambda columns: np.isfinite(columns[name])


def above(name: str, bound: float) -> Condition:
    """Said where the feature is known and above the bound."""
    return lambda columns: columns[name] > bound


def below(name: str, bound: float) -> Condition:
    """Said where the feature is known and below the bound."""
    return lambda columns: columns[name] < bound


def both(one: Condition, other: Condition) -> Condition:
    """Said where both hold."""
    return lambda columns: one(columns) & other(columns)


def chosen(sentences: tuple[Sentence, ...], columns: Columns, n_rows: int) -> NDArray[np.int8]:
    """Position of the first sentence that holds for each case; the last one always does.

    A sentence whose features the model does not have is passed over.
    """
    choice = np.full(n_rows, len(sentences) - 1, dtype=np.int8)
    for i in range(len(sentences) - 1, -1, -1):
        holds = sentences[i].holds
        if holds is not None and _has_fields(sentences[i], columns):
            choice[where(holds, columns, n_rows)] = i
    return choice


def _has_fields(sentence: Sentence, columns: Columns) -> bool:
    return all(f.feature in columns for f in sentence.fields.values())


def where(holds: Condition, columns: Columns, n_rows: int) -> NDArray[np.bool_]:
    """Where a condition holds, (n,) bool; nowhere if the model lacks one of its features."""
    try:
        return holds(columns)
    except KeyError:
        return np.zeros(n_rows, dtype=np.bool_)
