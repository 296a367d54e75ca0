"""Which warnings become cases."""

import pytest

from ptml.review.cases.importing import newest_flags
from tests.review.conftest import warning


@pytest.mark.parametrize("flagged", [True, False])
def test_what_was_held_out_never_becomes_a_case(flagged: bool) -> None:
    assert newest_flags([warning(1, 0.9, flagged=flagged, arm="hold_out")]) == ()


def test_the_last_stage_of_a_completion_decides() -> None:
    first, last = warning(1, 0.9), warning(1, 0.4, stage="day_30", flagged=False, arm="none")
    assert newest_flags([first, last]) == newest_flags([last, first]) == ()
    later = warning(1, 0.9, stage="day_30")
    assert newest_flags([first, later]) == (later,)
