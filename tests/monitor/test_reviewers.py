"""Whether reviewers dismiss more warnings as not true than they did."""

import numpy as np

from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.reviewers import look_at_reviewers


def looked(new: tuple[int, int], old: tuple[int, int]) -> Finding | NotJudged:
    """Dismissed and all, newest and before."""
    dismissed = np.r_[np.arange(new[1]) < new[0], np.arange(old[1]) < old[0]]
    is_recent = np.arange(len(dismissed)) < new[1]
    return look_at_reviewers(dismissed, is_recent, MonitorConfig())


def test_a_jump_of_dismissals_is_found() -> None:
    found = looked((30, 60), (20, 200))
    assert isinstance(found, Finding)
    assert found.counts
    assert found.p is not None
    assert found.p < 1e-6
    assert found.seen == "50% of 60 dismissed as not true (38% to 62%)"
    assert found.expected == "10% of 200 before"


def test_fewer_dismissals_than_before_are_no_alarm() -> None:
    found = looked((3, 60), (60, 200))
    assert isinstance(found, Finding)
    assert not found.counts
    assert found.p is not None
    assert found.p > 0.9


def test_few_decisions_are_not_judged() -> None:
    found = looked((5, 10), (20, 200))
    assert isinstance(found, NotJudged)
    assert "10 warnings were decided on in the newest days and 200 before" in found.why
