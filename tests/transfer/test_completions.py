"""What is warned about, and when."""

import numpy as np
import pytest

from ptml.features.days import day_number
from ptml.transfer.completions import STAGES, Completions, recent_completions

from .small import COMPLETED, small_history

DAY = day_number(COMPLETED)


@pytest.mark.parametrize(
    ("days_later", "stages"),
    [
        (0, []),
        (1, ["completion"]),
        (30, ["completion"]),
        (31, ["completion", "day_30"]),
        (90, ["completion", "day_30"]),
        (91, []),
    ],
)
def test_stages_open_when_their_moment_has_come_and_close_with_the_window(
    days_later: int, stages: list[str]
) -> None:
    found = recent_completions(small_history(), DAY + days_later, window_days=90)
    assert [STAGES[code] for code in found.stage] == stages


def test_moment_sees_the_day_of_completion_and_thirty_more() -> None:
    both = Completions.at_both_stages(np.array([0], dtype=np.int32))
    assert (both.rows(small_history()).day - DAY).tolist() == [1, 31]
