"""The draw of who is held out of the flags."""

import numpy as np
import pytest
from pydantic import ValidationError

from ptml.transfer.arms import arm_draws
from ptml.transfer.config import WarningConfig

PEOPLE = [f"e{k}" for k in range(20_000)]
QUARTER = np.full(20_000, 227)


def test_a_share_is_drawn() -> None:
    draws = arm_draws("flags", PEOPLE, QUARTER)
    assert draws.min() >= 0
    assert draws.max() < 1
    assert (draws < 0.1).mean() == pytest.approx(0.1, abs=0.01)


def test_the_draw_depends_neither_on_order_nor_on_others() -> None:
    draws = arm_draws("flags", PEOPLE, QUARTER)
    np.testing.assert_array_equal(arm_draws("flags", PEOPLE[::-1], QUARTER), draws[::-1])
    assert arm_draws("flags", PEOPLE[7:8], QUARTER[:1])[0] == draws[7]


def test_completions_of_a_person_in_a_quarter_share_an_arm_and_the_next_draws_anew() -> None:
    first, again = (arm_draws("flags", PEOPLE, QUARTER + k) for k in (0, 1))
    assert abs(np.corrcoef(first, again)[0, 1]) < 0.03
    other = arm_draws("other", PEOPLE, QUARTER)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.03


def test_a_larger_share_keeps_who_was_held_out() -> None:
    draws = arm_draws("flags", PEOPLE, QUARTER)
    assert not ((draws < 0.05) & ~(draws < 0.1)).any()


@pytest.mark.parametrize("wrong", [{"holdout_share": 0.5}, {"holdout_salt": ""}])
def test_most_are_always_flagged(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WarningConfig.model_validate(wrong)
