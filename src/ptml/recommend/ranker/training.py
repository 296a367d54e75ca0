"""Learning examples by time: at decision days, what was chosen in the days after each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.eligibility import eligibility
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.choices import choices_before, taken_before
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.ranker.candidates import Candidates, propose
from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.features import ranker_features
from ptml.recommend.ranker.sources import Sources, sources_of

Float32Array = NDArray[np.float32]
Bools = NDArray[np.bool_]
IntArray = NDArray[np.int32]

FitBefore = Callable[[int], PreferenceModel]
"""The first stage, fitted on what was known before a day."""

_BLOCK_ROWS = 2_000


@dataclass(frozen=True, eq=False)
class Block:
    """People of one decision day, with all that a ranking of theirs can be judged by.

    Attributes
    ----------
    sources : Sources
        Of the n people.
    candidates : Candidates
        m of them.
    matrix : FeatureMatrix
        (m, p).
    offered : (n, n_courses) bool
        Courses on offer that the person had not taken, eligible or not.
    chosen : (n, n_courses) bool
        Those of them that the person chose in the window.
    """

    sources: Sources
    candidates: Candidates
    matrix: FeatureMatrix
    offered: Bools
    chosen: Bools

    @property
    def label(self) -> Bools:
        """Whether each candidate was chosen, (m,)."""
        return self.chosen[self.candidates.row, self.candidates.course]


@dataclass(frozen=True, eq=False)
class Examples:
    """Candidates of people with at least one that was chosen, people one after the other.

    Attributes
    ----------
    x : (m, p) float32
    label : (m,) bool
    sizes : (g,) int64
        Candidates of each group, a person on a decision day.
    """

    x: Float32Array
    label: Bools
    sizes: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: list["Examples"]) -> "Examples":
        """One after the other."""
        return cls(
            np.concatenate([part.x for part in parts]),
            np.concatenate([part.label for part in parts]),
            np.concatenate([part.sizes for part in parts]),
        )


def decision_days(last_choice: int, config: RankerConfig) -> list[int]:
    """Decision days, oldest first, whose windows end one after the other, the last at the end.

    Parameters
    ----------
    last_choice : int
        Newest day with a choice: the window of the last decision day ends with it.

    Notes
    -----
    They stand ``gap_days + window_days`` apart, so that no window of an earlier one reaches past a
    later one: what is learnt on the earlier ones was known on the later.
    """
    step = config.gap_days + config.window_days
    return [last_choice + 1 - step * k for k in range(config.n_days, 0, -1)]


def choosers(history: History, day: int, config: RankerConfig) -> IntArray:
    """People employed on a decision day who chose something in its window, sorted."""
    end = day + config.gap_days + config.window_days
    choices = choices_before(history, end)
    people = np.unique(choices.employee[choices.day >= day + config.gap_days])
    rows = Rows.at(people, day)
    return people[history.employed(rows.employee, rows.day)]


def blocks(
    history: History,
    shared: Shared,
    first: PreferenceModel,
    people: IntArray,
    day: int,
    config: RankerConfig,
) -> list[Block]:
    """Look at people as of a decision day, and at what they chose after it.

    Parameters
    ----------
    first : PreferenceModel
        Fitted on what was known before the day.
    people : (n,) int32
    """
    cuts = range(0, len(people), _BLOCK_ROWS)
    return [
        _block(history, shared, first, people[start : start + _BLOCK_ROWS], day, config)
        for start in cuts
    ]


def _block(
    history: History,
    shared: Shared,
    first: PreferenceModel,
    people: IntArray,
    day: int,
    config: RankerConfig,
) -> Block:
    rows = Rows.at(people, day)
    portraits = capability(history, shared, rows)
    shape = (history.n_employees, history.n_courses)
    start = day + config.gap_days
    late = choices_before(history, start + config.window_days)
    late = late.take(late.day >= start)
    chosen = late.matrix(*shape)[people].toarray() > 0
    # What was taken in the gap is neither to be foretold nor a course that was passed over.
    taken = taken_before(history, start)[people].toarray() > 0
    catalogue = history.catalogue
    on_offer = catalogue.open_on(day) & ~catalogue.mandatory
    eligible = (eligibility(history, rows, portraits) == 0) & ~(taken & ~chosen)
    sources = sources_of(history, shared, first, rows, portraits, eligible, config.lately_days)
    candidates = propose(sources, config.per_source, config.max_candidates)
    matrix = ranker_features(history, shared, rows, portraits, candidates)
    taken_by_day = taken_before(history, day)[people].toarray() > 0
    offered = (on_offer & ~taken_by_day & ~(taken & ~chosen)) | eligible
    return Block(sources, candidates, matrix, offered, chosen & offered)


def examples_of(block: Block) -> Examples:
    """Candidates of the people with at least one that was chosen."""
    row, label = block.candidates.row, block.label
    n = len(block.chosen)
    has_chosen = np.bincount(row, label, n) > 0
    kept = has_chosen[row]
    sizes = np.bincount(row[kept], minlength=n)
    return Examples(block.matrix.values[kept], label[kept], sizes[sizes > 0].astype(np.int64))


def examples_at(
    history: History,
    shared: Shared,
    fit_before: FitBefore,
    day: int,
    most: int,
    config: RankerConfig,
    rng: np.random.Generator,
) -> Examples | None:
    """Examples of one decision day, of ``most`` people at the most; None with too few."""
    people = choosers(history, day, config)
    if len(people) < config.min_groups or len(choices_before(history, day)) == 0:
        return None
    if len(people) > most:
        people = np.sort(rng.choice(people, most, replace=False))
    first = fit_before(day)
    found = Examples.joined(
        [examples_of(b) for b in blocks(history, shared, first, people, day, config)]
    )
    return found if len(found.sizes) >= config.min_groups else None
