from typing import Any

import numpy as np
import pytest

from ptml.contracts.outputs import CAUSES
from ptml.decide.causes import CauseConfig, Signals, cause_of, mean_gap_levels

from .histories import loaded
from .people import people, signals
from .portraits import portraits

CONFIG = CauseConfig()
NONE = float("nan")

SHORT_OF_SKILL: dict[str, Any] = {"gap": 1.0, "score": 90.0}
TROUBLE: dict[str, Any] = {"incident_hours": 200.0, "team_size": 19.0, "team_score": 92.0}


def cause(**known: Any) -> str:
    return CAUSES[cause_of(signals(**known), CONFIG)[0]]


def test_a_gap_and_low_performance_together_are_a_matter_of_capability() -> None:
    assert cause(**SHORT_OF_SKILL) == "capability"
    assert cause(gap=1.0, score=104.0) == "unclear"
    assert cause(gap=0.1, score=90.0) == "unclear"


def test_incidents_in_a_team_below_target_are_a_matter_of_the_environment() -> None:
    assert cause(**TROUBLE) == "environment"
    assert cause(**{**TROUBLE, "team_score": 104.0}) == "unclear"


def test_incidents_are_counted_per_head() -> None:
    assert cause(**{**TROUBLE, "team_size": 199.0}) == "unclear"


def test_no_occasion_to_use_it_is_a_matter_of_the_environment_where_the_team_is_low_too() -> None:
    assert cause(opportunity=2.0, team_score=95.0) == "environment"
    assert cause(opportunity=3.0, team_score=95.0) == "unclear"


def test_trouble_in_the_environment_comes_before_missing_skill() -> None:
    assert cause(**SHORT_OF_SKILL, **TROUBLE) == "environment"


def test_low_motivation_alone_and_with_another_sign() -> None:
    assert cause(motivation=2.0) == "motivation"
    assert cause(motivation=1.0, **SHORT_OF_SKILL) == "mixed"


def test_nothing_known_is_unclear() -> None:
    assert cause() == "unclear"


def test_without_team_figures_answers_alone_speak_for_the_environment() -> None:
    unknown = np.array([NONE])
    alone = Signals(np.array([500.0]), np.array([1.0]), unknown, unknown, unknown)
    assert CAUSES[cause_of(alone, CONFIG)[0]] == "environment"


def test_the_mean_gap_is_weighted_by_importance_over_what_is_required_and_known() -> None:
    found = mean_gap_levels(
        portraits(
            level=[[1.0, 3.0, 0.0, NONE], [NONE, 1.0, 1.0, 1.0]],
            required=[[3.0, 4.0, NONE, 5.0], [2.0, NONE, NONE, NONE]],
            importance=[[1.0, 0.5, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]],
        )
    )
    assert found[0] == pytest.approx((2.0 * 1.0 + 1.0 * 0.5) / 1.5)
    assert np.isnan(found[1])


def test_old_scores_and_answers_say_nothing_about_now() -> None:
    history, _ = loaded(["ann"])
    found = Signals.of(
        history,
        portraits(level=[[1.0]] * 2, required=[[2.0]] * 2),
        people(
            2,
            score_mean_4_periods=90.0,
            days_since_score=[366.0, 367.0],
            motivation_last=1.0,
            days_since_motivation=[366.0, 367.0],
            opportunity_last=1.0,
            days_since_opportunity=[366.0, 367.0],
        ),
        CONFIG,
    )
    for name in ("score", "motivation", "opportunity"):
        assert np.isnan(getattr(found, name)).tolist() == [False, True]


def test_a_source_without_incidents_says_nothing_about_incidents() -> None:
    features = people(incident_hours_4_quarters=0.0)
    portrait = portraits(level=[[1.0]], required=[[2.0]])
    silent, _ = loaded(["ann"])
    told, _ = loaded(
        ["ann"],
        org_units=[{"org_unit_id": "unit"}],
        incidents=[
            {"org_unit_id": "unit", "occurred_on": "2020-05-01", "kind": "supply", "hours_lost": 3}
        ],
    )
    assert np.isnan(Signals.of(silent, portrait, features, CONFIG).incident_hours).all()
    assert Signals.of(told, portrait, features, CONFIG).incident_hours.tolist() == [0.0]
