"""Controls: who could have started a course and did not; weights make them stand for all."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.features.rows import Rows
from ptml.lift.at_risk import at_risk
from ptml.lift.config import LiftConfig
from ptml.lift.sample import PairSample, decisions_of, sample_pairs
from ptml.lift.study import Setting, setting_of
from tests.lift.planted import Planted, planted


@pytest.fixture(scope="module")
def world() -> Planted:
    """The planted organisation."""
    return planted()


@pytest.fixture(scope="module")
def setting(world: Planted) -> Setting:
    """Its panel."""
    return setting_of(world.history, world.as_of_day, LiftConfig(num_threads=1))


def _sample(world: Planted, setting: Setting, controls: int, most: int = 10**9) -> PairSample:
    decisions = decisions_of(setting.panel, setting.starts, setting.chosen, setting.grid.starts)
    rng = np.random.default_rng(0)
    return sample_pairs(
        world.history, decisions, setting.starts, setting.chosen, controls, most, 2, rng
    )


def test_weights_make_controls_stand_for_everybody(world: Planted, setting: Setting) -> None:
    drawn = _sample(world, setting, 4)
    whole = _sample(world, setting, 10_000)
    assert (whole.weight == 1).all()
    assert drawn.weight[drawn.controls].sum() == pytest.approx(len(whole.controls), rel=0.02)
    assert len(drawn) < len(whole) / 3


def test_starts_do_not_depend_on_the_controls(world: Planted, setting: Setting) -> None:
    few, many = _sample(world, setting, 3), _sample(world, setting, 30)
    np.testing.assert_array_equal(few.row[few.takers], many.row[many.takers])
    np.testing.assert_array_equal(few.course[few.takers], many.course[many.takers])


def test_a_limit_on_pairs_draws_fewer_controls(world: Planted, setting: Setting) -> None:
    assert len(_sample(world, setting, 20, 8_000)) < len(_sample(world, setting, 20)) / 2


def test_no_control_starts_the_course_before_the_outcome_is_over(
    world: Planted, setting: Setting
) -> None:
    sample, starts = _sample(world, setting, 20), setting.starts
    begun = {
        (e, c): q
        for e, c, q in zip(
            starts.employee.tolist(), starts.course.tolist(), starts.quarter.tolist(), strict=True
        )
    }
    panel = setting.panel
    for pair in sample.controls.tolist():
        row = int(sample.row[pair])
        start = begun.get((int(panel.employee[row]), int(sample.course[pair])))
        assert start is None or start > panel.quarter[row] + 2


def test_a_course_that_was_taken_before_is_at_risk_no_more(
    world: Planted, setting: Setting
) -> None:
    starts = setting.starts
    k = int(np.flatnonzero(starts.quarter == 5)[0])
    person, course = int(starts.employee[k]), starts.course[k : k + 1]
    days = setting.grid.starts[[5, 6]]
    rows = Rows(np.array([person, person], dtype=np.int32), days)
    before, after = at_risk(
        world.history, rows, np.array([0, 1], dtype=np.int32), np.repeat(course, 2)
    )
    assert before
    assert not after


def test_who_is_enrolled_and_has_not_begun_may_still_start(
    world: Planted, setting: Setting
) -> None:
    starts = setting.starts
    k = int(np.flatnonzero(starts.quarter == 5)[0])
    log = world.history.enrolments
    began = log.began.copy()
    began[starts.enrolment[k]] += 1_000
    waiting = replace(world.history, enrolments=replace(log, began=began))
    rows = Rows(starts.employee[k : k + 1], setting.grid.starts[[6]])
    one, course = np.zeros(1, dtype=np.int32), starts.course[k : k + 1]
    assert at_risk(waiting, rows, one, course)
    assert not at_risk(world.history, rows, one, course)
