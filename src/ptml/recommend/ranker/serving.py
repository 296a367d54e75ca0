"""The second stage at work: candidates of a bucket of employees, and their preference."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.features.capability import Capability
from ptml.features.fit import gap_closed_by_all
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.parts import PreferenceParts
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.ranker.candidates import Candidates, candidates_of
from ptml.recommend.ranker.features import ranker_blocks, ranker_features
from ptml.recommend.ranker.first_stage import FirstTables
from ptml.recommend.ranker.one_pass import Looked, best_of_all
from ptml.recommend.ranker.ranker import Ranker
from ptml.recommend.ranker.sources import opened_lately, taken_in_units, unlocked_lately

Float32Array = NDArray[np.float32]

# Rows whose tables of rows by courses are held at a time: so few stay in the processor's cache.
_BLOCK_CELLS = 500_000


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
    config, lately = ranker.config, ranker.config.lately_days
    first = FirstTables.of(preference, history, rows)
    unlocked = unlocked_lately(history, rows, lately)
    taken, unit = taken_in_units(history, shared, rows)
    place = np.concatenate([first.place, unit[:, None]], axis=1)
    fresh = opened_lately(history, rows, lately)
    step = max(_BLOCK_CELLS // max(history.n_courses, 1), 1)
    blocks = []
    for start in range(0, max(len(rows), 1), step):
        at = slice(start, start + step)
        few = unlocked[at]
        following, factors = first.own(at)
        looked = Looked(
            place[at],
            first.role,
            first.unit,
            first.grade,
            first.known,
            first.edges,
            first.factor,
            first.scale,
            following,
            factors,
            gap_closed_by_all(history.catalogue, portraits.take(at)),
            few.indptr,
            few.indices,
            few.data,
            fresh,
            bool(fresh.any()),
            taken,
        )
        found = best_of_all(looked, eligible[at], most)
        blocks.append(candidates_of(found, config.per_source).moved(start))
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

    NaN where the first stage knows nothing of the course: what nobody could choose has no rate.

    Parameters
    ----------
    pairs : FeatureMatrix
        `ptml.features.pairs.pair_features` of the candidates.
    """
    blocks = ranker_blocks(history, shared, rows, portraits, candidates, pairs)
    known = candidates.scores["first"] > 0
    return np.where(known, ranker.preference_of_blocks(blocks), np.nan).astype(np.float32)


def second_parts(
    ranker: Ranker,
    history: History,
    shared: Shared,
    rows: Rows,
    portraits: Capability,
    candidates: Candidates,
    pairs: FeatureMatrix,
    first: PreferenceParts,
) -> PreferenceParts:
    """What adds up to the second stage's preference of candidates.

    Parameters
    ----------
    pairs : FeatureMatrix
        `ptml.features.pairs.pair_features` of the candidates.
    first : PreferenceParts
        Of the same pairs by the first stage.

    Notes
    -----
    What is said by a person's past as a whole is shared out among the past courses in proportion to
    the size of what each adds or takes away in the first stage; who has chosen nothing has it under
    ``other``.
    """
    matrix = ranker_features(history, shared, rows, portraits, candidates, pairs)
    found = ranker.parts(matrix, first)
    of_past = found.by_group["past"]
    size = abs(csr_matrix(first.past))
    total = np.asarray(size.sum(axis=1)).ravel()
    has_past = total > 0
    past = size.copy()
    past.data *= np.repeat(
        np.where(has_past, of_past / np.where(has_past, total, 1), 0), np.diff(past.indptr)
    )
    return PreferenceParts(
        preference=found.preference,
        base=np.broadcast_to(found.base, found.preference.shape),
        **{name: found.by_group[name] for name in ("popularity", "role", "unit", "grade", "gap")},
        other=found.by_group["other"] + np.where(has_past, 0, of_past),
        past=past,
    )
