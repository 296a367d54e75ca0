"""Metrics of ranking and calibration, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from ptml.evaluate.classification import (
    average_precision,
    calibration_error_by_chance,
    clustered_interval,
    expected_calibration_error,
    reliability_curve,
)
from ptml.separation import auc

cases = st.lists(
    st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=40
)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_ranking_metrics_agree_with_scikit_learn_with_ties_and_weights(
    drawn: list[tuple[bool, int, int]],
) -> None:
    label = np.array([row[0] for row in drawn])
    score = np.array([row[1] for row in drawn], dtype=np.float64)
    weight = np.array([row[2] for row in drawn], dtype=np.float64)
    if weight[label].sum() == 0 or weight[~label].sum() == 0:
        assert np.isnan(auc(label, score, weight))
        return
    assert auc(label, score, weight) == pytest.approx(
        roc_auc_score(label, score, sample_weight=weight)
    )
    assert average_precision(label, score, weight) == pytest.approx(
        average_precision_score(label, score, sample_weight=weight)
    )


def test_one_class_or_no_case_gives_no_figure() -> None:
    one_class, nobody = np.ones(3, dtype=bool), np.zeros(0, dtype=bool)
    assert np.isnan(auc(one_class, np.arange(3.0)))
    assert np.isnan(average_precision(~one_class, np.arange(3.0)))
    assert np.isnan(expected_calibration_error(nobody, np.zeros(0)))
    assert len(reliability_curve(nobody, np.zeros(0)).count) == 0


def test_calibration_error_is_zero_where_every_bin_keeps_its_word() -> None:
    label = np.array([True, False, False, False, True, True, True, False])
    said = np.repeat([0.25, 0.75], 4)
    assert expected_calibration_error(label, said, n_bins=2) == 0
    assert expected_calibration_error(label, 1 - said, n_bins=2) == 0.5


def test_equal_probabilities_share_a_bin_whatever_their_order() -> None:
    label = np.array([True, True, False, False])
    said = np.full(4, 0.5)
    assert expected_calibration_error(label, said, n_bins=2) == 0


def test_reliability_curve_counts_every_case_once_and_covers_the_share() -> None:
    rng = np.random.default_rng(3)
    said = rng.random(997)
    label = rng.random(997) < said
    curve = reliability_curve(label, said)
    assert curve.count.sum() == 997
    assert (np.diff(curve.predicted) > 0).all()
    assert (curve.low <= curve.observed).all()
    assert (curve.observed <= curve.high).all()
    assert (np.abs(curve.predicted - curve.observed) < 0.15).all()


def test_interval_is_wider_when_cases_of_a_person_are_alike() -> None:
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(60), 10)
    label = np.repeat(rng.random(60) < 0.5, 10)
    score = np.repeat(rng.normal(size=60), 10) + label
    alone = clustered_interval(
        auc, label, score, np.arange(600), np.random.default_rng(2), n_draws=150
    )
    together = clustered_interval(auc, label, score, person, np.random.default_rng(2), n_draws=150)
    assert together.value == alone.value
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_interval_covers_the_true_auc_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    true_auc = 0.7602  # of normal scores one standard deviation apart
    hits = 0
    for _ in range(60):
        label = rng.random(150) < 0.4
        score = rng.normal(size=150) + label
        found = clustered_interval(auc, label, score, np.arange(150), rng, n_draws=80)
        hits += found.low <= true_auc <= found.high
    assert 52 <= hits <= 60


def test_same_generator_gives_the_same_interval() -> None:
    label, score = np.array([True, False] * 20), np.linspace(0, 1, 40)
    first, second = (
        clustered_interval(auc, label, score, np.arange(40), np.random.default_rng(5))
        for _ in range(2)
    )
    assert first == second


def test_calibration_error_by_chance_is_seldom_exceeded_by_true_probabilities() -> None:
    rng = np.random.default_rng(11)
    said = rng.random(400)
    bound = calibration_error_by_chance(said, rng)
    exceeded = [
        expected_calibration_error(rng.random(400) < said, said) > bound for _ in range(200)
    ]
    assert np.mean(exceeded) < 0.05
    half = expected_calibration_error(rng.random(400) < said / 2, said)
    assert half > bound


def test_interval_of_a_weighted_metric_counts_cases_by_weight() -> None:
    rng = np.random.default_rng(3)
    label, score = rng.random(400) < 0.5, rng.random(400)
    weight = np.where(np.arange(400) < 200, 1.0, 0.0)
    people = np.arange(400)
    found = clustered_interval(auc, label, score, people, np.random.default_rng(1), weight=weight)
    assert found.value == pytest.approx(auc(label[:200], score[:200]))
    every = clustered_interval(auc, label, score, people, np.random.default_rng(1))
    assert found.high - found.low > every.high - every.low
