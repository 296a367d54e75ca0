"""Performance before and after a course."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.features.history import History
from ptml.features.logs import PerformanceLog
from ptml.transfer.improvement import improvement

from .conftest import Fitted

# Four quarters of a hundred days.
START = np.array([0, 100, 200, 300], dtype=np.int32)
END = (START + 99).astype(np.int32)


def around(
    fitted: Fitted, scores: dict[int, float], began: int = 210, completed: int = 250
) -> History:
    """One person with scores by quarter, who takes one course."""
    history, n = fitted.history, len(scores)
    log, period = history.enrolments, np.array(list(scores), dtype=np.int32)
    performance = PerformanceLog(
        employee=np.zeros(n, dtype=np.int32),
        period=period,
        start=START[period],
        end=END[period],
        score=np.array(list(scores.values()), dtype=np.float32),
    )
    return replace(
        history,
        enrolments=replace(
            log,
            employee=np.zeros(len(log), dtype=np.int32),
            began=np.full(len(log), began, dtype=np.int32),
            completed=np.full(len(log), completed, dtype=np.int32),
        ),
        performance=performance,
        organisation=replace(history.organisation, period_start=START, period_end=END),
    )


ONE = np.zeros(1, dtype=np.int32)


def test_two_periods_that_ended_before_are_held_against_two_that_started_after(
    fitted: Fitted,
) -> None:
    history = around(fitted, {0: 90.0, 1: 94.0, 2: 50.0, 3: 98.0}, began=210, completed=250)
    found = improvement(history, ONE, 500)
    assert (found.before[0], found.after[0], found.n_after[0]) == (92.0, 98.0, 1)
    assert np.isnan(found.change[0])
    assert found.is_early[0]
    assert found.until[0] == 500


def test_change_is_known_once_the_second_period_is(fitted: Fitted) -> None:
    history = around(fitted, {0: 90.0, 1: 94.0, 2: 98.0, 3: 100.0}, began=110, completed=150)
    found = improvement(history, ONE, 401)
    assert found.change[0] == pytest.approx(99.0 - 90.0)
    assert not found.is_early[0]
    assert found.until[0] == 400
    early = improvement(history, ONE, 400)
    assert early.n_after[0] == 1
    assert np.isnan(early.change[0])


def test_period_in_which_the_course_ended_is_neither_before_nor_after(fitted: Fitted) -> None:
    history = around(fitted, {0: 90.0, 1: 10.0}, began=110, completed=150)
    found = improvement(history, ONE, 500)
    assert (found.before[0], found.n_after[0]) == (90.0, 0)
