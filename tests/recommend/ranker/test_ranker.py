"""Preference of candidates, what adds up to it, and the saved form."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.eligibility import eligibility
from ptml.features.matrix import FeatureMatrix
from ptml.features.pairs import pair_features
from ptml.features.rows import Rows
from ptml.recommend.parts import PreferenceParts
from ptml.recommend.ranker.candidates import propose
from ptml.recommend.ranker.features import GROUPS, NAMES, ranker_features
from ptml.recommend.ranker.fitting import fit_ranker
from ptml.recommend.ranker.ranker import Ranker
from ptml.recommend.ranker.serving import candidates_for, second_preference
from ptml.recommend.ranker.sources import sources_of
from tests.recommend.ranker.small import (
    AS_OF,
    CONFIG,
    N_COURSES,
    N_PEOPLE,
    N_QUARTERS,
    first_stage,
    organisation,
    read,
)


@cache
def scored() -> tuple[Ranker, FeatureMatrix, PreferenceParts, NDArray[np.float32]]:
    history, shared = read(organisation(True))
    learner = first_stage(history, shared)
    first = learner.fit(AS_OF)
    ranker = fit_ranker(history, shared, AS_OF, learner.fit, CONFIG, 0)
    rows = Rows.at(range(N_PEOPLE), AS_OF)
    portraits = capability(history, shared, rows)
    eligible = eligibility(history, rows, portraits) == 0
    found = candidates_for(ranker, first, history, shared, rows, portraits, eligible, 200)
    assert found is not None
    pairs = pair_features(history, shared, rows, portraits, found.row, found.course)
    served = second_preference(ranker, history, shared, rows, portraits, found, pairs)
    parts = first.parts(history, rows, portraits, found.row, found.course)
    return ranker, ranker_features(history, shared, rows, portraits, found), parts, served


def test_all_eligible_pairs_of_a_small_catalogue_are_served() -> None:
    ranker, matrix, _, served = scored()
    assert len(matrix) == N_PEOPLE * (N_COURSES - N_QUARTERS)
    assert matrix.names == NAMES
    np.testing.assert_allclose(served, ranker.preference(matrix), atol=1e-6)
    assert ((served > 0) & (served < 1)).all()


def test_candidates_are_those_of_the_tables_that_are_learnt_from() -> None:
    history, shared = read(organisation(True))
    first = first_stage(history, shared).fit(AS_OF)
    rows = Rows.at(range(N_PEOPLE), AS_OF)
    portraits = capability(history, shared, rows)
    eligible = eligibility(history, rows, portraits) == 0
    ranker = scored()[0]
    found = candidates_for(ranker, first, history, shared, rows, portraits, eligible, 7)
    assert found is not None
    config = ranker.config
    tables = sources_of(history, shared, first, rows, portraits, eligible, config.lately_days)
    expected = propose(tables, config.per_source, 7)
    np.testing.assert_array_equal(found.course, expected.course)
    for name in expected.scores:
        np.testing.assert_array_equal(found.scores[name], expected.scores[name], name)
        np.testing.assert_array_equal(found.ranks[name], expected.ranks[name], name)


def test_parts_add_up_to_the_preference() -> None:
    ranker, matrix, first, served = scored()
    parts = ranker.parts(matrix, first)
    assert set(parts.by_group) == set(GROUPS)
    total = parts.base + sum(parts.by_group.values())
    np.testing.assert_allclose(total, ranker.preference(matrix), atol=1e-9)
    np.testing.assert_allclose(total, served, atol=1e-6)


def test_a_wish_counts_to_the_gap_and_speaks_for_the_course() -> None:
    ranker, matrix, first, _ = scored()
    asked = matrix.column("asked_for") > 0
    of_gap = ranker.parts(matrix, first).by_group["gap"]
    if asked.any():
        assert of_gap[asked].min() > of_gap[~asked].max()
    with_wish = matrix.values.copy()
    with_wish[:, NAMES.index("asked_for")] = 1
    wished = FeatureMatrix(NAMES, with_wish, matrix.families)
    assert (ranker.preference(wished) >= ranker.preference(matrix)).all()
    assert ranker.parts(wished, first).by_group["gap"].min() > of_gap[~asked].max()


def test_features_know_no_protected_attribute() -> None:
    assert not [name for name in NAMES if "protected" in name or "gender" in name]


def test_a_saved_ranker_is_the_same(tmp_path: Path) -> None:
    ranker, matrix, _, _ = scored()
    ranker.save(tmp_path / "a")
    loaded = Ranker.load(tmp_path / "a")
    loaded.save(tmp_path / "b")
    np.testing.assert_array_equal(loaded.preference(matrix), ranker.preference(matrix))
    assert loaded.evidence == ranker.evidence
    for name in ("ranker.json", "trees.txt"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_ranker_that_is_not_used_says_so(tmp_path: Path) -> None:
    ranker, matrix, _, _ = scored()
    refused = Ranker(None, None, ranker.config, "f", 0, 0, ())
    refused.save(tmp_path)
    loaded = Ranker.load(tmp_path)
    assert not loaded.is_used
    with pytest.raises(ValueError, match="not used"):
        loaded.preference(matrix)


def test_a_course_of_which_the_first_stage_knows_nothing_stays_unknown() -> None:
    history, shared = read(organisation(True))
    first = first_stage(history, shared).fit(AS_OF)
    ranker = scored()[0]
    rows = Rows.at([0], AS_OF)
    portraits = capability(history, shared, rows)
    eligible = eligibility(history, rows, portraits) == 0
    found = candidates_for(ranker, first, history, shared, rows, portraits, eligible, 200)
    assert found is not None
    found.scores["first"][0] = 0
    pairs = pair_features(history, shared, rows, portraits, found.row, found.course)
    served = second_preference(ranker, history, shared, rows, portraits, found, pairs)
    assert np.isnan(served).tolist() == [True] + [False] * (len(found) - 1)
