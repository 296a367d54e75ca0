"""Refusals: who may be given an estimate."""

import numpy as np

from ptml.lift.estimate import refuse_all
from ptml.lift.support import NO_OVERLAP, OK, TOO_FEW, support_of


def _judge(takers: list[float], asked: float) -> tuple[int, int]:
    odds = np.array(takers, dtype=np.float32)
    course = np.zeros(len(takers), dtype=np.int32)
    found = support_of(course, odds, 1, 3.0, min_takers=4, min_support=2)
    support, status = found.judge(np.zeros(1, np.int32), np.array([asked], np.float32))
    return int(support[0]), int(status[0])


def test_a_person_like_past_takers_is_answered() -> None:
    assert _judge([-3, -3.1, -2.9, -3, -2.8], -3.0) == (5, OK)


def test_a_person_unlike_every_past_taker_is_refused() -> None:
    assert _judge([-3, -3.1, -2.9, -3, -2.8], -9.0) == (0, NO_OVERLAP)


def test_a_course_with_few_takers_is_refused_whoever_asks() -> None:
    assert _judge([-3, -3.1, -2.9], -3.0)[1] == TOO_FEW


def test_a_refusal_is_never_a_number() -> None:
    refused = refuse_all(3)
    assert np.isnan(refused.lift).all()
    assert np.isnan(refused.low).all()
    assert (refused.status == TOO_FEW).all()
