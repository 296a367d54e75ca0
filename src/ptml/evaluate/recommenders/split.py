"""What a recommender may learn from, for whom it recommends, and what they chose next.

Splits pass between processes as ``.npz`` without pickle, so that peers with other pins can read
them from an environment of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.recommend.choices import Choices
from ptml.recommend.peers import Past
from ptml.recommend.tuning import Fold

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_DRAW = "draw_"


@dataclass(frozen=True, eq=False)
class Split:
    """One moment of judging.

    Attributes
    ----------
    choices : Choices
        All that is known of anybody at that moment.
    learnt : (n_choices,) bool
        What models may be fitted on; the rest only says who the person is that is judged.
    role : (n_employees,) int32
    n_courses, n_roles, as_of_day : int
    excluded, held_out : csr_matrix (n_employees, n_courses)
        What is not ranked, and what each person chose next.
    closed : (n_courses,) bool
        What is not offered to anybody.
    draws : mapping of seed to (n,) int32
        Who is judged.
    """

    choices: Choices
    learnt: BoolArray
    role: IntArray
    n_courses: int
    n_roles: int
    as_of_day: int
    excluded: Any
    held_out: Any
    closed: BoolArray
    draws: Mapping[int, IntArray]

    @property
    def shape(self) -> tuple[int, int]:
        """People and courses."""
        return len(self.role), self.n_courses

    @property
    def is_folded_in(self) -> bool:
        """Whether people are judged from whom nothing was learnt."""
        return not bool(self.learnt.all())

    @cached_property
    def past(self) -> Past:
        """All that is known: what is scored by."""
        return Past(self.choices, self.role, self.shape, self.n_roles, self.as_of_day)

    @cached_property
    def to_learn_from(self) -> Past:
        """What models may be fitted on."""
        if not self.is_folded_in:
            return self.past
        choices = self.choices.take(self.learnt)
        return Past(choices, self.role, self.shape, self.n_roles, self.as_of_day)

    def asked(self, seed: int) -> Any:
        """Held-out courses of the people of one draw that may be ranked, csr_matrix."""
        people = self.draws[seed]
        return _open(self.held_out[people], self.excluded[people], self.closed)

    def fold(self, seed: int) -> Fold:
        """The people of one draw, to tune on."""
        people = self.draws[seed]

        def excluded(asked: IntArray) -> BoolArray:
            found: BoolArray = (self.excluded[asked].toarray() != 0) | self.closed
            return found

        return Fold(self.past, people, excluded, self.held_out)

    def save(self, path: Path) -> None:
        """Write to one ``.npz``."""
        arrays: dict[str, Any] = {f"choice_{name}": getattr(self.choices, name) for name in _CHOICE}
        for name in ("excluded", "held_out"):
            for part in ("indptr", "indices"):
                arrays[f"{name}_{part}"] = getattr(getattr(self, name), part)
        for seed, people in self.draws.items():
            arrays[f"{_DRAW}{seed}"] = people
        arrays["sizes"] = np.array([self.n_courses, self.n_roles, self.as_of_day])
        np.savez(path, learnt=self.learnt, role=self.role, closed=self.closed, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        n_courses, n_roles, as_of_day = (int(size) for size in found["sizes"])
        shape = (len(found["role"]), n_courses)
        return cls(
            Choices(*(found[f"choice_{name}"] for name in _CHOICE)),
            found["learnt"],
            found["role"],
            n_courses,
            n_roles,
            as_of_day,
            _matrix(found, "excluded", shape),
            _matrix(found, "held_out", shape),
            found["closed"],
            {int(n.removeprefix(_DRAW)): v for n, v in found.items() if n.startswith(_DRAW)},
        )


_CHOICE = ("employee", "course", "day", "role", "weight")


def _matrix(found: Mapping[str, Any], name: str, shape: tuple[int, int]) -> Any:
    indices = found[f"{name}_indices"]
    ones = np.ones(len(indices), dtype=np.float32)
    return csr_matrix((ones, indices, found[f"{name}_indptr"]), shape=shape)


def drawn(held_out: Any, excluded: Any, closed: BoolArray, most: int, seed: int) -> IntArray:
    """Draw people who have a held-out course that may be ranked."""
    open_cells = _open(held_out, excluded, closed)
    people = np.flatnonzero(np.diff(open_cells.indptr)).astype(np.int32)
    if len(people) <= most:
        return people
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(people, most, replace=False))


def _open(held_out: Any, excluded: Any, closed: BoolArray) -> Any:
    found = csr_matrix((held_out - held_out.multiply(excluded)).multiply(~closed))
    found.eliminate_zeros()
    return found
