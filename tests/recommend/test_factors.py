"""Factors: what is measured to go wrong in implicit does not go wrong here."""

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_array, csr_matrix

from ptml.recommend.factors import CourseFactors, fit_factors

N_COURSES = 20


def weights(seed: int = 0, n: int = 60) -> csr_matrix:
    rng = np.random.default_rng(seed)
    liked = rng.random((n, N_COURSES)) < 0.3
    liked[np.arange(n), np.arange(n) % N_COURSES] = True
    return csr_matrix(liked.astype(np.float32))


@pytest.fixture(scope="module")
def factors() -> CourseFactors:
    return fit_factors(weights(), 8, 0.1, 10.0, 5, 0)


def test_folding_in_equals_recalculated_users_of_implicit(factors: CourseFactors) -> None:
    model = AlternatingLeastSquares(
        factors=8,
        regularization=0.1,
        alpha=10.0,
        iterations=5,
        random_state=0,
        num_threads=1,
        use_cg=False,
    )
    model.fit(weights(), show_progress=False)
    items = np.asarray(model.item_factors)
    gram = items.T.astype(np.float64) @ items + 0.1 * np.eye(8)
    found = CourseFactors(items, gram, 10.0).score(weights())
    users = model.recalculate_user(np.arange(60), weights())
    np.testing.assert_allclose(found, users @ items.T, atol=2e-3)


def test_stored_users_of_implicit_are_half_a_step_behind(factors: CourseFactors) -> None:
    model = AlternatingLeastSquares(
        factors=8, regularization=0.1, alpha=10.0, iterations=5, random_state=0, num_threads=1
    )
    model.fit(weights(), show_progress=False)
    stored = model.user_factors @ model.item_factors.T
    found = factors.score(weights())
    np.testing.assert_array_equal(factors.items, model.item_factors)
    assert np.abs(found - stored).max() > 0.01


def test_longer_histories_than_factors_are_solved_alike() -> None:
    everything = csr_matrix(np.ones((1, N_COURSES), np.float32))
    factors = fit_factors(weights(), 4, 0.1, 10.0, 5, 0)
    items = factors.items.astype(np.float64)
    system = items.T @ items * 10.0 + 0.1 * np.eye(4)
    user = np.linalg.solve(system, 10.0 * items.sum(axis=0))
    np.testing.assert_allclose(factors.score(everything)[0], items @ user, atol=1e-4)


def test_weights_below_one_over_alpha_are_solved_too(factors: CourseFactors) -> None:
    faint = weights()
    faint.data *= 0.01
    items = factors.items.astype(np.float64)
    own = faint[3].toarray()[0] * 10.0
    confidence = np.where(own > 0, own, 1.0)
    system = (items.T * confidence) @ items + 0.1 * np.eye(8)
    user = np.linalg.solve(system, items.T @ own)
    np.testing.assert_allclose(factors.score(faint[3])[0], items @ user, atol=1e-5)


def test_a_large_catalogue_is_scored_alike(
    factors: CourseFactors, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert factors.all_kernels is not None
    monkeypatch.setattr("ptml.recommend.factors._KERNEL_COURSES", N_COURSES - 1)
    large = CourseFactors(factors.items, factors.gram, factors.alpha)
    assert large.all_kernels is None
    np.testing.assert_allclose(large.score(weights()), factors.score(weights()), atol=1e-6)


def test_sparse_arrays_are_scored_like_sparse_matrices(factors: CourseFactors) -> None:
    found = factors.score(csr_matrix(csr_array(weights())))
    np.testing.assert_array_equal(found, factors.score(weights()))


def test_the_number_of_threads_changes_nothing(factors: CourseFactors) -> None:
    model = AlternatingLeastSquares(
        factors=8, regularization=0.1, alpha=10.0, iterations=5, random_state=0, num_threads=2
    )
    model.fit(weights(), show_progress=False)
    np.testing.assert_array_equal(model.item_factors, factors.items)


def test_a_new_user_scores_like_a_known_one_with_the_same_courses(factors: CourseFactors) -> None:
    known = factors.score(weights())
    np.testing.assert_allclose(factors.score(weights()[7]), known[7:8], atol=1e-6)


def test_scores_may_be_scaled(factors: CourseFactors) -> None:
    found = factors.score(weights(), 0.03)
    np.testing.assert_allclose(found, 0.03 * factors.score(weights()), atol=1e-7)


def test_a_user_without_courses_scores_0_everywhere(factors: CourseFactors) -> None:
    assert not factors.score(csr_matrix(np.zeros((2, N_COURSES), np.float32))).any()


def test_no_users_give_no_scores(factors: CourseFactors) -> None:
    assert factors.score(csr_matrix(np.zeros((0, N_COURSES), np.float32))).shape == (0, N_COURSES)


def test_a_stored_zero_is_no_choice(factors: CourseFactors) -> None:
    dense = weights().toarray()
    user, course = np.indices(dense.shape)
    stored = csr_matrix((dense.ravel(), (user.ravel(), course.ravel())), shape=dense.shape)
    assert stored.nnz == dense.size
    again = fit_factors(stored, 8, 0.1, 10.0, 5, 0)
    np.testing.assert_array_equal(again.items, factors.items)


def test_people_without_choices_are_not_learnt_from(factors: CourseFactors) -> None:
    padded = csr_matrix(np.vstack([weights().toarray(), np.zeros((5, N_COURSES), np.float32)]))
    np.testing.assert_array_equal(fit_factors(padded, 8, 0.1, 10.0, 5, 0).items, factors.items)


def test_alpha_multiplies_once(factors: CourseFactors) -> None:
    doubled = weights()
    doubled.data *= 2
    half_alpha = fit_factors(doubled, 8, 0.1, 5.0, 5, 0)
    np.testing.assert_allclose(half_alpha.items, factors.items, atol=1e-5)
    np.testing.assert_allclose(half_alpha.score(doubled), factors.score(weights()), atol=1e-4)


def test_the_same_seed_gives_the_same_factors(factors: CourseFactors) -> None:
    again, other = (fit_factors(weights(), 8, 0.1, 10.0, 5, seed) for seed in (0, 1))
    np.testing.assert_array_equal(again.items, factors.items)
    assert not np.array_equal(other.items, factors.items)


def test_the_caller_keeps_the_weights(factors: CourseFactors) -> None:
    given = weights()
    before = given.toarray()
    factors.score(given)
    fit_factors(given, 4, 0.1, 10.0, 1, 0)
    np.testing.assert_array_equal(given.toarray(), before)
