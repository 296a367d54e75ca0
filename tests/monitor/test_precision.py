"""Reviewed flags against what was promised of them: people, not cases, are what is independent."""

import numpy as np

from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.outcomes import look_at_precision
from ptml.monitor.verdict import judge

CONFIG = MonitorConfig()


def looked(weak: list[bool], promised: float, person: list[int]) -> Finding | NotJudged:
    p = np.full(len(weak), promised)
    return look_at_precision(np.array(weak), p, np.array(person, dtype=np.int64), CONFIG)


def test_help_that_works_asks_for_a_look_and_never_for_training() -> None:
    found = looked([True] * 20 + [False] * 180, 0.6, list(range(200)))
    assert isinstance(found, Finding)
    assert judge([found], 0.05).advice == "look"


def test_cases_of_one_person_count_less_than_those_of_many() -> None:
    weak = ([True] * 5 + [False] * 5) * 12
    many, few = (
        looked(weak, 0.65, who) for who in (list(range(120)), [k // 5 for k in range(120)])
    )
    assert isinstance(many, Finding)
    assert isinstance(few, Finding)
    assert many.p is not None
    assert few.p is not None
    assert few.p > 2 * many.p
    assert few.seen != many.seen


def test_promises_that_hold_are_no_alarm() -> None:
    found = looked([True] * 60 + [False] * 40, 0.6, list(range(100)))
    assert isinstance(found, Finding)
    assert not judge([found], 0.05).action_needed


def test_few_reviewed_flags_are_not_judged() -> None:
    found = looked([True] * 10, 0.6, list(range(10)))
    assert isinstance(found, NotJudged)
    assert found.family == "review"
