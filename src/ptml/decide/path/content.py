"""What courses teach a person beyond today's level, competency by competency."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.config import OverlapConfig
from ptml.features.capability import Capability
from ptml.features.catalogue import Catalogue

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Content:
    """Pairs of people and courses by what is taught, (m, most competencies of a course) each.

    Attributes
    ----------
    competency : int32
        -1 fills up.
    start : float64
        Level from which something is new: the person's or the course's entry, whichever is higher.
    end : float64
        Level that the course leads to.
    wanted : float64
        The same, up to what the role requires at the most.
    reached : float64
        Level at which the person is taken to be once the course is in use.
    new, needed : float64
        Worth of a level that is new, and of one that the role requires beside.
    """

    competency: Codes
    start: Doubles
    end: Doubles
    wanted: Doubles
    reached: Doubles
    new: Doubles
    needed: Doubles

    def __len__(self) -> int:
        return len(self.competency)

    @property
    def worth(self) -> Doubles:
        """Worth of all that is new now, (m,); 0 = nothing, or nothing is known of it."""
        return np.asarray(_worth(self, self.start).sum(axis=1))

    def take(self, pairs: Integers) -> Self:
        """Pick pairs by position."""
        return type(self)(*(getattr(self, field.name)[pairs] for field in fields(self)))


def content_of(
    catalogue: Catalogue,
    portraits: Capability,
    row: Integers,
    course: Integers,
    config: OverlapConfig,
    weights: Doubles | None = None,
) -> Content:
    """Hold courses against portraits; a level that nobody knows is the course's entry.

    Parameters
    ----------
    row, course : (m,) int
        Row of the portraits, and code of the course.
    weights : (n, n_competencies) float64, optional
        How much a level counts in each competency, by goals; None = all alike.
    """
    taught = catalogue.taught[course]
    at, cell = (row[:, None], taught), (course[:, None], taught)
    is_taught = taught >= 0
    entry = catalogue.from_level[cell].astype(np.float64)
    end = np.where(is_taught, catalogue.to_level[cell], 0).astype(np.float64)
    own = portraits.level[at].astype(np.float64)
    start = np.where(is_taught, np.fmax(own, entry), 0.0)
    importance = np.where(is_taught, portraits.importance[at], 0).astype(np.float64)
    required = np.where(importance > 0, portraits.required[at], -1).astype(np.float64)
    weight = np.where(is_taught, catalogue.weight[cell], 0).astype(np.float64)
    if weights is not None:
        weight = weight * weights[at]
    return Content(
        competency=taught,
        start=start,
        end=end,
        wanted=np.minimum(end, required),
        reached=np.where(entry - own > config.entry_reach_levels, own, end),
        new=(1 - config.required_share) * weight,
        needed=config.required_share * weight * importance,
    )


def _worth(content: Content, start: Doubles) -> Doubles:
    new = content.new * np.maximum(content.end - start, 0)
    return np.asarray(new + content.needed * np.maximum(content.wanted - start, 0))
