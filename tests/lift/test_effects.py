"""A lift is the sum of what it is said to be made of, for known and for new courses."""

import numpy as np
import pytest

from ptml.lift.effects import Effects
from ptml.lift.estimation import shrink_personal
from ptml.lift.hierarchical import fit_hierarchy


def _effects(share: float = 1.0) -> Effects:
    rng = np.random.default_rng(5)
    gram, moment = np.zeros((6, 3, 3)), np.zeros((6, 3))
    centre = np.ones((6, 3))
    for c in range(6):
        z = np.column_stack([np.ones(150), rng.normal(c / 5, 1, size=(150, 2))])
        y = z @ np.array([c / 3, 0.7, -0.4]) + rng.normal(0, 2, 150)
        gram[c], moment[c], centre[c] = z.T @ z, z.T @ y, z.mean(axis=0)
    described = rng.normal(size=(6, 2))
    found = fit_hierarchy(gram, moment, described, 4.0, 2)
    return Effects(shrink_personal(found, centre, share), centre)


def _pairs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    course = np.array([0, 5, -1, 2, -1, 3], dtype=np.int32)
    z = np.column_stack([np.ones(6), rng.normal(size=(6, 2))]).astype(np.float32)
    return course, z, rng.normal(size=(6, 2))


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_prior_evidence_and_profile_add_up_to_the_lift(share: float) -> None:
    effects = _effects(share)
    mean, variance = effects.predict(*_pairs())
    parts = effects.parts(*_pairs())
    np.testing.assert_allclose(parts.lift, mean, atol=1e-9)
    assert (variance > 0).all()


def test_a_new_course_has_no_evidence_and_a_wider_interval() -> None:
    effects = _effects()
    course, z, description = _pairs()
    parts = effects.parts(course, z, description)
    assert parts.evidence[course == -1] == pytest.approx(0)
    known = effects.predict(np.zeros(6, dtype=np.int32), z, description)[1]
    new = effects.predict(np.full(6, -1, dtype=np.int32), z, description)[1]
    assert (new > known).all()


def test_without_personal_variation_everybody_gets_the_mean_of_the_course() -> None:
    effects, whole = _effects(0.0), _effects(1.0)
    course = np.full(4, 3, dtype=np.int32)
    z = np.column_stack([np.ones(4), np.arange(8).reshape(4, 2)]).astype(np.float32)
    mean, _ = effects.predict(course, z, np.zeros((4, 2)))
    centre = whole.centre[3][None].astype(np.float32)
    expected, _ = whole.predict(course[:1], centre, np.zeros((1, 2)))
    np.testing.assert_allclose(mean, expected[0], atol=1e-5)
