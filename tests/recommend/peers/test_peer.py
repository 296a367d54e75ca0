"""What every peer keeps to, and what is asked of a past."""

import numpy as np
import pytest
from optuna.trial import FixedTrial
from scipy.sparse import csr_matrix

from ptml.recommend.choices import Choices
from ptml.recommend.peers import PEERS, ItemItemScorer, Past
from ptml.recommend.tuning import judge
from tests.recommend.peers.tastes import EACH, N_COURSES, N_PEOPLE, NEW, TASTES, fold

FOLD = fold()
EVERYBODY = np.arange(N_PEOPLE, dtype=np.int32)
ITEM_ITEM = ("bm25", "cosine", "ease")
PERSONAL = (*ITEM_ITEM, "als", "bpr", "lmf")
# On 120 people the defaults, made for thousands, pull too hard or go too far.
SMALL: dict[str, dict[str, float]] = {
    "ease": {"ridge": 5.0},
    "als": {"factors": 8, "regularization": 0.1},
    "lmf": {"factors": 8, "negatives": 10},
}


def settings(name: str, **others: float) -> dict[str, float]:
    return {**PEERS[name].defaults, **SMALL.get(name, {}), **others}


def test_the_peers_are_those_that_are_compared() -> None:
    expected = ["popularity", "popularity_in_role", "bm25", "cosine", "ease", "als", "bpr", "lmf"]
    assert list(PEERS) == expected
    assert [peer.name for peer in PEERS.values()] == expected


@pytest.mark.parametrize("name", PEERS)
def test_scores_are_whole_and_repeat_with_the_seed(name: str) -> None:
    once, again = (PEERS[name].fit(FOLD.past, settings(name), 3) for _ in "ab")
    scores = once.score(FOLD.past, EVERYBODY)
    assert scores.shape == (N_PEOPLE, N_COURSES)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(scores, again.score(FOLD.past, EVERYBODY))


@pytest.mark.parametrize("name", PEERS)
def test_a_person_scores_alike_alone_and_in_company(name: str) -> None:
    scorer = PEERS[name].fit(FOLD.past, settings(name), 0)
    some = np.array([NEW, 17, 3], dtype=np.int32)
    alone = scorer.score(FOLD.past, some)
    np.testing.assert_allclose(alone, scorer.score(FOLD.past, EVERYBODY)[some], atol=1e-5)


@pytest.mark.parametrize("name", PEERS)
def test_the_defaults_lie_in_the_space_that_is_searched(name: str) -> None:
    defaults = PEERS[name].defaults
    assert PEERS[name].suggest(FixedTrial(dict(defaults))) == defaults


@pytest.mark.parametrize("name", PERSONAL)
def test_tastes_are_found_that_popularity_cannot_see(name: str) -> None:
    bar = judge(PEERS["popularity_in_role"], settings("popularity_in_role"), FOLD, 0)[:NEW].mean()
    assert judge(PEERS[name], settings(name), FOLD, 0)[:NEW].mean() > bar + 0.1


@pytest.mark.parametrize("name", PEERS)
def test_where_nobody_has_chosen_anything_everything_scores_alike(name: str) -> None:
    nothing = np.zeros(0, dtype=np.int32)
    choices = Choices(nothing, nothing, nothing, nothing, np.zeros(0))
    past = Past(choices, np.full(3, -1, dtype=np.int32), (3, 4), 0, 10)
    scorer = PEERS[name].fit(past, settings(name), 0)
    assert not scorer.score(past, np.arange(3, dtype=np.int32)).any()


@pytest.mark.parametrize("name", ITEM_ITEM)
def test_scores_of_items_are_a_sum_over_own_courses(name: str) -> None:
    scorer = PEERS[name].fit(FOLD.past, settings(name, power=0.5), 0)
    assert isinstance(scorer, ItemItemScorer)
    assert scorer.power == 0.5
    own = FOLD.past.choices.take(FOLD.past.choices.employee == 7)
    effect = scorer.effect if isinstance(scorer.effect, np.ndarray) else scorer.effect.toarray()
    later = np.arange(len(own))[::-1]
    by_hand = (effect[own.course] * (1.0 + later[:, None]) ** -0.5).sum(axis=0)
    found = scorer.score(FOLD.past, np.array([7], dtype=np.int32))[0]
    np.testing.assert_allclose(found, by_hand, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [*ITEM_ITEM, "als"])
def test_who_came_after_the_fit_scores_like_one_who_was_there(name: str) -> None:
    scorer = PEERS[name].fit(FOLD.past, settings(name), 0)
    seventh = FOLD.past.choices.take(FOLD.past.choices.employee == 7)
    zeros = np.zeros(len(seventh), dtype=np.int32)
    later = Choices(zeros, seventh.course, seventh.day, seventh.role, seventh.weight)
    newcomer = Past(later, np.zeros(1, dtype=np.int32), (1, N_COURSES), 2, 150)
    known = scorer.score(FOLD.past, np.array([7], dtype=np.int32))
    found = scorer.score(newcomer, np.array([0], dtype=np.int32))
    np.testing.assert_allclose(found, known, atol=1e-5)


def test_ease_is_the_ridge_regression_of_each_course_on_the_others() -> None:
    scorer = PEERS["ease"].fit(FOLD.past, settings("ease"), 0)
    assert isinstance(scorer, ItemItemScorer)
    x = FOLD.past.weights().toarray().astype(np.float64)
    others = np.arange(N_COURSES) != 2
    system = x[:, others].T @ x[:, others] + 5.0 * np.eye(N_COURSES - 1)
    by_hand = np.linalg.solve(system, x[:, others].T @ x[:, 2])
    np.testing.assert_allclose(scorer.effect[others, 2], by_hand, atol=1e-5)
    assert scorer.effect[2, 2] == 0


def test_popularity_goes_by_the_role_on_the_day_of_scoring() -> None:
    scorer = PEERS["popularity_in_role"].fit(FOLD.past, settings("popularity_in_role"), 0)
    first_role = scorer.score(FOLD.past, np.array([0], dtype=np.int32))[0]
    moved = Past(
        FOLD.past.choices, np.ones_like(FOLD.past.role), FOLD.past.shape, 2, FOLD.past.as_of_day
    )
    second_role = scorer.score(moved, np.array([0], dtype=np.int32))[0]
    half = N_COURSES // 2
    assert first_role[:half].sum() > 0.9
    assert second_role[half:].sum() > 0.9
    assert TASTES * EACH == N_COURSES


def test_a_weight_of_zero_is_no_choice() -> None:
    given = FOLD.past.choices
    weight = np.where(np.arange(len(given)) == 0, 0.0, given.weight)
    choices = Choices(given.employee, given.course, given.day, given.role, weight)
    past = Past(choices, FOLD.past.role, FOLD.past.shape, 2, 150)
    assert past.weights().nnz == len(given) - 1
    assert past.recent(0.5).nnz == len(given) - 1


def test_a_past_is_faded_once_for_each_power() -> None:
    assert FOLD.past.recent(0.5) is FOLD.past.recent(0.5)
    assert isinstance(FOLD.past.weights(), csr_matrix)
    faded, plain = FOLD.past.recent(1.0), FOLD.past.weights()
    assert faded[7].sum() == pytest.approx(1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5)
    assert plain[7].sum() == 5
