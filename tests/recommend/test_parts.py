"""Parts of a preference: they add up, keep their signs, and survive a share of nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from ptml.recommend.parts import parts_of, preference_of

SHARE = st.floats(-0.05, 0.2)


@given(st.lists(SHARE, min_size=5, max_size=5), st.lists(SHARE, min_size=3, max_size=3))
def test_parts_add_up_and_keep_their_signs(cold: list[float], past: list[float]) -> None:
    found = parts_of(np.array([cold]), csr_matrix(np.array([past])), 40)
    assert found.total == pytest.approx(found.preference, abs=1e-9)
    assert 0 <= found.preference[0] <= 1
    assert np.sign(found.past.toarray()[0]).tolist() == np.sign(past).tolist()
    assert np.sign(found.gap[0]) == np.sign(cold[4])


@pytest.mark.parametrize("cold", [[0.0] * 5, [0.1, -0.1, 0, 0, 0], [1e-12, 0, 0, 0, 0]])
def test_a_share_of_nothing_gives_the_base(cold: list[float]) -> None:
    found = parts_of(np.array([cold]), csr_matrix((1, 3)), 40)
    assert found.preference == pytest.approx(found.base, abs=1e-9)
    assert found.total == pytest.approx(found.preference, abs=1e-9)


def test_a_course_like_any_other_has_about_a_half() -> None:
    found = preference_of(np.array([0.0, 1.0, 9.0]))
    assert found == pytest.approx([0.048, 0.5, 0.9], abs=0.002)


def test_preference_rises_everywhere() -> None:
    assert (np.diff(preference_of(np.linspace(-5, 50, 10_000))) > 0).all()
