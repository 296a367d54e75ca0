"""A search that is never worse than the defaults, and that repeats."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import optuna
import pytest
from optuna.trial import BaseTrial

from ptml.recommend.peers import PEERS, Past
from ptml.recommend.peers.peer import Float32Array, IntArray
from ptml.recommend.tuning import Fold, judge, tune
from tests.recommend.peers.tastes import N_PEOPLE, NEW, fold


@dataclass(frozen=True)
class Dial:
    """Ranks the held-out course first for a share of the people that falls from the default on."""

    held_out: np.ndarray
    best: float = 0.9
    name: str = "dial"
    defaults: Mapping[str, float] = field(default_factory=lambda: {"x": 0.1})
    tried: list[float] = field(default_factory=list)

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        return {"x": trial.suggest_float("x", 0.0, 1.0, step=0.1)}

    def fit(self, past: Past, settings: Mapping[str, float], seed: int) -> "Fixed":
        self.tried.append(settings["x"])
        share = 1 - abs(settings["x"] - self.best)
        return Fixed(self.held_out, share)


@dataclass(frozen=True)
class Fixed:
    held_out: np.ndarray
    share: float

    def score(self, past: Past, people: IntArray) -> Float32Array:
        found = self.held_out[people] & (people < self.share * NEW)[:, None]
        return found.astype(np.float32)


FOLD = fold()


def dial(best: float = 0.9) -> Dial:
    return Dial(FOLD.held_out.toarray() != 0, best)


def test_better_settings_than_the_defaults_are_found() -> None:
    peer = dial()
    found = tune(peer, [FOLD], 12, seed=0)
    assert found.n_trials == 12
    assert peer.tried[0] == 0.1
    assert abs(found.settings["x"] - 0.9) <= 0.2
    assert found.value == pytest.approx(judge(peer, found.settings, FOLD, 0)[:NEW].mean())
    assert found.gain > 0.3
    assert not found.is_within_noise


def test_the_result_is_never_worse_than_the_defaults() -> None:
    found = tune(dial(best=0.1), [FOLD], 6, seed=0)
    assert found.settings == {"x": 0.1}
    assert found.gain == 0
    assert found.is_within_noise


@pytest.mark.parametrize("n_trials", [0, 1])
def test_without_a_budget_the_defaults_are_taken_unjudged(n_trials: int) -> None:
    peer = dial()
    found = tune(peer, [FOLD], n_trials, seed=0)
    assert found.settings == peer.defaults
    assert peer.tried == []
    assert np.isnan(found.value)
    assert found.is_within_noise


def test_the_same_settings_are_not_fitted_twice() -> None:
    peer = dial()
    tune(peer, [FOLD], 30, seed=0)
    assert len(peer.tried) == len(set(peer.tried)) <= 11


def test_the_search_repeats_with_the_seed_and_is_silent(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = optuna.logging.get_verbosity()
    once, again = (tune(PEERS["ease"], [FOLD], 5, seed=7) for _ in "ab")
    assert once == again
    assert optuna.logging.get_verbosity() == before
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""


def test_the_value_is_the_mean_over_folds_however_large_they_are() -> None:
    small = Fold(FOLD.past, np.arange(10, dtype=np.int32), FOLD.excluded, FOLD.held_out)
    found = tune(PEERS["popularity"], [FOLD, small], 2, seed=0)
    each = [judge(PEERS["popularity"], found.settings, part, 0) for part in (FOLD, small)]
    assert found.value == pytest.approx((each[0][:NEW].mean() + each[1].mean()) / 2)


def test_at_the_most_so_many_people_are_judged() -> None:
    few = tune(PEERS["popularity"], [FOLD], 2, seed=0, max_people=20)
    all_of_them = tune(PEERS["popularity"], [FOLD], 2, seed=0)
    assert few.spread > all_of_them.spread
    assert few == tune(PEERS["popularity"], [FOLD], 2, seed=0, max_people=20)


def test_exclusions_may_be_a_matrix_or_worked_out_for_people() -> None:
    taken = FOLD.past.weights().toarray() != 0
    called = Fold(FOLD.past, FOLD.people, lambda people: taken[people], FOLD.held_out)
    settings = PEERS["ease"].defaults
    np.testing.assert_array_equal(
        judge(PEERS["ease"], settings, called, 0), judge(PEERS["ease"], settings, FOLD, 0)
    )


def test_a_held_out_course_that_is_excluded_asks_for_nothing() -> None:
    everything = np.ones((N_PEOPLE, 32), dtype=np.bool_)
    closed = Fold(FOLD.past, FOLD.people, lambda people: everything[people], FOLD.held_out)
    assert np.isnan(judge(PEERS["popularity"], PEERS["popularity"].defaults, closed, 0)).all()
    found = tune(PEERS["popularity"], [closed], 3, seed=0)
    assert found.settings == PEERS["popularity"].defaults
    assert found.is_within_noise
