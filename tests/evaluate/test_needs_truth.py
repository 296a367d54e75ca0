import numpy as np
import pytest

from ptml.contracts.outputs import CAUSES
from ptml.evaluate.needs_truth import (
    Latents,
    calibration,
    found_of,
    of_units,
    true_causes,
    true_losses,
)


def latents(n: int = 400) -> Latents:
    """Ability is worth five points, motivation four, machines cost eight."""
    rng = np.random.default_rng(1)
    ability, motivation = rng.normal(size=n), rng.normal(size=n)
    unit = np.repeat(np.arange(n // 10), 10)
    trouble = unit < 4
    none = np.zeros(n)
    score = 100 + 5 * ability + 4 * motivation - 8 * trouble
    return Latents(ability, none, motivation, none, none, trouble, unit, score)


def test_true_losses_are_what_each_latent_is_worth() -> None:
    people = latents()
    lost = true_losses(people, 40)
    assert lost[:, 0] == pytest.approx(-5 * people.ability, abs=1e-6)
    assert lost[:, 1] == pytest.approx(-4 * people.motivation, abs=1e-6)
    assert lost[:, 2] == pytest.approx(8.0 * people.trouble, abs=1e-6)
    assert lost[:, 3] == pytest.approx(0, abs=1e-6)


def test_the_true_cause_of_a_troubled_unit_is_its_environment() -> None:
    people = latents()
    units = of_units(true_losses(people, 40), people.unit, 40)
    causes = true_causes(units, 0.5, 3.0)
    environment = CAUSES.index("environment")
    assert (causes[:4] == environment).sum() >= 3
    assert environment not in causes[4:]


def test_causes_found_and_said_in_vain_are_counted() -> None:
    found = found_of(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 0]), 0)
    assert (found.truly, found.said, found.both, found.others) == (3, 3, 2, 1)
    assert found.recall == pytest.approx(2 / 3)
    assert found.precision == pytest.approx(2 / 3)
    assert found.false_alarm_rate == 1.0
    assert found.f1 == pytest.approx(2 / 3)


def test_strengths_are_held_against_how_often_they_were_right() -> None:
    strength = np.array([0.55, 0.55, 0.95, 0.95])
    low, high = calibration(strength, np.array([True, False, True, True]))
    assert (low.n, low.share, high.n, high.share) == (2, 0.5, 2, 1.0)
    assert low.strength == pytest.approx(0.55)
    assert high.low < high.share
