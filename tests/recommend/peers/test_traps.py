"""What goes wrong in implicit 0.7.3, and does not go wrong here.

Each trap is shown twice: in the library, so that we notice when it is mended, and in our code.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import BM25Recommender
from scipy.sparse import csr_array, csr_matrix
from threadpoolctl import threadpool_limits

from ptml.recommend.choices import Choices
from ptml.recommend.factors import fit_factors
from ptml.recommend.peers import PEERS, Past
from tests.recommend.peers.tastes import N_COURSES, N_PEOPLE, NEW, fold

PAST = fold().past
EVERYBODY = np.arange(N_PEOPLE, dtype=np.int32)
PADDING = -np.finfo(np.float32).max
ALS = {"factors": 8, "regularization": 0.1, "alpha": 10.0, "power": 0.0}
BPR = {**PEERS["bpr"].defaults, "factors": 8, "iterations": 100}


def als(**settings: Any) -> AlternatingLeastSquares:
    about = {"factors": 8, "regularization": 0.1, "alpha": 10.0, "iterations": 15}
    return AlternatingLeastSquares(
        **{**about, "random_state": 0, "num_threads": 1, "use_cg": False, **settings}
    )


@pytest.fixture(scope="module", autouse=True)
def one_blas_thread() -> Iterator[None]:
    """implicit warns of more."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture(scope="module")
def fitted(one_blas_thread: None) -> AlternatingLeastSquares:
    model = als()
    model.fit(PAST.weights(), show_progress=False)
    return model


def top(scores: np.ndarray, n: int = 5) -> np.ndarray:
    return np.argsort(-scores, axis=1, kind="stable")[:, :n]


class TestStoredUserFactorsAreHalfAStepBehind:
    def test_in_implicit(self, fitted: AlternatingLeastSquares) -> None:
        short = als(iterations=2)
        short.fit(PAST.weights(), show_progress=False)
        stored = short.user_factors @ short.item_factors.T
        solved = short.recalculate_user(EVERYBODY, PAST.weights()) @ short.item_factors.T
        assert (top(stored[:NEW]) != top(solved[:NEW])).any(axis=1).mean() > 0.2

    def test_here_everybody_is_solved_anew(self) -> None:
        scorer = PEERS["als"].fit(PAST, ALS, 0)
        fitted_again = als(use_cg=True, num_threads=2)
        known = csr_matrix(PAST.weights()[:NEW])
        fitted_again.fit(known, show_progress=False)
        exact = als()
        exact.item_factors = fitted_again.item_factors
        exact.user_factors = fitted_again.user_factors
        solved = exact.recalculate_user(EVERYBODY[:NEW], known) @ exact.item_factors.T
        np.testing.assert_allclose(scorer.score(PAST, EVERYBODY[:NEW]), solved, atol=5e-3)


class TestShortListsArePaddedWithTakenCourses:
    @staticmethod
    def almost_all() -> csr_matrix:
        return csr_matrix((np.arange(N_COURSES) < N_COURSES - 2)[None].astype(np.float32))

    def test_in_implicit(self, fitted: AlternatingLeastSquares) -> None:
        ids, scores = fitted.recommend(0, self.almost_all(), N=5, recalculate_user=True)
        assert set(ids[:2]) == {N_COURSES - 2, N_COURSES - 1}
        assert (scores[2:] == PADDING).all()
        assert (ids[2:] < N_COURSES - 2).all()

    def test_in_implicit_even_outside_of_the_courses_asked_for(
        self, fitted: AlternatingLeastSquares
    ) -> None:
        asked = [0, N_COURSES - 1]
        ids, scores = fitted.recommend(
            0, self.almost_all(), N=2, recalculate_user=True, items=asked
        )
        assert ids[0] == N_COURSES - 1
        assert scores[1] == PADDING

    @pytest.mark.parametrize("name", PEERS)
    def test_here_all_courses_are_scored_and_nothing_is_padded(self, name: str) -> None:
        scores = PEERS[name].fit(PAST, PEERS[name].defaults, 0).score(PAST, EVERYBODY)
        assert scores.shape[1] == N_COURSES
        assert scores.min() > PADDING / 2


class TestAnEmptyHistoryGivesTheFirstCourses:
    def test_in_implicit(self, fitted: AlternatingLeastSquares) -> None:
        nothing = csr_matrix(np.zeros((1, N_COURSES), dtype=np.float32))
        ids, scores = fitted.recommend(0, nothing, N=5, recalculate_user=True)
        assert ids.tolist() == [4, 3, 2, 1, 0]
        assert not scores.any()

    @pytest.mark.parametrize("name", ["bm25", "cosine", "ease", "als"])
    def test_here_the_scores_say_nothing_rather_than_something_else(self, name: str) -> None:
        scorer = PEERS[name].fit(PAST, PEERS[name].defaults, 0)
        assert not scorer.score(PAST, np.array([NEW], dtype=np.int32)).any()

    @pytest.mark.parametrize("name", ["bpr", "lmf"])
    def test_here_models_that_cannot_fold_in_give_popularity(self, name: str) -> None:
        scorer = PEERS[name].fit(PAST, PEERS[name].defaults, 0)
        bar = PEERS["popularity_in_role"].fit(PAST, {"half_life_days": 365.0}, 0)
        late = np.array([NEW], dtype=np.int32)
        np.testing.assert_array_equal(scorer.score(PAST, late), bar.score(PAST, late))

    @pytest.mark.parametrize("name", ["bpr", "lmf"])
    def test_here_people_beyond_the_fit_get_popularity_too(self, name: str) -> None:
        scorer = PEERS[name].fit(PAST, PEERS[name].defaults, 0)
        role = np.append(PAST.role, np.array([1], dtype=np.int32))
        later = Past(PAST.choices, role, (N_PEOPLE + 1, N_COURSES), 2, PAST.as_of_day)
        bar = PEERS["popularity_in_role"].fit(PAST, {"half_life_days": 365.0}, 0)
        late = np.array([N_PEOPLE], dtype=np.int32)
        np.testing.assert_array_equal(scorer.score(later, late), bar.score(later, late))


class TestStoredZerosCountAsLiked:
    @staticmethod
    def with_zeros() -> csr_matrix:
        dense = PAST.weights().toarray()
        person, course = np.indices(dense.shape)
        return csr_matrix((dense.ravel(), (person.ravel(), course.ravel())), shape=dense.shape)

    def test_in_implicit(self) -> None:
        plain, stored = (
            BayesianPersonalizedRanking(8, random_state=0, num_threads=1, iterations=20)
            for _ in "ab"
        )
        plain.fit(PAST.weights(), show_progress=False)
        stored.fit(self.with_zeros(), show_progress=False)
        assert np.abs(plain.item_factors).max() > 0.1
        assert not np.allclose(plain.item_factors, stored.item_factors, atol=0.05)

    @pytest.mark.parametrize("name", ["bm25", "cosine", "ease", "als", "bpr", "lmf"])
    def test_here_they_do_not(self, name: str) -> None:
        dense = self.with_zeros()
        person, course = np.indices(dense.shape)
        given = PAST.choices
        extra = np.ones(len(given) + dense.nnz)
        extra[len(given) :] = 0
        employee = np.concatenate([given.employee, person.ravel()])
        order = np.argsort(employee, kind="stable")
        choices = Choices(
            employee[order].astype(np.int32),
            np.concatenate([given.course, course.ravel()])[order].astype(np.int32),
            np.concatenate([given.day, np.full(dense.nnz, given.day.max())])[order],
            np.concatenate([given.role, np.full(dense.nnz, -1, np.int32)])[order],
            extra[order],
        )
        padded = Past(choices, PAST.role, PAST.shape, 2, PAST.as_of_day)
        settings = {**PEERS[name].defaults}
        known = EVERYBODY[:NEW]
        found = PEERS[name].fit(padded, settings, 0).score(padded, known)
        expected = PEERS[name].fit(PAST, settings, 0).score(PAST, known)
        np.testing.assert_allclose(found, expected, atol=1e-5)


class TestAlphaMultipliesTheWeights:
    def test_in_implicit(self, fitted: AlternatingLeastSquares) -> None:
        doubled = als(alpha=5.0)
        doubled.fit(PAST.weights() * 2, show_progress=False)
        np.testing.assert_allclose(doubled.item_factors, fitted.item_factors, atol=1e-4)

    def test_here_it_does_so_once_at_the_fit_and_once_at_scoring(self) -> None:
        given = PAST.choices
        doubled = Choices(given.employee, given.course, given.day, given.role, given.weight * 2)
        twice = Past(doubled, PAST.role, PAST.shape, 2, PAST.as_of_day)
        half = PEERS["als"].fit(twice, {**ALS, "alpha": 5.0}, 0)
        found = half.score(twice, EVERYBODY)
        expected = PEERS["als"].fit(PAST, ALS, 0).score(PAST, EVERYBODY)
        np.testing.assert_allclose(found, expected, atol=1e-3)


class TestSparseArraysAndRandomStatesRaise:
    def test_in_implicit(self, fitted: AlternatingLeastSquares) -> None:
        with pytest.raises(ValueError, match="CSR sparse matrix"):
            fitted.recommend(0, csr_array(PAST.weights())[[0]], N=5)
        with pytest.raises(AttributeError, match="rand_int"):
            als(random_state=np.random.RandomState(0)).fit(PAST.weights(), show_progress=False)

    def test_here_a_past_is_a_sparse_matrix_and_a_seed_an_integer(self) -> None:
        assert isinstance(PAST.weights(), csr_matrix)
        assert isinstance(PAST.recent(0.5), csr_matrix)
        found = fit_factors(csr_matrix(csr_array(PAST.weights())), 8, 0.1, 10.0, 15, 0)
        np.testing.assert_array_equal(
            found.items, fit_factors(PAST.weights(), 8, 0.1, 10.0, 15, 0).items
        )


class TestThreads:
    def test_als_of_implicit_is_the_same_to_the_bit_at_1_and_2(
        self, fitted: AlternatingLeastSquares
    ) -> None:
        two = als(num_threads=2)
        two.fit(PAST.weights(), show_progress=False)
        np.testing.assert_array_equal(two.item_factors, fitted.item_factors)

    def test_bpr_of_implicit_is_not(self) -> None:
        # Each thread draws from a sequence of its own, and on two they race besides.
        rng = np.random.default_rng(0)
        many = csr_matrix((rng.random((2_000, 60)) < 0.2).astype(np.float32))
        one, two = (
            BayesianPersonalizedRanking(16, random_state=0, num_threads=n, iterations=5)
            for n in (1, 2)
        )
        for model in (one, two):
            model.fit(many, show_progress=False)
        assert not np.array_equal(one.item_factors, two.item_factors)

    @pytest.mark.parametrize("name", ["bpr", "lmf"])
    def test_here_what_is_sampled_is_sampled_on_one(self, name: str) -> None:
        rng = np.random.default_rng(0)
        employee, course = np.nonzero(rng.random((2_000, 60)) < 0.2)
        days = np.zeros(len(employee), dtype=np.int32)
        choices = Choices(
            employee.astype(np.int32), course.astype(np.int32), days, days, np.ones(len(days))
        )
        past = Past(choices, np.zeros(2_000, dtype=np.int32), (2_000, 60), 1, 10)
        settings = {**PEERS[name].defaults, "factors": 16}
        people = np.arange(2_000, dtype=np.int32)
        once, again = (PEERS[name].fit(past, settings, 0).score(past, people) for _ in "ab")
        np.testing.assert_array_equal(once, again)


class TestNeighboursWarnOfTheirOwnFormat:
    def test_in_implicit(self) -> None:
        with pytest.warns(Warning, match=r"CSR|csr"):
            BM25Recommender(K=5, num_threads=1).fit(PAST.weights(), show_progress=False)

    def test_here_they_are_silent_and_the_same(self) -> None:
        settings = {"neighbours": 5, "k1": 1.2, "b": 0.75, "power": 0.0}
        model = BM25Recommender(K=5, K1=1.2, B=0.75, num_threads=1)
        with pytest.warns(Warning, match=r"CSR|csr"):
            model.fit(PAST.weights(), show_progress=False)
        expected = (PAST.weights() @ model.similarity).toarray()
        found = PEERS["bm25"].fit(PAST, settings, 0).score(PAST, EVERYBODY)
        np.testing.assert_allclose(found, expected, rtol=1e-5)
