"""Why a course is recommended."""

import json
from typing import Any

import numpy as np
import pytest

from ptml.explain.recommendations import RecommendationFacts, recommendation_reasons

NAMES = ['Negotiation "hard"', "Écoute"]


def told(facts: RecommendationFacts) -> list[list[dict[str, Any]]]:
    return [json.loads(text) for text in recommendation_reasons(facts, NAMES).to_pylist()]


def keys(facts: RecommendationFacts) -> list[list[str]]:
    return [[reason["text_key"] for reason in case] for case in told(facts)]


def numbers(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


def test_lift_is_said_with_its_interval_or_as_refused() -> None:
    facts = RecommendationFacts(
        3,
        lift=numbers(2.04, 1.0, np.nan),
        lift_low=numbers(0.5, -0.2, np.nan),
        lift_high=numbers(3.0, 2.2, np.nan),
    )
    assert keys(facts) == [["lift.gain"], ["lift.unclear"], ["lift.refused"]]
    (gain,) = told(facts)[0]
    assert gain["values"] == {"lift": 2, "low": 0.5, "high": 3}
    assert gain["code"] == "lift"
    assert "90 % interval 0.5 to 3" in gain["text"]


def test_gap_names_the_competency_and_its_levels() -> None:
    facts = RecommendationFacts(
        4,
        competency=np.array([0, 1, -1, 0]),
        from_level=numbers(1.5, np.nan, 1.0, 2.0),
        to_level=numbers(3.0, 3.0, 3.0, 2.01),
    )
    first, *others = told(facts)
    assert first[0]["values"] == {
        "from_level": 1.5,
        "to_level": 3,
        "competency": 'Negotiation "hard"',
    }
    assert 'in Negotiation "hard" from level 1.5 to 3' in first[0]["text"]
    assert [case[0]["text_key"] for case in others] == ["history.alike"] * 3


def test_goal_popularity_and_what_it_opens() -> None:
    facts = RecommendationFacts(
        3,
        role_share=numbers(0.31, 0.05, np.nan),
        n_unlocked=np.array([0, 1, 4]),
        goal_competency=np.array([1, -1, -1]),
    )
    assert keys(facts) == [
        ["personal_goal.competency", "popular.role"],
        ["unlocks.course"],
        ["unlocks.courses"],
    ]
    assert told(facts)[0][0]["values"] == {"competency": "Écoute"}
    assert told(facts)[0][1]["values"] == {"share": 31}
    assert told(facts)[2][0]["text"] == "Opens the way to 4 further courses."


@pytest.mark.parametrize("n_pairs", [0, 2])
def test_pair_of_which_nothing_is_known_has_a_reason_all_the_same(n_pairs: int) -> None:
    assert keys(RecommendationFacts(n_pairs)) == [["history.alike"]] * n_pairs


def test_a_course_that_was_drawn_says_so_first() -> None:
    facts = RecommendationFacts(
        2,
        lift=numbers(2.0, 2.0),
        lift_low=numbers(1.0, 1.0),
        lift_high=numbers(3.0, 3.0),
        explored=np.array([True, False]),
    )
    assert keys(facts) == [["explored.draw", "lift.gain"], ["lift.gain"]]
