"""What is known to stand in the way at the moment of a warning."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from ptml.transfer.blocking import BLOCKED_BY, blocked_by
from ptml.transfer.completions import Completions
from ptml.transfer.config import WarningConfig

from .small import incident, said, small_history, stay

Rows = Sequence[Mapping[str, Any]]


def obstacles(**tables: Rows) -> tuple[str, ...]:
    """What stands in the way at completion and thirty days later."""
    completions = Completions.at_both_stages(np.array([0], dtype=np.int32))
    codes = blocked_by(small_history(**tables), completions, WarningConfig())
    return tuple(BLOCKED_BY[code] for code in codes)


def test_nothing_stands_in_the_way() -> None:
    assert obstacles() == ("", "")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([said(0, 2.0)], ("opportunity", "opportunity")),
        ([said(1, 2.0)], ("", "opportunity")),
        ([said(31, 2.0)], ("", "")),
        ([said(-100, 1.0)], ("opportunity", "opportunity")),
        ([said(-100, 1.0), said(-10, 4.0)], ("", "")),
        ([said(-400, 1.0)], ("", "")),
        ([said(5, 1.0), said(10, 4.0)], ("", "opportunity")),
        ([said(5, 1.0, "other")], ("", "")),
    ],
    ids=[
        "on the day of completion",
        "the day after it",
        "after the second moment",
        "the last answer before",
        "a better answer since",
        "long ago",
        "any answer in the window",
        "an answer on another course",
    ],
)
def test_answers_on_opportunity(answers: Rows, expected: tuple[str, str]) -> None:
    assert obstacles(feedback=answers) == expected


def test_incidents_of_the_unit_that_the_person_is_in() -> None:
    assert obstacles(incidents=[incident(-80, 41.0)]) == ("incident", "")
    assert obstacles(incidents=[incident(-50, 41.0)]) == ("incident", "incident")
    assert obstacles(incidents=[incident(-120, 41.0)]) == ("", "")
    assert obstacles(incidents=[incident(12, 41.0)]) == ("", "incident")
    assert obstacles(incidents=[incident(12, 40.0)]) == ("", "")
    moved = [stay(-400, 10), stay(10, None, unit="v")]
    assert obstacles(incidents=[incident(12, 41.0)], assignments=moved) == ("", "")
    assert obstacles(incidents=[incident(12, 41.0, "v")], assignments=moved) == ("", "incident")
