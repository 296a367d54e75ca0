"""The pass over eligible courses gives what the tables of all courses give, to the bit."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ptml.recommend.circumstances import Circumstances
from ptml.recommend.cold import Cold
from ptml.recommend.gap import GapTilt
from ptml.recommend.groups import GroupShares
from ptml.recommend.parts import preference_of
from ptml.recommend.popularity import Popularity
from ptml.recommend.ranker.candidates import candidates_of, propose
from ptml.recommend.ranker.first_stage import rounded_up
from ptml.recommend.ranker.one_pass import Looked, best_of_all
from ptml.recommend.ranker.sources import Sources

PEOPLE, COURSES, GROUPS, PER_SOURCE = 60, 330, 5, 7
SCALE = np.float32(COURSES)
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def few_values(rng: np.random.Generator, shape: tuple[int, ...], nothing: float = 0.5) -> Floats:
    """Numbers of which many are equal, and many 0."""
    values = np.round(rng.gamma(0.5, 1.0, shape), 1) / 10
    return np.where(rng.random(shape) < nothing, 0, values).astype(np.float32)


def looked_up(seed: int, with_own: bool) -> tuple[Looked, Sources]:
    """The same organisation as look-ups and as tables of all courses."""
    rng = np.random.default_rng(seed)
    role, unit, grade = (few_values(rng, (GROUPS, COURSES)) for _ in range(3))
    unit, grade = unit - np.float32(0.05), grade - np.float32(0.02)
    closed = few_values(rng, (PEOPLE, COURSES))
    closed[:, rng.random(COURSES) < 0.1] = np.nan
    edges = np.array([0.02, 0.1, 0.30000001])
    factor = rng.random(6)
    following, factors = (
        few_values(rng, (PEOPLE, COURSES if with_own else 0), 0.8) - np.float32(0.001)
        for _ in range(2)
    )
    unlocked = np.where(rng.random((PEOPLE, COURSES)) < 0.004, 2, 0).astype(np.float32)
    fresh = few_values(rng, (COURSES,), 0.9) * np.float32(with_own)
    taken = few_values(rng, (GROUPS, COURSES), 0.9)
    known = rng.random(COURSES) < 0.95
    eligible = rng.random((PEOPLE, COURSES)) < rng.random((PEOPLE, 1))
    place = rng.integers(0, GROUPS, (PEOPLE, 4))
    rare = csr_matrix(unlocked)
    looked = Looked(
        *(place, role, unit, grade, known, rounded_up(edges), factor.astype(np.float32), SCALE),
        *(following, factors, closed, rare.indptr, rare.indices, rare.data),
        *(fresh, bool(fresh.any()), taken),
    )
    popularity = Popularity(role[0], role, np.ones(COURSES), 1.0)
    cold = Cold(popularity, GroupShares(unit, 1), GroupShares(grade, 1), GapTilt(edges, factor))
    shares = cold.shares(Circumstances(*place[:, :3].T.astype(np.int32)), closed)
    nothing = np.zeros((PEOPLE, COURSES), dtype=np.float32)
    own = (following, factors) if with_own else (nothing, nothing)
    for part in own:
        shares += part
    scores = {
        "first": np.where(known, preference_of(shares * SCALE).astype(np.float32), 0),
        "in_role": SCALE * role[place[:, 0]],
        "following": own[0] * SCALE,
        "factors": own[1] * SCALE,
        "gap": np.nan_to_num(closed),
        "unlocked": unlocked,
        "new": np.repeat(fresh[None], PEOPLE, axis=0),
        "unit": taken[place[:, 3]],
    }
    return looked, Sources(scores, eligible)


@pytest.mark.parametrize("with_own", [True, False])
@pytest.mark.parametrize("most", [1, 12, 50, 400])
def test_one_pass_finds_what_tables_of_all_courses_find(most: int, with_own: bool) -> None:
    for seed in range(3):
        looked, sources = looked_up(seed, with_own)
        found = candidates_of(best_of_all(looked, sources.eligible, most), PER_SOURCE)
        expected = propose(sources, PER_SOURCE, most)
        np.testing.assert_array_equal(found.row, expected.row)
        np.testing.assert_array_equal(found.course, expected.course)
        np.testing.assert_array_equal(found.proposed, expected.proposed)
        for name in expected.scores:
            assert found.scores[name].tobytes() == expected.scores[name].tobytes(), name
            np.testing.assert_array_equal(found.ranks[name], expected.ranks[name], name)


def test_a_person_without_an_eligible_course_has_no_candidate() -> None:
    looked, sources = looked_up(0, True)
    eligible = sources.eligible.copy()
    eligible[3] = False
    assert 3 not in best_of_all(looked, eligible, 5).row
    assert not len(best_of_all(looked, np.zeros_like(eligible), 5).row)
