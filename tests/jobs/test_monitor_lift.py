"""The newest outcomes beside the lift model, and beside the same courses' earlier quarters."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ptml.evaluate.window.lift_outcomes import LiftJudge, lift_judge
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import epoch_day
from ptml.jobs.monitor_lift import against_model, against_past
from ptml.jobs.monitor_scores import completion_looks, score_looks
from ptml.jobs.monitored import Monitored
from ptml.lift.model import LiftModel
from ptml.monitor.features import look_at_features, weekly_days
from ptml.monitor.finding import Finding
from ptml.sources import read_dataset
from tests.conftest import SETTINGS

DAY = date(2026, 10, 1)


@pytest.fixture(scope="module")
def source(organisation: Path) -> tuple[History, Shared]:
    with read_dataset(str(organisation), "1GB") as dataset:
        return load_history(dataset), shared_averages(dataset)


@pytest.fixture(scope="module")
def judge(source: tuple[History, Shared]) -> LiftJudge:
    now = epoch_day(DAY)
    found = lift_judge(*source, now - 300, now, SETTINGS.lift, SETTINGS.seed)
    assert found is not None
    return found


def test_starts_beside_earlier_quarters_are_of_the_newest_ones_only(judge: LiftJudge) -> None:
    one, three = against_past(judge, 1), against_past(judge, 3)
    assert one is not None
    assert three is not None
    assert three.since < one.since < one.until == three.until < DAY
    assert one.is_taker.sum() < three.is_taker.sum()
    # One figure for each course, with what it is unsure of.
    assert all(len(np.unique(one.lift[one.course == c])) == 1 for c in np.unique(one.course))
    assert (one.error > 0).all()


def test_a_model_is_held_against_what_it_has_not_seen(
    judge: LiftJudge, source: tuple[History, Shared], models: Path
) -> None:
    model = LiftModel.load(models / "lift")
    assert against_model(judge, model, source[0], DAY, SETTINGS) is None
    found = against_model(judge, model, source[0], date(2026, 4, 3), SETTINGS)
    assert found is not None
    earlier = against_model(judge, model, source[0], date(2026, 1, 5), SETTINGS)
    assert earlier is not None
    assert earlier.since < found.since
    assert np.isfinite(found.lift).all()


def test_the_same_models_answer_as_before_where_nothing_changed(
    source: tuple[History, Shared], models: Path
) -> None:
    now, asked = epoch_day(DAY), Monitored(models)
    for looked in (score_looks, completion_looks):
        before = looked(asked, *source, weekly_days(now - 28, now - 28 - 7 * 40))
        assert before is not None
        after = looked(asked, *source, np.array([now], dtype=np.int32), before.edges)
        assert after is not None
        found = list(look_at_features(after, before, SETTINGS.monitor))
        assert all(isinstance(f, Finding) for f in found)
        assert not any(f.counts and f.p is not None and f.p < 0.001 for f in found)  # type: ignore[union-attr]
