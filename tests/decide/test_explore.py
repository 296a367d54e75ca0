import numpy as np
import pytest

from ptml.decide.explore import ExploreConfig, Shown, employee_draws, explore
from ptml.decide.rank import Candidates, RankConfig, expected_gain, rank_courses

IDS = [f"e{k:05d}" for k in range(20_000)]


def pairs(n_rows: int, lift: list[float]) -> Candidates:
    """The same courses for everybody, with one lift each."""
    row = np.repeat(np.arange(n_rows, dtype=np.int32), len(lift))
    course = np.tile(np.arange(len(lift), dtype=np.int32), n_rows)
    values = np.tile(np.array(lift, dtype=np.float32), n_rows)
    unknown = np.full(len(row), np.nan, dtype=np.float32)
    return Candidates(row, course, values, values, unknown, unknown)


def shown(candidates: Candidates, draws: np.ndarray, share: float, top_k: int = 3) -> Shown:
    config = RankConfig(top_k=top_k)
    ranking = rank_courses(candidates, 0.0, config)
    score = expected_gain(candidates, 0.0, config)
    return explore(ranking, candidates, score, draws, ExploreConfig(share=share))


def test_only_the_last_place_of_a_full_list_is_drawn_and_from_what_is_left() -> None:
    candidates = pairs(1, [6.0, 5.0, 4.0, 3.0, 0.0, 2.0, -1.0])
    # Three are left below the first two places: courses 2, 3 and 5, in this order.
    for place, course in ((0.0, 2), (0.34, 3), (0.67, 5), (0.999, 5)):
        found = shown(candidates, np.array([[0.0, place]]), share=0.3)
        assert found.ranking.course.tolist() == [0, 1, course]
        assert found.ranking.rank.tolist() == [1, 2, 3]
        assert found.explored.tolist() == [False, False, course != 2]
        own = 0.7 + 0.1 if course == 2 else 0.1
        assert found.propensity.tolist() == pytest.approx([1.0, 1.0, own])
        assert (np.diff(found.ranking.score) < 0).all()


def test_who_does_not_explore_is_shown_the_ranking_with_its_propensity() -> None:
    found = shown(pairs(1, [4.0, 3.0, 2.0, 1.0]), np.array([[0.3, 0.9]]), share=0.3)
    assert found.ranking.course.tolist() == [0, 1, 2]
    assert not found.explored.any()
    assert found.propensity.tolist() == pytest.approx([1, 1, 0.7 + 0.15])


@pytest.mark.parametrize(
    ("lift", "top_k"), [([3.0, 2.0], 3), ([3.0, 2.0, 1.0], 3), ([2.0, 1.0], 1)]
)
def test_a_list_that_shows_all_there_is_or_one_course_is_left_alone(
    lift: list[float], top_k: int
) -> None:
    found = shown(pairs(1, lift), np.zeros((1, 2)), share=1.0, top_k=top_k)
    assert not found.explored.any()
    assert found.propensity.tolist() == [1.0] * min(len(lift), top_k)


def test_without_a_share_nothing_is_drawn() -> None:
    candidates = pairs(50, [4.0, 3.0, 2.0, 1.0])
    found = shown(candidates, np.zeros((50, 2)), share=0.0)
    assert not found.explored.any()
    assert (found.propensity == 1).all()


def test_courses_are_shown_as_often_as_their_propensity_says() -> None:
    candidates = pairs(len(IDS), [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 0.0])
    found = shown(candidates, employee_draws(7, 100, IDS), share=0.4)
    last = found.ranking.rank == 3
    often = np.bincount(found.ranking.course[last], minlength=7) / len(IDS)
    said = np.zeros(7)
    said[found.ranking.course[last]] = found.propensity[last]
    # Four are left: .7 for the ranking's own, .1 for the others; five standard errors of .7.
    assert said.tolist() == pytest.approx([0, 0, 0.7, 0.1, 0.1, 0.1, 0])
    assert np.abs(often - said).max() < 5 * np.sqrt(0.21 / len(IDS))
    # Of what is really shown, the inverse propensities add up to the number of things to show.
    assert (1 / found.propensity[last]).sum() / len(IDS) == pytest.approx(4, abs=0.3)


def test_draws_depend_on_seed_day_and_person_alone() -> None:
    draws = employee_draws(7, 100, IDS)
    assert employee_draws(7, 100, IDS[::-1])[::-1].tobytes() == draws.tobytes()
    assert employee_draws(7, 100, IDS[5:9]).tobytes() == draws[5:9].tobytes()
    assert (employee_draws(8, 100, IDS) != draws).all()
    assert (employee_draws(7, 101, IDS) != draws).all()
    assert draws.min() >= 0
    assert draws.max() < 1
    assert abs(draws.mean(axis=0) - 0.5).max() < 0.02
    assert abs(np.corrcoef(draws[:, 0], draws[:, 1]).ravel()[1]) < 0.03


def test_nobody_to_show_anything_to() -> None:
    found = shown(pairs(0, [1.0]), np.zeros((0, 2)), share=1.0)
    assert len(found.ranking) == len(found.propensity) == 0
