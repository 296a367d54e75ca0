"""Figures on real students: the same draws for all, and rates by group."""

import numpy as np
import pytest

from ptml.evaluate.warning_bench.oulad import SMALLEST_GROUP, Students, judge_oulad

N = 600


def students(n_of_a: int = 200) -> tuple[Students, np.ndarray]:
    rng = np.random.default_rng(0)
    p = rng.random(N)
    group = np.array(["a"] * n_of_a + ["b"] * (N - n_of_a), dtype=object)
    asked = Students(rng.random(N) < p, np.arange(N) // 2, {"gender": group})
    return asked, p


def test_every_method_has_its_figures_with_intervals() -> None:
    asked, p = students()
    noise = np.random.default_rng(1).random(N)
    found = judge_oulad(28, 1000, asked, {"ptml": p, "plain": noise, "same": p}, 0)
    assert (found.day, found.n_train, found.n_test) == (28, 1000, N)
    value, low, high = found.methods["ptml"]["auc"]
    assert low < value < high
    assert 0.02 < high - low < 0.2
    ahead, least, most = found.apart["plain"]
    assert ahead == pytest.approx(found.methods["plain"]["auc"][0] - value)
    assert least < ahead < most < 0
    # The same draws for both: what is the same has no spread.
    assert found.apart["same"] == (0.0, 0.0, 0.0)


def test_rates_of_a_group_are_those_of_the_hand() -> None:
    asked, p = students()
    found = judge_oulad(28, 0, asked, {"ptml": p}, 0)
    row = next(one for one in found.groups if one["group"] == "a")
    flagged = p >= np.sort(p)[::-1][89]
    a, weak = np.arange(N) < 200, asked.weak
    assert row["students"] == 100
    assert row["weak"] == pytest.approx(weak[a].mean())
    assert row["flag_rate"][0] == pytest.approx(flagged[a].mean())
    assert row["false_negative_rate"][0] == pytest.approx((~flagged[a & weak]).mean())
    assert row["false_positive_rate"][0] == pytest.approx(flagged[a & ~weak].mean())
    assert row["calibration_gap"][0] == pytest.approx((p[a] - weak[a]).mean())
    assert row["flag_rate"][1] < row["flag_rate"][0] < row["flag_rate"][2]


def test_a_group_of_few_students_is_not_told() -> None:
    asked, p = students(2 * SMALLEST_GROUP - 2)
    found = judge_oulad(28, 0, asked, {"ptml": p}, 0)
    rows = {one["group"]: one for one in found.groups}
    assert rows["a"]["students"] == SMALLEST_GROUP - 1
    assert "flag_rate" not in rows["a"]
    assert "flag_rate" in rows["b"]
