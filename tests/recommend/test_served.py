"""Peers on top of the place: any that scores by own choices can be served and taken apart."""

import numpy as np
import optuna
import pytest

from ptml.recommend.choices import choices_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.moments import Background, KnownPast, known_past
from ptml.recommend.own import OwnPeer, PlacePeer
from ptml.recommend.peers import PEERS
from ptml.recommend.served import CAN_BE_SERVED, InPlacePeer

from .small import COURSES_PER_TASTE, DAY, TASTES, read, tasteful

CONFIG = PreferenceConfig(trials=1, regularization=0.1, iterations=5, ridge=5.0)


@pytest.fixture(scope="module")
def past() -> KnownPast:
    history, shared = read(**tasteful())
    background = Background(history, shared, CONFIG, 0)
    return known_past(background, choices_before(history, DAY), DAY)


def people(past: KnownPast, *names: str) -> np.ndarray:
    codes: np.ndarray = past.background.history.employees.codes(names)
    return codes


@pytest.mark.parametrize("name", CAN_BE_SERVED)
def test_a_peer_in_place_sees_tastes_and_roles(name: str, past: KnownPast) -> None:
    peer = InPlacePeer(PEERS[name], PEERS[name].defaults, 365.0)
    scorer = peer.fit(past, peer.defaults, 0)
    known, new = scorer.score(past, people(past, "p000", "new_1"))
    by_taste = known.reshape(TASTES, COURSES_PER_TASTE).mean(axis=1)
    assert by_taste.argmax() == 0
    place = PlacePeer(CONFIG).fit(past, PlacePeer(CONFIG).defaults, 0)
    np.testing.assert_allclose(new, place.score(past, people(past, "new_1"))[0], atol=1e-6)


@pytest.mark.parametrize("name", [*CAN_BE_SERVED, "ptml"])
def test_what_it_adds_to_a_share_is_a_sum_over_own_choices(name: str, past: KnownPast) -> None:
    peer = OwnPeer(CONFIG)
    taste = (
        peer.fit(past, peer.defaults, 0).taste
        if name == "ptml"
        else InPlacePeer(PEERS[name], PEERS[name].defaults, 365.0)
        .fit(past, {"weight": 0.5}, 0)
        .taste
    )
    who = people(past, "p000", "p007", "new_1")
    recent = past.recent(taste.recency_power)[who]
    shares = taste.shares(recent, past.where.take(who))
    row, course = np.divmod(np.arange(shares.size), shares.shape[1])
    pair, own, part = taste.past_parts(recent, row.astype(np.int32), course.astype(np.int32))
    added = np.bincount(pair, part, shares.size).reshape(shares.shape)
    np.testing.assert_allclose(
        added, shares - taste.cold.shares(past.where.take(who), None), atol=1e-6
    )
    assert set(own[pair < shares.shape[1]]) == set(recent[0].indices)


def test_the_default_of_a_setting_may_lie_outside_the_usual_range(past: KnownPast) -> None:
    peer = OwnPeer(CONFIG.model_copy(update={"ridge": 9_000.0, "half_life_days": 17.0}))
    trial = optuna.trial.FixedTrial(dict(peer.defaults))
    assert peer.suggest(trial) == dict(peer.defaults)
