"""From figures and checks to a decision."""

import pytest

from ptml.evaluate.window.comparison import Figure, verdict_of
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.decision import Check, decide
from ptml.evaluate.window.resampling import Pair, Spread

FINE = Check("own", True, "Fine.")


def figure(low: float, high: float, margin: float | None = 0.02) -> Figure:
    own = Spread(0.5, 0.4, 0.6)
    pair = Pair(own, own, Spread((low + high) / 2, low, high))
    return Figure("warnings", "auc/day_30", 100, 200, pair, margin, False, verdict_of(pair, margin))


UNKNOWN = Figure("lift", "lift_loss", 3, 4, None, 0.25, True, "too_few")


@pytest.mark.parametrize(
    ("low", "high", "verdict", "is_promoted"),
    [
        (0.01, 0.05, "better", True),
        (-0.01, 0.05, "no_worse", True),
        (-0.019, -0.001, "no_worse", True),
        (-0.03, 0.05, "unclear", False),
        (-0.09, -0.03, "worse", False),
        (0.0, 0.0, "no_worse", True),
    ],
)
def test_the_whole_interval_must_lie_above_minus_the_margin(
    low: float, high: float, verdict: str, is_promoted: bool
) -> None:
    found = figure(low, high)
    assert found.verdict == verdict
    decision = decide([found], [FINE], PromotionConfig(), same_recipe=False, is_first=False)
    assert decision.promoted is is_promoted
    assert all("auc/day_30 of warnings" in reason for reason in decision.refused)


def test_a_failed_check_refuses_whatever_the_figures_are() -> None:
    failed = Check("alarm", False, "An alarm is open.")
    for is_first in (True, False):
        decision = decide(
            [figure(0.1, 0.2)],
            [FINE, failed],
            PromotionConfig(),
            same_recipe=True,
            is_first=is_first,
        )
        assert decision.refused == ("An alarm is open.",)


def test_what_could_not_be_judged_refuses_nothing() -> None:
    checks = [Check("even", None, "Too few.")]
    assert decide(
        [figure(0.1, 0.2)], checks, PromotionConfig(), same_recipe=False, is_first=False
    ).promoted


@pytest.mark.parametrize(
    ("low", "high", "same_recipe", "is_promoted"),
    [(-0.03, 0.05, True, True), (-0.03, 0.05, False, False), (-0.06, 0.01, True, False)],
)
def test_an_interval_too_wide_to_tell_is_as_good_as_none_unless_the_figure_itself_is_bad(
    low: float, high: float, same_recipe: bool, is_promoted: bool
) -> None:
    found = figure(low, high)
    assert found.verdict == "unclear"
    decision = decide([found], [FINE], PromotionConfig(), same_recipe=same_recipe, is_first=False)
    assert decision.promoted is is_promoted


@pytest.mark.parametrize(
    ("unknown", "same_recipe", "is_promoted"),
    [
        ("refuse", True, False),
        ("same_recipe", True, True),
        ("same_recipe", False, False),
        ("promote", False, True),
    ],
)
def test_an_unknown_figure_is_promoted_as_the_settings_say(
    unknown: str, same_recipe: bool, is_promoted: bool
) -> None:
    config = PromotionConfig.model_validate({"unknown": unknown})
    decision = decide([UNKNOWN], [FINE], config, same_recipe=same_recipe, is_first=False)
    assert decision.promoted is is_promoted
    assert "lift_loss of lift" in " ".join((*decision.refused, *decision.notes))


def test_a_figure_without_a_margin_decides_nothing() -> None:
    told = figure(-0.5, -0.4, None)
    assert told.verdict == "told"
    decision = decide(
        [figure(0.1, 0.2), told], [FINE], PromotionConfig(), same_recipe=False, is_first=False
    )
    assert decision.promoted


def test_too_wide_an_interval_is_not_called_too_few_outcomes() -> None:
    for same_recipe in (True, False):
        decision = decide(
            [figure(-0.03, 0.05)], [FINE], PromotionConfig(), same_recipe=same_recipe,
            is_first=False,
        )  # fmt: skip
        told = " ".join((*decision.refused, *decision.notes))
        assert "interval is too wide" in told
        assert "auc/day_30 of warnings +0.010 (-0.030 to +0.050), margin 0.02" in told
        assert "Too few" not in told
    decision = decide(
        [figure(-0.03, 0.05), UNKNOWN], [FINE], PromotionConfig(), same_recipe=True, is_first=False
    )
    assert decision.notes[0].startswith("Too few outcomes became known in the window to tell lift")
    assert "; and the interval is too wide" in decision.notes[0]
