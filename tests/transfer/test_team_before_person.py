"""A unit that explains as much as its people is flagged, and its people are not."""

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.explain.unit_totals import UnitTotals
from ptml.explain.unit_warnings import unit_warnings_table
from ptml.explain.words import SECTIONS
from ptml.features.bucket import Bucket
from ptml.features.days import day_number
from ptml.features.history import History, load_history
from ptml.features.shared import shared_averages
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.completions import recent_completions
from ptml.transfer.config import WarningConfig
from ptml.transfer.fitting import fit_warning
from ptml.transfer.model import WarningModel, WarningScores

from .organisation import AS_OF, tables

DAY = day_number(AS_OF)
SICK_UNIT, BUCKETS = "u7", 4


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Nearly nothing is used in one unit of ten, whoever the person."""
    frames = tables()
    evidence = frames["transfer_evidence"]
    person = evidence["enrolment_id"].str.split("-").str[0]
    unit = person.map(frames["assignments"].set_index("employee_id")["org_unit_id"])
    sick = (unit == SICK_UNIT) & (evidence["kind"] == "behaviour_check")
    luck = np.random.default_rng(1).random(len(evidence)) < 0.95
    return dataset_from_frames(
        {
            **frames,
            "transfer_evidence": evidence.assign(score=evidence["score"].mask(sick & luck, 0.1)),
        }
    )


@pytest.fixture(scope="module")
def model(dataset: Dataset) -> WarningModel:
    history, shared = load_history(dataset), shared_averages(dataset)
    return fit_warning(history, shared, DAY, WarningConfig(), seed=1)


def scored(
    dataset: Dataset, model: WarningModel, bucket: Bucket | None
) -> tuple[History, WarningScores]:
    history = load_history(dataset, bucket) if bucket else load_history(dataset)
    completions = recent_completions(history, DAY, 90)
    return history, model.predict(history, shared_averages(dataset), completions)


def flags_of(history: History, scores: WarningScores) -> "pd.Series[bool]":
    ids = history.enrolments.enrolment_id[scores.completions.enrolment]
    index = pd.MultiIndex.from_arrays([ids, scores.completions.stage])
    return pd.Series(scores.flagged, index=index)


def table(totals: UnitTotals) -> pd.DataFrame:
    return unit_warnings_table(totals, 5, SECTIONS)


def test_the_unit_is_flagged_and_nobody_in_it(dataset: Dataset, model: WarningModel) -> None:
    assert model.units.ids.ids[model.units.flagged].tolist() == [SICK_UNIT]
    history, scores = scored(dataset, model, None)
    employee = history.enrolments.employee[scores.completions.enrolment]
    in_it = np.array([int(k[1:]) % 10 == 7 for k in history.employees.ids[employee]])
    assert (scores.is_over & in_it).any()
    assert not scores.flagged[in_it].any()
    assert scores.flagged[~in_it].any()
    of_unit = scores.unit_matter == UNIT_MATTERS.index("unit")
    np.testing.assert_array_equal(of_unit, scores.is_over & in_it)


def test_what_blocks_a_person_stays_the_first_reason(dataset: Dataset, model: WarningModel) -> None:
    _, scores = scored(dataset, model, None)
    assert scores.blocked.any()
    np.testing.assert_array_equal(
        scores.unit_matter[scores.blocked], scores.blocked_by[scores.blocked]
    )
    assert not (scores.flagged & (scores.unit_matter > 0)).any()


def test_four_buckets_flag_and_count_as_one_does(dataset: Dataset, model: WarningModel) -> None:
    whole, parts = UnitTotals(model.units), UnitTotals(model.units)
    history, scores = scored(dataset, model, None)
    whole.add(history, scores)
    assert whole.completions.sum() == len(np.unique(scores.completions.enrolment))
    flags = flags_of(history, scores)
    for index in range(BUCKETS):
        history, scores = scored(dataset, model, Bucket(index, BUCKETS))
        parts.add(history, scores)
        of_bucket = flags_of(history, scores)
        pd.testing.assert_series_equal(of_bucket, flags[of_bucket.index])
    pd.testing.assert_frame_equal(table(whole), table(parts))
    assert table(whole)["blocked"].sum() > 0


def test_room_that_a_flagged_unit_leaves_goes_to_others(
    dataset: Dataset, model: WarningModel
) -> None:
    _, scores = scored(dataset, model, None)
    assert scores.flagged.mean() > 0.05
