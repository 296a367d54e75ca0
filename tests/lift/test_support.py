"""Who is comparable, and which reason for a refusal comes first."""

import numpy as np

from ptml.lift.estimate import refuse_all
from ptml.lift.refusal import NO_HISTORY, NO_OVERLAP, OK, REFUSALS, STATUSES, TOO_FEW, first_of
from ptml.lift.support import Support, support_of


def _support(takers: list[float]) -> Support:
    course = np.zeros(len(takers), dtype=np.int32)
    return support_of(course, np.array(takers), 2, 3.0, min_takers=4, min_support=2)


def test_takers_within_the_ratio_are_comparable() -> None:
    asked = np.zeros(2, dtype=np.int32)
    found = _support([0, 0.1, -0.1, 5]).comparable(asked, np.array([0.0, 9.0]))
    assert found.tolist() == [3, 0]


def test_nobody_has_taken_a_new_course() -> None:
    found = _support([0, 0.1]).comparable(np.array([-1, 1], dtype=np.int32), np.zeros(2))
    assert found.tolist() == [0, 0]


def test_people_like_no_taker_of_any_course_are_told_apart() -> None:
    assert _support([0, 0.1, 5]).among_all(np.array([0.0, 50.0])).tolist() == [True, False]


def test_the_first_reason_is_given() -> None:
    yes, no = np.array([True, True, False]), np.array([False, True, False])
    assert first_of((TOO_FEW, no), (NO_HISTORY, yes)).tolist() == [NO_HISTORY, TOO_FEW, OK]


def test_every_refusal_has_a_reason_and_a_remedy() -> None:
    assert STATUSES[NO_OVERLAP] == "no_overlap"
    assert all(refusal.reason and refusal.remedy for refusal in REFUSALS)


def test_a_refusal_is_never_a_number() -> None:
    refused = refuse_all(3)
    assert np.isnan(refused.lift).all()
    assert np.isnan(refused.low).all()
    assert (refused.status == TOO_FEW).all()
