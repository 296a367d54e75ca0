"""How likely and how sure, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.review.words import wording_in
from ptml.review.words.likelihood import likelihood, odds, sureness

EN = wording_in("en")


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "fewer than 1 in 20"),
        (0.05, "1 in 20"),
        (0.26, "1 in 4"),
        (0.5, "1 in 2"),
        (0.69, "2 in 3"),
        (0.94, "19 in 20"),
        (1.0, "more than 19 in 20"),
    ],
)
def test_a_probability_is_so_many_in_so_many(probability: float, said: str) -> None:
    assert odds(EN, probability) == said


@given(st.floats(1 / 30, 29 / 30))
def test_what_is_said_is_never_far_from_what_is_meant(probability: float) -> None:
    n, _, m = odds(EN, probability).partition(" in ")
    assert abs(int(n) / int(m) - probability) <= 0.076


def test_only_what_lies_between_is_about() -> None:
    assert "about 3 in 4" in likelihood(EN, 0.77)
    assert "about" not in likelihood(EN, 0.99)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.98, 1.0, "fairly sure."),
        (0.63, 0.72, "fairly sure: between 3 in 5 and 3 in 4."),
        (0.6, 0.8, "somewhat unsure: between 3 in 5 and 4 in 5."),
        (0.5, 0.9, "unsure: between 1 in 2 and 9 in 10."),
    ],
)
def test_the_range_says_how_sure_it_is(low: float, high: float, said: str) -> None:
    assert sureness(EN, low, high) == f"The estimate is {said}"
