"""Candidates: the union of what several sources propose to a person, among what is eligible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.recommend.ranker.one_pass import Found
from ptml.recommend.ranker.places import NOWHERE, Places, best_standing
from ptml.recommend.ranker.sources import SOURCES, Sources

Float32Array = NDArray[np.float32]
Bools = NDArray[np.bool_]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of a row and an eligible course, sorted by row and course.

    Attributes
    ----------
    row, course : (m,) int32
    scores : mapping of str to (m,) float32
        Of each source of `SOURCES`.
    ranks : mapping of str to (m,) float32
        Place in each source among the person's eligible courses, 1 = best, equal scores alike; NaN
        where the source has nothing to say for the course.
    proposed : (m, n_sources) bool
        Whether a source, in the order of `SOURCES`, has it among its first.
    """

    row: IntArray
    course: IntArray
    scores: Mapping[str, Float32Array]
    ranks: Mapping[str, Float32Array]
    proposed: Bools

    def __len__(self) -> int:
        return len(self.row)

    @property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Row and course of each, (m,) int32."""
        return self.row, self.course

    def take(self, at: NDArray[np.int64]) -> Self:
        """Pick pairs by position."""
        return replace(
            self,
            row=self.row[at],
            course=self.course[at],
            scores={name: score[at] for name, score in self.scores.items()},
            ranks={name: rank[at] for name, rank in self.ranks.items()},
            proposed=self.proposed[at],
        )

    def moved(self, n_rows: int) -> Self:
        """The same with rows counted from ``n_rows`` on."""
        return replace(self, row=(self.row + n_rows).astype(np.int32))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """One after the other."""
        return cls(
            np.concatenate([part.row for part in parts]),
            np.concatenate([part.course for part in parts]),
            {name: np.concatenate([part.scores[name] for part in parts]) for name in SOURCES},
            {name: np.concatenate([part.ranks[name] for part in parts]) for name in SOURCES},
            np.concatenate([part.proposed for part in parts]),
        )


def propose(sources: Sources, per_source: int, most: int) -> Candidates:
    """Unite the first of all sources.

    Parameters
    ----------
    per_source : int
        Places from the top up to which a source proposes.
    most : int
        Candidates of a person: those that stand highest in any source, the earlier source first.
        A person with no more eligible courses than this gets all of them.
    """
    proposable, scores = sources.proposable, sources.scores
    places = {name: Places.of(scores[name], proposable[name]) for name in SOURCES}
    standing = np.full(sources.eligible.shape, NOWHERE, dtype=np.int32)
    for k, name in enumerate(SOURCES):
        places[name].lower(standing, most, k, len(SOURCES))
    row, course = best_standing(standing, most)
    of_pairs = {name: of_source.ranks(row, course) for name, of_source in places.items()}
    proposed = np.stack([of_pairs[name] <= per_source for name in SOURCES], axis=1)
    return Candidates(
        row.astype(np.int32),
        course.astype(np.int32),
        {name: score[row, course] for name, score in scores.items()},
        of_pairs,
        proposed,
    )


def candidates_of(found: Found, per_source: int) -> Candidates:
    """What the pass over eligible courses found; `propose` without the tables of all courses.

    Parameters
    ----------
    per_source : int
        Places from the top up to which a source proposes.
    """
    return Candidates(
        found.row,
        found.course,
        dict(zip(SOURCES, found.scores, strict=True)),
        dict(zip(SOURCES, found.ranks, strict=True)),
        (found.ranks <= per_source).T,
    )
