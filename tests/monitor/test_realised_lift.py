"""Realised lift: quiet where starts bring what was foretold, and a fading course stands out."""

from dataclasses import replace
from datetime import date

import numpy as np

from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.realised_lift import Realised, gaps_by_course, look_at_lift, shrunken
from ptml.monitor.verdict import judge

CONFIG = MonitorConfig()
N_COURSES, TAKERS = 10, 80
NAMES = np.array([f"C{k}" for k in range(N_COURSES)], dtype=object)
LIFT = np.linspace(0.0, 5.0, N_COURSES)


def realised(brought: np.ndarray[tuple[int], np.dtype[np.float64]], seed: int = 1) -> Realised:
    """As many controls as takers, each for one; a level that takers and controls share."""
    rng = np.random.default_rng(seed)
    course = np.repeat(np.arange(N_COURSES), 2 * TAKERS)
    taker = np.tile(np.repeat([True, False], TAKERS), N_COURSES)
    y = rng.normal(2.0, 4.0, len(course)) + np.where(taker, brought[course], 0.0)
    return Realised(
        person=rng.integers(0, 600, len(course)),
        team=rng.integers(0, 80, len(course)),
        course=course.astype(np.int64),
        is_taker=taker,
        weight=np.where(taker, 1.0, -1.0),
        y=y,
        lift=LIFT[course],
        error=np.full(len(course), 0.5),
        since=date(2026, 1, 1),
        until=date(2026, 3, 31),
        foretold_by="as foretold",
    )


def findings(found: Realised) -> list[Finding]:
    return [f for f in look_at_lift(found, NAMES, CONFIG) if isinstance(f, Finding)]


def test_nothing_is_found_where_starts_bring_what_was_foretold() -> None:
    calls = [judge(findings(realised(LIFT, seed)), 0.05).action_needed for seed in range(20)]
    assert sum(calls) <= 1


def test_a_course_that_brings_nothing_more_is_named() -> None:
    faded = np.where(np.arange(N_COURSES) == 9, 0.0, LIFT)
    verdict = judge(findings(realised(faded)), 0.05)
    assert verdict.advice == "look"
    assert any(a["subject"].startswith("course C9:") for a in verdict.alarms)


def test_lifts_that_vanish_altogether_are_found_in_level_and_order() -> None:
    subjects = {a["subject"] for a in judge(findings(realised(0 * LIFT)), 0.05).alarms}
    assert "all courses: lift that starts brought" in subjects
    assert "all courses: whether those foretold to bring more do" in subjects


def test_a_gain_of_a_course_is_no_fading() -> None:
    better = np.where(np.arange(N_COURSES) == 3, 9.0, LIFT)
    alarms = judge(findings(realised(better)), 0.05).alarms
    assert not any(a["subject"].startswith("course") for a in alarms)


def test_an_unsure_forecast_widens_the_interval() -> None:
    found = realised(LIFT)
    sure, unsure = (
        gaps_by_course(replace(found, error=np.full(len(found.y), e)), N_COURSES).error
        for e in (0.0, 2.0)
    )
    assert np.allclose(np.hypot(sure, 2.0), unsure)


def test_few_starts_are_not_judged() -> None:
    found = realised(LIFT)
    none = replace(found, weight=np.where(found.course == 0, found.weight, 0.0))
    (told,) = look_at_lift(replace(none, weight=none.weight * (found.person < 300)), NAMES, CONFIG)
    assert isinstance(told, NotJudged)


def test_values_that_chance_explains_are_all_pulled_to_their_mean() -> None:
    value = np.array([0.5, -0.5, 0.3, -0.3])
    mean, error = shrunken(value, np.ones(4))
    assert np.allclose(mean, 0.0)
    assert (error < 1).all()
