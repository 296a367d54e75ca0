"""The second stage at work: candidates of a bucket of employees, and their preference."""

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import Capability
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.ranker.candidates import Candidates, propose
from ptml.recommend.ranker.features import ranker_features
from ptml.recommend.ranker.ranker import Ranker
from ptml.recommend.ranker.sources import sources_of

Float32Array = NDArray[np.float32]

# Rows whose tables of rows by courses are held at a time, a dozen of them.
_BLOCK_CELLS = 2_000_000


def candidates_for(
    ranker: Ranker | None,
    preference: PreferenceModel | None,
    history: History,
    shared: Shared,
    rows: Rows,
    portraits: Capability,
    eligible: NDArray[np.bool_],
    most: int,
) -> Candidates | None:
    """Candidates of rows of one day, ``most`` a person; None where there is no second stage."""
    if ranker is None or preference is None or not ranker.is_used:
        return None
    config = ranker.config
    step = max(_BLOCK_CELLS // max(history.n_courses, 1), 1)
    blocks = []
    for start in range(0, max(len(rows), 1), step):
        at = slice(start, start + step)
        found = sources_of(
            history,
            shared,
            preference,
            rows.take(at),
            portraits.take(at),
            eligible[at],
            config.lately_days,
        )
        blocks.append(propose(found, config.per_source, most).moved(start))
    return Candidates.joined(blocks)


def second_preference(
    ranker: Ranker,
    history: History,
    shared: Shared,
    rows: Rows,
    portraits: Capability,
    candidates: Candidates,
    pairs: FeatureMatrix,
) -> Float32Array:
    """Preference of candidates by the second stage, (m,).

    Parameters
    ----------
    pairs : FeatureMatrix
        `ptml.features.pairs.pair_features` of the candidates.
    """
    matrix = ranker_features(history, shared, rows, portraits, candidates, pairs)
    return ranker.preference(matrix).astype(np.float32)
