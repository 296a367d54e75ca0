"""Whether the same reasons come first when the model is fitted anew."""

import numpy as np

from ptml.transfer.completions import recent_completions
from ptml.transfer.topics import FAMILIES

from .conftest import Fitted


def test_model_says_how_often_its_first_reason_stays(fitted: Fitted) -> None:
    found = {row.name: row for row in fitted.model.evidence}
    for stage in ("completion", "day_30"):
        same = found[f"same_top_reason/{stage}"]
        assert same.value is not None
        assert same.low is not None
        assert same.high is not None
        assert 0.3 < same.low <= same.value <= same.high <= 1
        assert same.payload["resamples"] == fitted.model.config.n_resamples
        assert found[f"same_top_topic/{stage}"].value is not None
        assert set(found[f"reason_noise/{stage}"].payload) == set(FAMILIES)


def test_larger_shares_are_clear_and_small_ones_are_not(fitted: Fitted) -> None:
    completions = recent_completions(fitted.history, fitted.as_of_day, 90)
    scores = fitted.model.predict(fitted.history, fitted.shared, completions)
    size = np.abs(scores.topics.by_family)
    assert 0 < scores.clear.mean() < 1
    assert np.median(size[scores.clear]) > 3 * np.median(size[~scores.clear])
    assert np.all((scores.p_low <= scores.p_weak) & (scores.p_weak <= scores.p_high))
    assert np.any(scores.p_low < scores.p_high - 0.05)
