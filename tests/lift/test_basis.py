"""The terms of the effect: what is fitted is what is predicted."""

import numpy as np

from ptml.lift.basis import EffectBasis, Effects


def test_predicted_effect_is_the_design_of_a_single_start() -> None:
    rng = np.random.default_rng(3)
    basis = EffectBasis(n_courses=4, n_modifiers=5, n_slopes=2)
    mean = rng.normal(size=basis.n_plain)
    effects = Effects(basis, mean, np.eye(basis.n_plain))
    z = rng.normal(size=(6, 5)).astype(np.float32)
    course = np.array([0, 3, 1, 2, 3, 0], dtype=np.int32)
    dose = np.zeros((6, 4), dtype=np.float32)
    dose[np.arange(6), course] = 1
    dense = np.zeros((6, 4, 5), dtype=np.float32)
    dense[np.arange(6), course] = z
    predicted, variance = effects.predict(course, z)
    np.testing.assert_allclose(basis.plain_design(dose, dense) @ mean, predicted, atol=1e-5)
    np.testing.assert_allclose(variance, 1 + (z**2).sum(axis=1), rtol=1e-5)


def test_structured_coefficients_map_to_every_plain_one() -> None:
    basis = EffectBasis(n_courses=3, n_modifiers=4, n_slopes=2)
    mapping, group, shrunk = basis.structure(np.zeros((3, 2)), np.ones(3))
    assert mapping.shape == (basis.n_plain, len(group))
    assert np.linalg.matrix_rank(mapping) == basis.n_plain
    assert not shrunk[0]
    assert shrunk[1:].all()
