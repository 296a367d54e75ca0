"""The paired bootstrap: it covers, and a truly worse model seldom passes."""

import numpy as np

from ptml.evaluate.classification import expected_calibration_error
from ptml.evaluate.window.comparison import verdict_of
from ptml.evaluate.window.resampling import FloatArray, Resamples, paired

N_PEOPLE, N_CASES, N_TIMES = 120, 2, 150
MARGIN = 0.05


def compared(truth: float, seed: int) -> object:
    """Two models on the same cases of people who are alike, the second better by ``truth``."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(N_PEOPLE, dtype=np.int32), N_CASES)
    shared = np.repeat(rng.normal(0, 1, N_PEOPLE), N_CASES)
    own = np.repeat(rng.normal(0, 0.2, N_PEOPLE), N_CASES)
    first = shared + rng.normal(0, 0.1, len(person))
    second = shared + own + truth + rng.normal(0, 0.1, len(person))

    def mean_of(values: np.ndarray):  # type: ignore[no-untyped-def]
        return lambda weight: float((weight * values).sum() / weight.sum())

    resamples = Resamples(N_PEOPLE, 200, seed)
    return paired(mean_of(first), mean_of(second), person, resamples, is_loss=False)


def test_the_interval_of_a_known_difference_covers_it() -> None:
    gains = [compared(0.1, seed).gain for seed in range(N_TIMES)]  # type: ignore[attr-defined]
    covered = np.mean([gain.low <= 0.1 <= gain.high for gain in gains])
    assert 0.9 <= covered <= 0.99
    # The pairing is what makes it narrow: each model alone is known to about a third of a unit.
    assert np.mean([gain.high - gain.low for gain in gains]) < 0.12


def test_a_model_that_is_worse_by_the_margin_seldom_passes() -> None:
    verdicts = [
        verdict_of(compared(-MARGIN, seed), MARGIN)  # type: ignore[arg-type]
        for seed in range(N_TIMES)
    ]
    # 2.5 % by design.
    passed = np.mean([verdict in ("better", "no_worse") for verdict in verdicts])
    assert passed <= 0.07


def test_draws_are_the_same_for_every_figure() -> None:
    person = np.arange(5, dtype=np.int32)
    one, other = (np.stack(list(Resamples(5, 10, 3).weights(person))) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one.sum(axis=1), 5)


def test_of_a_loss_less_is_a_gain() -> None:
    person = np.arange(60, dtype=np.int32)
    pair = paired(lambda _: 0.4, lambda _: 0.3, person, Resamples(60, 100, 0), is_loss=True)
    assert pair.gain.value > 0
    assert verdict_of(pair, 0.0) == "better"


def test_a_figure_that_resampling_inflates_keeps_its_value_within_its_interval() -> None:
    rng = np.random.default_rng(3)
    p = rng.uniform(size=300)
    weak = rng.uniform(size=300) < p
    person = np.arange(300, dtype=np.int32)

    def off(weight: FloatArray) -> float:
        return expected_calibration_error(weak, p, weight)

    found = paired(off, off, person, Resamples(300, 200, 1), is_loss=True, is_inflated=True)
    assert 0 <= found.champion.low <= found.champion.value <= found.champion.high
    assert found.champion.low < found.champion.value
