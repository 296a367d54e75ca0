from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.evidence import Evidence
from ptml.evaluate.opportunity import MEASURES, Offers, opportunity_evidence

IDS = np.array([f"e{k:03d}" for k in range(200)], dtype=object)


def offers(gain: np.ndarray, ids: np.ndarray = IDS) -> Offers:
    values = np.zeros((len(ids), len(MEASURES)))
    values[:, 0] = gain
    return Offers(ids, values)


def audited(parts: list[Offers], **protected: Sequence[object]) -> dict[str, Evidence]:
    frame = pd.DataFrame({"employee_id": IDS, **protected})
    return {row.name: row for row in opportunity_evidence(parts, frame, np.random.default_rng(1))}


def test_a_group_that_is_offered_less_shows_with_its_interval() -> None:
    gain = np.random.default_rng(0).normal(3, 1, 200)
    gain[:100] -= 1
    found = audited([offers(gain)], protected_gender=["f"] * 100 + ["m"] * 100)
    row = found["offered/gender/f/expected_gain"]
    assert row.value is not None
    assert row.value == pytest.approx(gain[:100].mean() - gain[100:].mean())
    assert row.low is not None
    assert row.high is not None
    assert row.low < row.value < row.high < 0
    # Two standard errors of a difference of two means of 100.
    assert row.high - row.low == pytest.approx(4 * np.sqrt(2 / 100), rel=0.25)
    assert row.payload["group_mean"] == pytest.approx(gain[:100].mean())
    assert (row.payload["people"], row.payload["others"]) == (100, 100)
    assert found["offered/gender/m/expected_gain"].value == pytest.approx(-row.value)
    assert found["offered/gender/f/hours"].value == 0


def test_small_groups_are_not_shown_and_neither_are_those_with_few_others() -> None:
    found = audited([offers(np.ones(200))], protected_region=["a"] * 181 + ["b"] * 19)
    assert found == {}
    found = audited([offers(np.ones(200))], protected_region=["a"] * 180 + ["b"] * 20)
    assert len(found) == 2 * len(MEASURES)


def test_many_numbers_are_cut_into_bands() -> None:
    years = [str(1960 + k % 40) for k in range(200)]
    found = audited([offers(np.arange(200.0))], protected_birth_year=years)
    groups = {name.split("/")[2] for name in found}
    assert len(groups) == 4
    assert min(groups).startswith("1960 to ")
    assert max(groups).endswith(" to 1999")


def test_who_has_no_list_or_no_known_group_is_left_out() -> None:
    gain = np.ones(200)
    gain[:50] = np.nan
    gain[60:70] = 99
    gender = ["f"] * 100 + ["m"] * 100
    found = audited([offers(gain)], protected_gender=[*gender[:60], *[None] * 10, *gender[70:]])
    assert found["offered/gender/f/expected_gain"].value == 0
    assert found["offered/gender/f/expected_gain"].payload["people"] == 40


def test_buckets_and_their_order_make_no_difference() -> None:
    gain = np.random.default_rng(0).normal(3, 1, 200)
    gender: list[object] = ["f", "m"] * 100
    mixed = np.random.default_rng(5).permutation(200)
    parts = [offers(gain[at], IDS[at]) for at in (mixed[120:], mixed[:120])]
    assert audited(parts, protected_gender=gender) == audited(
        [offers(gain)], protected_gender=gender
    )


def test_a_source_without_protected_columns_has_nothing_to_compare() -> None:
    assert audited([offers(np.ones(200))]) == {}
    assert opportunity_evidence([], pd.DataFrame(), np.random.default_rng(0)) == []
