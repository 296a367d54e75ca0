"""The measured speed of shares: every way is there, and the shares are the same."""

import pytest

from ptml.jobs.bench_shap import Size, bench_shap


# shap warns when it is imported, and outside a test a warning is an error.
@pytest.mark.filterwarnings("ignore")
def test_every_way_is_measured_on_a_model_of_the_size_asked_for() -> None:
    found = bench_shap(Size(12, 6, 3, 8), n_rows=200, n_repeats=1, seed=1)
    ways = [row["way"] for row in found["figures"]]
    assert ways == ["lightgbm pred_contrib", "shap TreeExplainer", "ptml tables"]
    assert all(row["rows_per_second"] > 0 for row in found["figures"])
    assert found["model"]["n_trees"] <= 12
    assert found["largest_difference"] < 1e-12
    assert len(found["sentences"]) == 6
