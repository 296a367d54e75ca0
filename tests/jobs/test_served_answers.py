"""What MLflow serves gives the same figures as the models it is made of."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset
from ptml.features.bucket import Bucket
from ptml.features.capability import capability
from ptml.features.history import load_history
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages
from ptml.jobs.models import Models, load_models
from ptml.jobs.served_answers import predict_lift, predict_next, predict_weak
from ptml.sources import read_dataset
from ptml.transfer.completions import recent_completions

N_PEOPLE = 40


@pytest.fixture(scope="module")
def dataset(organisation: Path) -> Dataset:
    return read_dataset(str(organisation))


@pytest.fixture(scope="module")
def loaded(models: Path) -> Models:
    return load_models(models, ("recommend", "lift", "warnings"), [])


def test_lift_from_features_is_that_of_the_model(dataset: Dataset, loaded: Models) -> None:
    model = loaded.lift
    assert model is not None
    assert model.fitted is not None
    history, shared = load_history(dataset), shared_averages(dataset)
    rows = Rows.at(np.arange(N_PEOPLE, dtype=np.int32), model.as_of_day)
    portraits = capability(history, shared, rows)
    row, course = (
        index.ravel().astype(np.int32)
        for index in np.meshgrid(np.arange(N_PEOPLE), np.arange(history.n_courses), indexing="ij")
    )
    people = person_features(history, shared, rows, portraits)
    pairs = pair_features(history, shared, rows, portraits, row, course)
    used = model.fitted.modifiers
    frame = pd.DataFrame(
        {"course_id": history.courses.ids[course]}
        | {name: pairs.column(name) for name in used.pair_names}
        | {name: people.column(name)[row] for name in used.person_names}
    )
    served = predict_lift(model, frame)
    estimate = model.predict(history, rows, people, pairs, row, course)
    answered = np.isfinite(estimate.lift)
    assert answered.any()
    for name, wanted in (
        ("lift", estimate.lift),
        ("lift_low", estimate.low),
        ("lift_high", estimate.high),
    ):
        found = served[name].to_numpy(dtype=float)[answered]
        np.testing.assert_allclose(found, wanted[answered], rtol=1e-4, atol=1e-4)


def test_a_course_that_nobody_took_has_no_lift(loaded: Models) -> None:
    assert loaded.lift is not None
    assert loaded.lift.fitted is not None
    used = loaded.lift.fitted.modifiers
    frame = pd.DataFrame({name: [1.0] for name in (*used.pair_names, *used.person_names)})
    assert predict_lift(loaded.lift, frame.assign(course_id="unheard of")).isna().all(axis=None)


def test_warning_from_features_is_that_of_the_model(dataset: Dataset, loaded: Models) -> None:
    model = loaded.warning
    assert model is not None
    history, shared = load_history(dataset, Bucket(0, 2)), shared_averages(dataset)
    completions = recent_completions(history, model.as_of_day, model.config.label.window_days)
    scores = model.predict(history, shared, completions)
    assert len(scores) > 10
    frame = pd.DataFrame(scores.features.values, columns=list(model.names))
    served = predict_weak(model, frame.assign(stage=completions.stage))
    np.testing.assert_allclose(served["p_weak"], scores.p_weak, atol=1e-6)


def test_recommended_next_are_ten_courses_at_most_and_none_that_was_chosen(
    dataset: Dataset, loaded: Models
) -> None:
    assert loaded.preference is not None
    chosen = dataset.query(
        "SELECT DISTINCT employee_id, course_id FROM enrolments WHERE assigned_by = 'self'"
    )
    answer = predict_next(loaded.preference, chosen)
    assert set(answer["employee_id"]) <= set(chosen["employee_id"])
    assert answer.merge(chosen, on=["employee_id", "course_id"]).empty
    assert answer["rank"].between(1, 10).all()
    assert answer["score"].between(0, 1).all()
    falling = answer.groupby("employee_id")["score"].agg(lambda s: s.is_monotonic_decreasing)
    assert falling.all()


def test_courses_that_are_not_known_are_passed_over(loaded: Models) -> None:
    assert loaded.preference is not None
    history = pd.DataFrame({"employee_id": ["e1", "e2"], "course_id": ["unheard of"] * 2})
    answer = predict_next(loaded.preference, history)
    assert set(answer["employee_id"]) == {"e1", "e2"}
