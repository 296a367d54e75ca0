"""A lift is the sum of what it is said to be made of, for known and for new courses."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.lift.boosted_stage import course_columns, stage_columns
from ptml.lift.effects import Effects
from ptml.lift.estimation import shrink_personal
from ptml.lift.hierarchical import fit_hierarchy
from ptml.lift.learners.boosted import fit_boosted
from ptml.lift.learners.signals import Signals


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


def _with_stage() -> Effects:
    """A stage that bends what is linear: half of what lies above the middle is taken back."""
    effects = _effects()
    rng = np.random.default_rng(7)
    course = rng.integers(0, 6, 3000).astype(np.int32)
    z = np.column_stack([np.ones(3000), rng.normal(0.5, 1, size=(3000, 2))]).astype(np.float32)
    described = rng.normal(size=(3000, 2))
    lift, _ = effects.predict(course, z, described)
    level = (effects.centre * effects.hierarchy.mean).sum(axis=1)[course]
    left = -0.5 * np.maximum(lift - 1, 0) + rng.normal(0, 0.3, 3000)
    columns = np.column_stack([stage_columns(z, lift), course_columns(level, described)])
    fit = fit_boosted(Signals(left, np.ones(3000)), columns, rng)
    assert not fit.effect.is_constant
    return replace(
        effects,
        stage=fit.effect.without_constant(),
        stage_centre=rng.normal(size=7),
        described=rng.normal(size=(6, 2)),
    )


def test_descriptions_by_course_are_as_good_as_one_a_pair() -> None:
    rng = np.random.default_rng(9)
    of_courses, code = rng.normal(size=(5, 2)), np.array([3, -1, 0, 5, -1], dtype=np.int32)
    by = rng.integers(0, 5, 40).astype(np.int32)
    z = np.column_stack([np.ones(40), rng.normal(size=(40, 2))]).astype(np.float32)
    for effects in (_effects(), _with_stage()):
        shared = effects.predict(code[by], z, of_courses, by)
        alone = effects.predict(code[by], z, of_courses[by])
        np.testing.assert_allclose(shared, alone, rtol=1e-6)


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


def test_parts_add_up_with_a_boosted_stage_too() -> None:
    effects = _with_stage()
    mean, variance = effects.predict(*_pairs())
    plain = replace(effects, stage=None).predict(*_pairs())
    np.testing.assert_allclose(effects.parts(*_pairs()).lift, mean, atol=1e-6)
    assert np.abs(mean - plain[0]).max() > 0.01
    assert (variance >= plain[1]).all()


def test_a_known_course_is_judged_by_the_description_that_it_was_learnt_with() -> None:
    effects = _with_stage()
    course, z, description = _pairs()
    changed = np.where(course[:, None] >= 0, 9.0, description)
    np.testing.assert_array_equal(
        effects.predict(course, z, changed)[0], effects.predict(course, z, description)[0]
    )


def test_an_average_taker_has_no_profile_even_with_a_boosted_stage() -> None:
    effects = _with_stage()
    course = np.arange(6, dtype=np.int32)
    z = effects.centre.astype(np.float32)
    described = np.zeros((6, 2))
    mean, _ = effects.predict(course, z, described)
    parts = effects.parts(course, z, described)
    np.testing.assert_allclose(parts.lift, mean, atol=1e-6)
    assert np.isfinite(parts.profile).all()


def test_a_new_course_has_no_evidence_and_a_wider_interval() -> None:
    effects = _effects()
    course, z, description = _pairs()
    parts = effects.parts(course, z, description)
    assert parts.evidence[course == -1] == pytest.approx(0)
    staged = _with_stage().parts(course, z, description)
    assert staged.evidence[course == -1] == pytest.approx(0)
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
