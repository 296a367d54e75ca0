"""Learning to warn, and refusing to where it cannot be learnt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.features.days import day_number
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.separation import auc
from ptml.transfer.completions import recent_completions
from ptml.transfer.config import WarningConfig
from ptml.transfer.fitting import fit_warning
from ptml.transfer.model import WarningModel

from .conftest import Fitted
from .organisation import AS_OF, FIRST_DAY, known_before, tables
from .small import COMPLETED, small_dataset

Rows = Sequence[Mapping[str, Any]]


def fit(dataset: Dataset, as_of_day: int, seed: int = 1) -> WarningModel:
    history, shared = load_history(dataset), shared_averages(dataset)
    return fit_warning(history, shared, as_of_day, WarningConfig(), seed)


def texts(model: WarningModel) -> list[str]:
    assert model.classifier is not None
    return [booster.model_to_string() for booster in model.classifier.boosters]


def test_held_out_outcomes_are_ranked_by_what_causes_them(fitted: Fitted) -> None:
    held_out = fitted.model.held_out
    assert held_out is not None
    first, later = (
        auc(held_out.weak[held_out.stage == k], held_out.p_weak[held_out.stage == k])
        for k in (0, 1)
    )
    assert first > 0.6
    assert later > first


def test_evidence_counts_outcomes_and_names_the_thresholds(fitted: Fitted) -> None:
    found = {row.name: row for row in fitted.model.evidence}
    assert found["label_coverage"].value == 1.0
    assert found["weak_share"].value == pytest.approx(0.41, abs=0.05)
    assert found["threshold/day_30"].value == fitted.model.thresholds[1]
    assert set(found["form"].payload["log_loss"]) == {"joint", "by_stage"}
    assert all(row.model == "transfer" for row in fitted.model.evidence)


def test_time_left_is_that_to_the_first_check(fitted: Fitted) -> None:
    found = {row.name: row for row in fitted.model.evidence}
    at_once, later = found["lead_days/completion"], found["lead_days/day_30"]
    assert at_once.value is not None
    assert later.value == at_once.value - 30
    assert 0 < at_once.value <= 90


def test_same_seed_gives_the_same_model_and_rows_of_later_days_change_nothing() -> None:
    frames = tables(n_employees=150)
    as_of = day_number(FIRST_DAY) + 800
    whole = fit(dataset_from_frames(frames), as_of)
    cut = fit(dataset_from_frames(known_before(frames, 800)), as_of)
    assert texts(whole) == texts(cut)
    assert whole.thresholds == cut.thresholds
    assert [replace(row) for row in whole.evidence] == list(cut.evidence)


def test_two_weeks_of_reviews_flag_fewer(fitted: Fitted) -> None:
    config = WarningConfig(reviews_per_week=0.5)
    model = fit_warning(fitted.history, fitted.shared, fitted.as_of_day, config, 1)
    assert model.thresholds[0] > fitted.model.thresholds[0]


def test_many_outcomes_are_sampled_over_all_of_the_time(fitted: Fitted) -> None:
    config = WarningConfig(max_completions=600)
    model = fit_warning(fitted.history, fitted.shared, fitted.as_of_day, config, 1)
    assert model.classifier is not None
    assert model.held_out is not None
    assert fitted.model.held_out is not None
    assert 0 < len(model.held_out) < len(fitted.model.held_out)


def _one_person() -> Dataset:
    return small_dataset()


def _nothing_completed() -> Dataset:
    enrolled = {"enrolment_id": "n", "employee_id": "ann", "course_id": "selling"}
    return small_dataset(
        enrolments=[{**enrolled, "enrolled_on": COMPLETED.isoformat()}], transfer_evidence=[]
    )


def _no_evidence() -> Dataset:
    return small_dataset(transfer_evidence=[])


def _a_tables_alone() -> Dataset:
    return small_dataset(assignments=[], org_units=[], roles=[], transfer_evidence=[])


def _all_sound() -> Dataset:
    frames = tables(n_employees=100)
    evidence = frames["transfer_evidence"].assign(score=0.9)
    evidence["done_on"] = evidence["done_on"].fillna(evidence["due_on"])
    return dataset_from_frames({**frames, "transfer_evidence": evidence})


def _one_day() -> Dataset:
    frames = tables(n_employees=100)
    enrolments = frames["enrolments"].assign(
        enrolled_on="2024-01-01", started_on="2024-01-02", completed_on="2024-01-09"
    )
    checks = frames["transfer_evidence"].assign(due_on="2024-03-01", done_on="2024-03-01")
    checks["score"] = np.where(np.arange(len(checks)) % 4 < 2, 0.1, 0.9)
    return dataset_from_frames({**frames, "enrolments": enrolments, "transfer_evidence": checks})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_one_person, "1 completions is known"),
        (_nothing_completed, "0 completions is known"),
        (_no_evidence, "0 completions is known"),
        (_a_tables_alone, "0 completions is known"),
        (_all_sound, "0 weak and"),
        (_one_day, "to train on"),
    ],
)
def test_what_cannot_be_learnt_is_refused_with_its_reason(make: Any, words: str) -> None:
    dataset = make()
    model = fit(dataset, day_number(COMPLETED) + 400)
    assert model.classifier is None
    assert model.refusal is not None
    assert words in model.refusal
    check_row = next(row for row in model.evidence if row.name == "enough_data")
    assert check_row.verdict == "fail"
    assert check_row.payload["note"] == model.refusal
    history = load_history(dataset)
    scores = model.predict(
        history, shared_averages(dataset), recent_completions(history, model.as_of_day, 90)
    )
    assert len(scores) == 0


def test_refusal_survives_being_saved(tmp_path: Any) -> None:
    model = fit(_no_evidence(), day_number(COMPLETED) + 400)
    model.save(tmp_path)
    read = WarningModel.load(tmp_path)
    assert read.refusal == model.refusal
    assert read.classifier is None


def test_short_history_gives_a_model_that_says_that_nothing_was_held_out() -> None:
    frames = tables(n_employees=200)
    start, end = "2023-05-01", "2024-02-15"
    kept = frames["enrolments"]["completed_on"].between(start, end)
    enrolments = frames["enrolments"][kept]
    evidence = frames["transfer_evidence"]
    evidence = evidence[evidence["enrolment_id"].isin(enrolments["enrolment_id"])]
    dataset = dataset_from_frames(
        {**frames, "enrolments": enrolments, "transfer_evidence": evidence}
    )
    model = fit(dataset, day_number(pd.Timestamp(end).date()) + 100)
    assert model.classifier is not None
    assert model.held_out is None
    told = next(row for row in model.evidence if row.name == "held_out")
    assert told.verdict == "not_judged"


def test_outcomes_count_by_who_is_checked_where_asked_for() -> None:
    frames = tables()
    evidence = frames["transfer_evidence"]
    is_check = evidence["kind"] == "behaviour_check"
    motives = frames["feedback"].set_index("employee_id")["value"]
    keen = evidence["enrolment_id"].str[:5].map(motives) > 3
    rng = np.random.default_rng(3)
    skipped = is_check & (rng.random(len(evidence)) < np.where(keen, 0.05, 0.6))
    dataset = dataset_from_frames({**frames, "transfer_evidence": evidence[~skipped]})
    history, shared = load_history(dataset), shared_averages(dataset)
    as_of = day_number(AS_OF)
    plain, weighted = (
        fit_warning(history, shared, as_of, WarningConfig(label_weights=how), 1)
        for how in ("none", "inverse")
    )
    assert texts(plain) != texts(weighted)
    for model in (plain, weighted):
        assert model.held_out is not None
        assert model.held_out.weight is not None
        assert np.ptp(model.held_out.weight) > 0.5
        assert model.checked is not None
        assert len(model.checked.cases) > model.checked.cases.is_known.sum()
