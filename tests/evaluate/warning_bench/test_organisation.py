"""Learning as of an earlier day on a small organisation, and warning about what came later."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.evaluate.warning_bench.causes import CAUSES, GROUPS, measure_causes, observable_causes
from ptml.evaluate.warning_bench.organisation import (
    LATER_DAYS,
    Later,
    folds_of,
    learn_earlier,
)
from ptml.simulate import SimulationConfig, simulate
from ptml.transfer.completions import STAGES
from ptml.transfer.config import TreeConfig, WarningConfig


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "data"
    simulate(SimulationConfig(n_employees=450, n_courses=20, n_quarters=14, seed=31), out)
    return out


@pytest.fixture(scope="module")
def later(data: Path) -> Later:
    return learn_earlier(data, WarningConfig(trees=TreeConfig(n_trees=10), n_resamples=2), 0)


def test_warnings_are_about_completions_after_the_day_of_learning(later: Later) -> None:
    completed = later.history.enrolments.completed[later.scores.completions.enrolment]
    assert completed.min() >= later.day
    assert completed.max() < later.day + LATER_DAYS - 30
    assert later.model.as_of_day == later.day
    assert np.array_equal(later.at(0).sum(), later.at(1).sum())


def test_rivals_learn_from_labels_that_were_known_by_that_day(later: Later) -> None:
    known = int(later.labels.known_at(later.day).sum())
    for stage, fold in enumerate(folds_of(later)):
        assert 0 < len(fold.x_train) + len(fold.x_calibrate) < known
        assert fold.x_train.shape[1] == len(later.model.names)
        # The rows that are asked about are those that ptml saw.
        seen = later.scores.features.values[later.at(stage)]
        assert np.array_equal(fold.x_test, seen, equal_nan=True)


def test_each_completion_is_held_against_its_own_truth(later: Later, data: Path) -> None:
    truth = pd.read_parquet(data / "truth" / "transfer.parquet").set_index("enrolment_id")
    ids = later.history.enrolments.enrolment_id[later.scores.completions.enrolment]
    for row in (0, len(ids) // 3, len(ids) - 1):
        stage = STAGES[later.scores.completions.stage[row]]
        own = truth.loc[ids[row]]
        assert later.p_true[row] == own[f"p_weak_{stage}"]
        assert later.weak[row] == own["weak"]
    known = np.isfinite(later.label)
    assert 0.1 < known.mean() < 0.7
    # The label is what was checked: checks that were not made make some sound ones weak.
    assert (later.label[known] == later.weak[known]).mean() > 0.9


def test_groups_of_flagged_cases_lie_within_each_other(later: Later, data: Path) -> None:
    terms = pd.read_parquet(data / "truth" / "transfer_causes.parquet")
    found = measure_causes(later, terms)
    for stage, name in enumerate(STAGES):
        counts = [found[name][group]["cases"] for group in GROUPS]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] == int(later.scores.flagged[later.at(stage)].sum()) > 0
        # None would mean that the features of answers have other names now.
        assert found[name]["flagged"]["answers"] is not None
        assert sum(sum(of.values()) for of in found[name]["flagged"]["table"].values()) == counts[0]


def test_what_nobody_was_asked_about_cannot_be_seen(later: Later) -> None:
    found = observable_causes(later)
    assert found[:, CAUSES.index("new to the person")].all()
    assert 0.5 < found[:, CAUSES.index("motivation")].mean() < 1


def test_an_organisation_without_its_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only an organisation with its truth"):
        learn_earlier(tmp_path, WarningConfig(), 0)


def test_too_few_people_are_told_with_the_way_out(data: Path) -> None:
    with pytest.raises(UsageError, match="give more employees"):
        learn_earlier(data, WarningConfig(min_labels=100_000), 0)
