"""Warned completions with all that is said of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.explain.words import Words
from ptml.features.history import History
from ptml.features.standing import standing
from ptml.transfer.families import TopicShares
from ptml.transfer.model import WarningScores
from ptml.transfer.what_if import WhatIf


@dataclass(frozen=True, eq=False)
class WarnedCases:
    """Warnings to be put into words, m of them.

    Attributes
    ----------
    words : Words
        In the language that is to be said.
    topics : TopicShares
    columns : mapping of str to (m,) float32
        The features that were seen, by name.
    unit_matter : (m,) uint8
        Codes of `UNIT_MATTERS`.
    stage : (m,) uint8
    ruled : (m, n_rules) bool
    p_weak : (m,) float64
    what_if : WhatIf
    clear : (m, n_families) bool
        Whether a family's share is told from noise.
    from_day : (m,) int32
        The day from which there is time to act: of the run, or the moment where that is later.
    manager : (m,) object
        Id of the manager on that day; empty = none known.
    """

    words: Words
    topics: TopicShares
    columns: Mapping[str, NDArray[np.float32]]
    unit_matter: NDArray[np.uint8]
    stage: NDArray[np.uint8]
    ruled: NDArray[np.bool_]
    p_weak: NDArray[np.float64]
    what_if: WhatIf
    clear: NDArray[np.bool_]
    from_day: NDArray[np.int32]
    manager: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.from_day)

    @classmethod
    def of(
        cls,
        history: History,
        scores: WarningScores,
        words: Words,
        as_of_day: int | None = None,
    ) -> "WarnedCases":
        """Take from the scores, and look up who manages whom.

        Parameters
        ----------
        as_of_day : int, optional
            Of the run; left out, each warning is told at its moment.
        """
        rows = scores.completions.rows(history)
        from_day = rows.day if as_of_day is None else np.maximum(rows.day, as_of_day)
        manager = standing(history, rows).manager
        # A code of -1 looks up the last entry: nobody.
        names = np.append(history.managers.ids.astype(object), "")
        return cls(
            words=words,
            topics=scores.topics,
            columns=dict(zip(scores.features.names, scores.features.values.T, strict=True)),
            unit_matter=scores.unit_matter,
            stage=scores.completions.stage,
            ruled=scores.ruled,
            p_weak=scores.p_weak,
            what_if=scores.what_if,
            clear=scores.clear,
            from_day=from_day.astype(np.int32),
            manager=names[manager],
        )
