"""Features of a person and a course together, as of a day."""

import numpy as np

from ptml.features.arrays import Integers
from ptml.features.capability import Capability
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.pair_fit import PAIR_FIT
from ptml.features.pair_history import PAIR_HISTORY
from ptml.features.pair_taking import PAIR_TAKING
from ptml.features.pair_view import PairView
from ptml.features.registry import build_matrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared

PAIR_GROUPS = (PAIR_FIT, PAIR_HISTORY, PAIR_TAKING)

# Pairs are worked through in blocks of this many, to bound the memory.
BLOCK_PAIRS = 1_000_000


def pair_features(
    history: History,
    shared: Shared,
    rows: Rows,
    capability: Capability,
    row_index: Integers,
    course: Integers,
) -> FeatureMatrix:
    """Work out the features of pairs of a row and a course.

    Parameters
    ----------
    history : History
        Of the rows' employees.
    shared : Shared
    rows : Rows
        n of them.
    capability : Capability
        That of the rows.
    row_index : (m,) int
        Row of each pair. Fastest where it is sorted.
    course : (m,) int32
        Course of each pair.

    Returns
    -------
    FeatureMatrix
        (m, q), in the order of the pairs; always all columns, NaN where unknown.
    """
    parts = [
        _block(history, shared, rows, capability, row_index[part], course[part])
        for part in (
            slice(start, start + BLOCK_PAIRS)
            for start in range(0, max(len(course), 1), BLOCK_PAIRS)
        )
    ]
    first = parts[0]
    values = np.concatenate([part.values for part in parts]) if len(parts) > 1 else first.values
    return FeatureMatrix(first.names, values, first.families, first.categorical)


def _block(
    history: History,
    shared: Shared,
    rows: Rows,
    capability: Capability,
    row_index: Integers,
    course: Integers,
) -> FeatureMatrix:
    used, row = np.unique(row_index.astype(np.int64), return_inverse=True)
    view = PairView(
        history, shared, rows.take(used), capability.take(used), row, course.astype(np.int32)
    )
    return build_matrix(PAIR_GROUPS, view, len(course))
