"""What would change an estimate, in words."""

import json
from dataclasses import replace
from typing import Any

import numpy as np

from ptml.explain.what_if import what_if_json
from ptml.transfer.levers import LEVERS
from ptml.transfer.what_if import WhatIf

from .scores import cases, scores


def told(p: list[float]) -> list[dict[str, Any]]:
    then = np.array([p])
    made = replace(cases(scores([{}], base=1.0)), what_if=WhatIf(then, then - 0.05, then + 0.04))
    found: list[dict[str, Any]] = json.loads(what_if_json(made)[0])
    return found


def test_largest_change_comes_first_with_its_range_and_the_caution() -> None:
    first, second = told([0.6, np.nan, 0.41, np.nan])
    assert (first["lever"], first["intervention"]) == ("mentor_meeting", "book_mentor")
    assert second["lever"] == "practice_task"
    assert first["text"] == (
        "In cases like this one in which a mentor meeting is held within 30 days, the estimate is "
        "41 of 100 instead of 73 (range 36 to 45)."
    )
    assert "not proof" in first["caution"]
    assert (first["p_now"], first["p_then"]) == (0.731059, 0.41)


def test_what_would_be_done_has_an_owner_and_a_date() -> None:
    first = told([0.41, np.nan, np.nan, np.nan])[0]
    assert (first["owner"], first["owner_id"]) == ("manager", "m1")
    assert (first["due_days"], first["due_on"]) == (14, "2026-09-15")


def test_change_of_less_than_a_point_is_none() -> None:
    assert told([0.7306, np.nan, np.nan, np.nan]) == []


def test_nothing_is_promised_where_nothing_is_known() -> None:
    assert told([np.nan] * len(LEVERS)) == []
