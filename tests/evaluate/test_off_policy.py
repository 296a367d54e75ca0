"""The log of an old policy judges a new one, where the truth is known."""

import numpy as np
import pytest

from ptml.evaluate.off_policy import (
    Judged,
    LoggedLists,
    NewLists,
    NotJudged,
    OffPolicyConfig,
    judge,
)

CONFIG = OffPolicyConfig()
# Two sorts of people; probability of choosing each course when it is shown.
CHOSEN = np.array([[0.5, 0.1, 0.2, 0.6, 0.4], [0.3, 0.5, 0.3, 0.2, 0.6]])
# Course 0 always comes first; the old policy draws the second place, by sort: what each likes less.
OLD = np.array([[0, 0.5, 0.2, 0.1, 0.2], [0, 0.1, 0.2, 0.6, 0.1]])
NEW = np.array([3, 4])
N_PEOPLE = 1500
SORT = np.arange(N_PEOPLE) % 2
TRUTH = float(np.mean(CHOSEN[:, 0] + CHOSEN[[0, 1], NEW]))


def logged(seed: int, old: np.ndarray = OLD) -> LoggedLists:
    rng = np.random.default_rng(seed)
    place = rng.random(N_PEOPLE)[:, None] > np.cumsum(old, axis=1)[SORT]
    drawn = place.sum(axis=1)
    person = np.tile(np.arange(N_PEOPLE), 2)
    course = np.concatenate([np.zeros(N_PEOPLE, dtype=np.int64), drawn])
    propensity = np.concatenate([np.ones(N_PEOPLE), old[SORT, drawn]])
    reward = (rng.random(2 * N_PEOPLE) < CHOSEN[SORT[person], course]).astype(np.float64)
    return LoggedLists(person, course, propensity, reward)


def new_lists(second: np.ndarray = NEW) -> NewLists:
    person = np.tile(np.arange(N_PEOPLE), 2)
    return NewLists(person, np.concatenate([np.zeros(N_PEOPLE, dtype=np.int64), second[SORT]]))


def naive(log: LoggedLists) -> float:
    """The mean reward of the new lists' courses wherever they were shown."""
    mean = np.bincount(log.course, log.reward, 5) / np.bincount(log.course, minlength=5)
    return float(mean[new_lists().course].sum() / N_PEOPLE)


@pytest.fixture(scope="module")
def runs() -> list[Judged]:
    found = [judge(logged(seed), new_lists(), N_PEOPLE, CONFIG) for seed in range(400)]
    return [run for run in found if isinstance(run, Judged)]


@pytest.mark.parametrize("name", ["ips", "self_normalised", "doubly_robust"])
def test_estimates_are_unbiased_and_their_intervals_hold(runs: list[Judged], name: str) -> None:
    assert len(runs) == 400
    found = [getattr(run, name) for run in runs]
    values = np.array([one.value for one in found])
    error = values.std() / np.sqrt(len(values))
    assert abs(values.mean() - TRUTH) < 3.5 * error
    inside = np.mean([one.low <= TRUTH <= one.high for one in found])
    assert 0.90 <= inside <= 0.99


def test_the_plain_mean_of_the_log_is_biased() -> None:
    values = np.array([naive(logged(seed)) for seed in range(100)])
    assert abs(values.mean() - TRUTH) > 20 * values.std() / np.sqrt(len(values))


def test_doubly_robust_varies_less_than_inverse_propensities(runs: list[Judged]) -> None:
    spread = {
        name: np.std([getattr(run, name).value for run in runs])
        for name in ("ips", "self_normalised", "doubly_robust")
    }
    assert spread["doubly_robust"] < 0.9 * spread["ips"]


def test_the_gain_over_the_old_policy_is_that_of_the_truth(runs: list[Judged]) -> None:
    truth = TRUTH - float(np.mean(CHOSEN[:, 0] + (OLD * CHOSEN).sum(axis=1)))
    values = np.array([run.gain.value for run in runs])
    assert abs(values.mean() - truth) < 3.5 * values.std() / np.sqrt(len(values))
    assert np.mean([run.gain.low <= truth <= run.gain.high for run in runs]) >= 0.9


def test_a_policy_held_against_its_own_log_brings_what_was_logged() -> None:
    log = logged(0)
    own = LoggedLists(log.person, log.course, np.ones(len(log.person)), log.reward)
    found = judge(own, NewLists(log.person, log.course), N_PEOPLE, CONFIG)
    assert isinstance(found, Judged)
    assert found.ips == found.old
    assert found.doubly_robust.value == pytest.approx(found.old.value)
    assert found.gain.value == pytest.approx(0)
    assert found.effective == pytest.approx(2 * N_PEOPLE)


def test_courses_that_the_old_policy_never_shows_to_anybody_are_refused() -> None:
    never = np.array([[0, 0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0, 0]])
    found = judge(logged(0, never), new_lists(), N_PEOPLE, CONFIG)
    assert isinstance(found, NotJudged)
    assert found.code == "no_overlap"
    assert "50%" in found.reason


def test_courses_that_the_old_policy_shows_only_to_others_are_refused() -> None:
    # Each new course is in the log, but not for the people who would get it now.
    crossed = np.array([[0, 0.5, 0, 0, 0.5], [0, 0.5, 0, 0.5, 0]])
    found = judge(logged(0, crossed), new_lists(), N_PEOPLE, CONFIG)
    assert isinstance(found, NotJudged)
    assert found.code == "no_overlap"


def test_a_handful_of_heavy_weights_is_refused() -> None:
    rare = np.array([[0, 0.997, 0, 0.003, 0], [0, 0.997, 0, 0, 0.003]])
    config = OffPolicyConfig(most_unseen=1)
    found = judge(logged(3, rare), new_lists(), N_PEOPLE, config)
    assert isinstance(found, NotJudged)
    assert found.code == "too_few"


def test_clipping_is_counted_and_draws_towards_nothing() -> None:
    log = logged(0)
    whole = judge(log, new_lists(), N_PEOPLE, CONFIG)
    cut = judge(log, new_lists(), N_PEOPLE, OffPolicyConfig(clip=2))
    assert isinstance(whole, Judged)
    assert isinstance(cut, Judged)
    assert whole.clipped == 0
    assert cut.clipped > 0.04
    assert cut.ips.value < whole.ips.value


def test_an_empty_log_is_no_log() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    log = LoggedLists(nobody, nobody, np.zeros(0), np.zeros(0))
    found = judge(log, new_lists(), N_PEOPLE, CONFIG)
    assert isinstance(found, NotJudged)
    assert found.code == "nothing_logged"
