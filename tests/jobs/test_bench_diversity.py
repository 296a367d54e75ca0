import pandas as pd
import pytest

from ptml.jobs.bench_diversity import against_oracle

TRUTH = pd.DataFrame(
    {
        "employee_id": ["a"] * 3 + ["b"] * 2,
        "course_id": ["x", "y", "z", "x", "y"],
        "lift": [3.0, 1.0, -1.0, 2.0, 0.0],
    }
)


def lists(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["employee_id", "course_id", "rank"])


def test_the_oracles_lists_capture_all() -> None:
    found = against_oracle(lists(("a", "x", 1), ("a", "y", 2), ("b", "x", 1)), TRUTH)
    assert found == pytest.approx((1.0, 1.0))


def test_gain_counts_whatever_its_place_and_accuracy_minds_the_place() -> None:
    captured, ndcg = against_oracle(lists(("a", "y", 1), ("a", "x", 2), ("b", "y", 1)), TRUTH)
    # Lists 4 and 0, the oracle's 4 and 2, random 2 and 1.
    assert captured == pytest.approx((4 - 2 + 0 - 1) / (4 - 2 + 2 - 1))
    log3 = 1.584962500721156
    assert ndcg == pytest.approx(((1 + 3 / log3) / (3 + 1 / log3) + 0) / 2)
