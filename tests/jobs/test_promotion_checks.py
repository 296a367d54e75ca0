"""What a challenger has to pass: warnings that are off, beside a champion that is off as far."""

import numpy as np
import pytest

from ptml.evaluate.window.comparison import Figure, Foretold
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.resampling import Pair, Spread
from ptml.jobs.models import Models
from ptml.jobs.promotion_checks import calibration_checks, lineage_checks
from ptml.transfer.held_out import HeldOut

N = 400


def too_bold() -> Foretold:
    """Half of the completions stay unused where nine in ten were said to."""
    return Foretold(
        warned=HeldOut(
            employee=np.arange(N, dtype=np.int32),
            stage=np.zeros(N, dtype=np.uint8),
            p_weak=np.full(N, 0.9),
            weak=np.arange(N) % 2 == 0,
            flagged=np.zeros(N, dtype=bool),
            blocked=np.zeros(N, dtype=bool),
            exam_points=np.zeros(N, dtype=np.float32),
            first_day=0,
            last_day=90,
        )
    )


def error_of(champion: float, low: float, high: float) -> list[Figure]:
    gain = Spread(champion - 0.4, low, high)
    pair = Pair(Spread(champion, champion, champion), Spread(0.4, 0.4, 0.4), gain)
    return [Figure("warnings", "calibration_error/completion", N, N, pair, None, True, "told")]


@pytest.mark.parametrize(
    ("figures", "passes"),
    [
        ([], False),
        (error_of(0.45, 0.02, 0.08), True),
        (error_of(0.39, -0.03, 0.01), True),
        (error_of(0.30, -0.14, -0.06), False),
        (error_of(0.02, -0.40, 0.01), False),
    ],
    ids=["no champion", "champion worse", "as far off", "champion better", "champion within bound"],
)
def test_warnings_that_are_off_pass_only_beside_a_champion_that_is_off_as_far(
    figures: list[Figure], passes: bool
) -> None:
    checks = calibration_checks(too_bold(), figures, PromotionConfig(), np.random.default_rng(0))
    first = next(check for check in checks if check.name == "calibrated/completion")
    assert first.passed is passes
    assert ("champion" in first.says) is passes


def trained(*names: str) -> Models:
    about = {"as_of": "2026-10-02", "models": list(names)}
    return Models(None, None, None, None, None, about, {})


def test_a_model_that_the_champion_has_not_is_said_to_be_held_against_nothing() -> None:
    checks = list(lineage_checks(trained("recommend"), trained("recommend", "lift", "warnings")))
    new = next(check for check in checks if check.name == "new")
    assert new.passed is None
    assert "no lift and early warning" in new.says
    same = lineage_checks(trained("recommend", "lift"), trained("recommend"))
    assert "new" not in {check.name for check in same}
