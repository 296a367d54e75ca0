"""The effect of flagging on simulated logs whose truth is known."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ptml.evaluate.acting.config import ActingConfig
from ptml.evaluate.acting.judging import Judged, NotJudged, judge_flags
from ptml.evaluate.acting.trial import FlagTrial

from .planted import Plan, planted

CONFIG = ActingConfig(bound_draws=100)
HELP, NOTHING = Plan(), Plan(acting=0.0)
LOST = Plan(weak_and_held_known=0.5)


@cache
def judged(plan: Plan, n: int = 200) -> tuple[Judged, ...]:
    """What is found in n simulated trials."""
    found = [judge_flags(planted(seed, plan)[0], CONFIG) for seed in range(n)]
    return tuple(one for one in found if isinstance(one, Judged))


def truth(plan: Plan) -> float:
    return planted(0, plan)[1]


@pytest.mark.parametrize("plan", [HELP, NOTHING])
def test_the_interval_holds_the_truth_as_often_as_it_says(plan: Plan) -> None:
    effects = [one.effect for one in judged(plan)]
    assert len(effects) == 200
    held = np.mean([effect.low <= truth(plan) <= effect.high for effect in effects])
    assert 0.93 <= held <= 0.97
    error = np.mean([effect.value for effect in effects]) - truth(plan)
    assert abs(error) < 3 * np.std([effect.value for effect in effects]) / np.sqrt(200)


def test_intervals_of_quarters_hold_the_truth_too() -> None:
    quarters = [one.effect for found in judged(HELP) for one in found.quarters]
    effects = [effect for effect in quarters if effect is not None]
    assert len(effects) > 1000
    held = np.mean([effect.low <= truth(HELP) <= effect.high for effect in effects])
    assert 0.93 <= held <= 0.97


def test_the_effect_of_acting_on_those_acted_on_is_found() -> None:
    effects = [one.uptake.complier for one in judged(HELP)]
    assert all(effect is not None for effect in effects)
    held = np.mean([e.low <= HELP.acting <= e.high for e in effects if e is not None])
    assert 0.93 <= held <= 0.98


def test_comparing_who_was_helped_with_who_was_not_finds_help_where_there_is_none() -> None:
    naive = [one.uptake.naive for one in judged(NOTHING)]
    effects = [effect for effect in naive if effect is not None]
    assert np.mean([effect.value for effect in effects]) < -0.05
    assert np.mean([effect.high < 0 for effect in effects]) > 0.7


def test_unlike_loss_of_outcomes_is_found_and_bounded() -> None:
    found = judged(LOST)
    assert np.mean([not one.attrition.is_equal for one in found]) > 0.98
    bounds = [one.attrition.manski for one in found if one.attrition.manski is not None]
    held = [one.outer_low <= truth(LOST) <= one.outer_high for one in bounds]
    assert np.mean(held) > 0.97
    assert np.mean([one.answer == "open" for one in found]) > 0.95
    alike = judged(HELP)
    assert np.mean([not one.attrition.is_equal for one in alike]) < 0.1


def test_looking_every_quarter_does_not_find_an_effect_that_is_not_there() -> None:
    once = always = 0
    for seed in range(100):
        trial, _ = planted(seed, replace(NOTHING, n_people=2000))
        looks = [judge_flags(trial.take(trial.quarter <= 200 + q), CONFIG) for q in range(6)]
        found = [look for look in looks if isinstance(look, Judged)]
        once += any(not one.effect.low <= 0 <= one.effect.high for one in found)
        always += any(not one.any_time.low <= 0 <= one.any_time.high for one in found)
    assert once > 8
    assert always <= 5


def test_the_answer_comes_in_where_help_is_strong() -> None:
    strong = planted(3, Plan(n_people=6000, acting=-0.3))[0]
    found = judge_flags(strong, CONFIG)
    assert isinstance(found, Judged)
    assert found.answer == "helps"
    assert found.any_time.low < found.effect.low < found.effect.high < found.any_time.high < 0


def test_flags_needed_fit_the_spread_that_is_found() -> None:
    found = judged(HELP)
    n = np.mean([len(planted(seed, HELP)[0]) for seed in range(20)])
    spread = np.std([one.effect.value for one in found])
    expected = (1.96 + 0.8416) ** 2 * spread**2 * n / 0.1**2
    assert np.mean([one.needed[1] for one in found]) == pytest.approx(expected, rel=0.15)


def test_quarters_with_few_held_out_have_no_number() -> None:
    trial = planted(1, Plan(n_people=120, n_quarters=1, share=0.3))[0]
    late = planted(2, Plan(n_people=400, n_quarters=1, share=0.3))[0]
    late = replace(late, quarter=late.quarter + 1, person=late.person + 120)
    few = trial.take(np.arange(len(trial)) < 40)
    both = FlagTrial(
        **{name: np.concatenate([column, vars(late)[name]]) for name, column in vars(few).items()}
    )
    found = judge_flags(both, CONFIG)
    assert isinstance(found, Judged)
    assert [one.effect is None for one in found.quarters] == [True, False]


def test_too_few_are_refused_with_their_numbers() -> None:
    found = judge_flags(planted(1, Plan(n_people=60))[0], CONFIG)
    assert isinstance(found, NotJudged)
    assert found.code == "too_few"
    assert "each needs 20" in found.reason


def test_a_log_that_lost_rows_of_one_arm_is_refused() -> None:
    trial = planted(1, HELP)[0]
    is_lost = ~trial.flagged & (np.arange(len(trial)) % 2 == 0)
    found = judge_flags(trial.take(~is_lost), CONFIG)
    assert isinstance(found, NotJudged)
    assert found.code == "not_random"
    assert "15.0% were set" in found.reason


def test_a_draw_that_looked_at_the_risk_is_refused() -> None:
    trial = planted(1, HELP)[0]
    rank = np.argsort(np.argsort(trial.p_weak)) / len(trial)
    flagged = rank > 0.15
    chosen = replace(trial, flagged=flagged, propensity=np.where(flagged, 0.85, 0.15))
    found = judge_flags(chosen, CONFIG)
    assert isinstance(found, NotJudged)
    assert "probability of weak transfer before the draw differs" in found.reason


def test_no_effect_of_acting_is_given_where_flagging_changes_nothing_about_it() -> None:
    trial = planted(1, HELP)[0]
    unheeded = replace(trial, acted=np.random.default_rng(1).random(len(trial)) < 0.4)
    found = judge_flags(unheeded, CONFIG)
    assert isinstance(found, Judged)
    assert found.uptake.first_stage < 10
    assert found.uptake.complier is None
