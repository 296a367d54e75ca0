"""Scores of any scale become a share of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.sources.importers.scores import OUTSIDE_SCALE, SCALE_MISSING, share_of_scale

NUMBERS = st.floats(-1e6, 1e6)


@settings(deadline=None)
@given(low=NUMBERS, width=st.floats(0.01, 1e6), share=st.floats(0, 1))
def test_a_raw_score_is_its_place_between_lowest_and_highest(
    low: float, width: float, share: float
) -> None:
    found, fault = share_of_scale(
        raw=min(low + share * width, low + width), lowest=low, highest=low + width
    )
    assert fault == ""
    assert found == pytest.approx(share, abs=1e-4)


@settings(deadline=None)
@given(
    st.one_of(st.none(), st.floats(), st.text(max_size=3), st.booleans()),
    st.one_of(st.none(), st.floats(), st.text(max_size=3)),
    st.one_of(st.none(), st.floats()),
    st.one_of(st.none(), st.floats()),
)
def test_whatever_stands_there_a_share_lies_between_0_and_1(
    scaled: object, raw: object, low: float | None, high: float | None
) -> None:
    share, fault = share_of_scale(scaled, raw, low, high)
    assert share is None or (0 <= share <= 1 and fault == "")


def test_the_scaled_score_counts_before_the_raw_one_and_below_0_counts_0() -> None:
    assert share_of_scale(scaled=0.4, raw=99, lowest=0, highest=100) == (0.4, "")
    assert share_of_scale(scaled=-0.5) == (0.0, "")


def test_a_score_without_scale_or_outside_it_is_not_used() -> None:
    assert share_of_scale(raw=17) == (None, SCALE_MISSING)
    assert share_of_scale(raw=21, highest=20) == (None, OUTSIDE_SCALE)
    assert share_of_scale(scaled=85) == (None, OUTSIDE_SCALE)
    assert share_of_scale() == (None, "")
