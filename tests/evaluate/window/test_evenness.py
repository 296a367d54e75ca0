"""How evenly two trainings treat groups."""

import numpy as np
import pytest

from ptml.evaluate.groups import Grouping
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.evenness import Evenness, evenness
from ptml.evaluate.window.resampling import Resamples

N = 400
GROUPS = Grouping("gender", np.repeat([0, 1], N // 2), ("f", "m"))
EVEN = np.tile([1.0, 0.0], N // 2)


def skewed(share: float) -> np.ndarray:
    """Half of the second group, and so much of the first, (N,)."""
    first = (np.arange(N // 2) < share * N // 2).astype(np.float64)
    return np.concatenate([first, EVEN[N // 2 :]])


def judged(
    before: np.ndarray | None, after: np.ndarray, *, four_fifths: bool = True
) -> list[Evenness]:
    person = np.arange(N, dtype=np.int32)
    return list(
        evenness(
            "offered",
            (before, after),
            person,
            GROUPS,
            PromotionConfig(),
            Resamples(N, 200, 0),
            four_fifths=four_fifths,
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [
        (EVEN, EVEN, True),
        (EVEN, skewed(0.2), False),
        (skewed(0.2), EVEN, True),
        (skewed(0.2), skewed(0.2), True),
        (None, EVEN, True),
        (None, skewed(0.2), False),
    ],
)
def test_clearly_less_even_than_before_or_than_four_fifths_fails(
    before: np.ndarray | None, after: np.ndarray, passed: bool
) -> None:
    assert [row.passed for row in judged(before, after)] == [passed, passed]


def test_what_outcomes_may_explain_is_held_against_the_champion_alone() -> None:
    assert all(row.passed for row in judged(None, skewed(0.2), four_fifths=False))
    assert not any(row.passed for row in judged(EVEN, skewed(0.2), four_fifths=False))


def test_a_handful_of_cases_is_not_judged() -> None:
    few = np.zeros(N)
    few[:3] = 1
    assert [row.passed for row in judged(few, few)] == [None, None]
