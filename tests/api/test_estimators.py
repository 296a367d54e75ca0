"""The three estimators: scikit-learn's conventions, and the same answers as the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import ptml
from ptml.api.estimator import Estimator
from ptml.contracts.artefacts import verified
from ptml.errors import DataError, UsageError
from ptml.jobs.progress import Silent
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from tests.conftest import SETTINGS

ESTIMATORS: tuple[type[Estimator], ...] = (
    ptml.Recommender,
    ptml.LiftEstimator,
    ptml.WarningEstimator,
)

# Values that are not the defaults, where 4 would not do.
OTHER: dict[str, Any] = {
    "second_stage": False,
    "diversity": 0.3,
    "stage": "dr",
    "learning_rate": 0.2,
    "review_share": 0.3,
}


@pytest.fixture(scope="module")
def company(organisation: Path) -> Iterator[ptml.Company]:
    with ptml.load(organisation) as opened:
        yield opened


def published_as(published: Path, table: str) -> pd.DataFrame:
    frame = pd.read_parquet(published / f"{table}.parquet")
    kinds = ptml.columns(table).set_index("column")["dtype"].to_dict()
    return frame[list(kinds)].astype(kinds)


def sorted_by(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    return frame.sort_values(list(names), ignore_index=True)


def test_fitting_lift_gives_what_the_command_line_publishes(
    company: ptml.Company, published: Path
) -> None:
    estimator = ptml.LiftEstimator(settings=SETTINGS).fit(company)
    found = sorted_by(estimator.predict(company), "employee_id", "course_id")
    told = sorted_by(published_as(published, "lift"), "employee_id", "course_id")
    pd.testing.assert_frame_equal(found, told, check_exact=True)


def test_saved_estimator_is_the_training_of_the_command_line(
    company: ptml.Company, organisation: Path, tmp_path: Path
) -> None:
    settings = {"recommend": {"trials": 1}, "ranker": {"enabled": False}, "seed": 3}
    trained = tmp_path / "trained"
    full = Settings.model_validate(settings)
    run_training(str(organisation), trained, None, full, ["recommend"], False, Silent())
    estimator = ptml.Recommender(trials=1, second_stage=False, seed=3).fit(company)
    saved = estimator.save(tmp_path / "saved")
    assert verified(saved)["sha256"] == verified(trained)["sha256"]
    assert verified(saved)["settings"] == verified(trained)["settings"]
    again = ptml.Recommender.load(saved)
    pd.testing.assert_frame_equal(again.predict(company), estimator.predict(company))


def test_warnings_and_lists_are_those_of_the_published_run(
    company: ptml.Company, models: Path, published: Path
) -> None:
    warned = ptml.WarningEstimator.load(models).predict(company)
    told = published_as(published, "warnings")
    by = ("enrolment_id", "stage")
    pd.testing.assert_frame_equal(sorted_by(warned, *by), sorted_by(told, *by), check_exact=True)
    lift = ptml.LiftEstimator.load(models)
    listed = ptml.Recommender.load(models).predict(company, lift=lift)
    told, by = published_as(published, "recommendations"), ("employee_id", "rank")
    pd.testing.assert_frame_equal(sorted_by(listed, *by), sorted_by(told, *by), check_exact=True)


def test_reasons_add_up_to_the_number(company: ptml.Company, models: Path) -> None:
    warnings = ptml.WarningEstimator.load(models)
    reasons = warnings.explain(company).groupby(["enrolment_id", "stage"])
    total = reasons["share"].sum() + reasons["base_value"].first()
    np.testing.assert_allclose(total, reasons["total"].first(), atol=1e-6)
    shares = warnings.shares(company).groupby(["enrolment_id", "stage"])
    total = shares["share"].sum() + shares["base_value"].first()
    np.testing.assert_allclose(total, reasons["total"].first(), atol=1e-6)

    lift = ptml.LiftEstimator.load(models)
    parts = lift.explain(company).groupby(["employee_id", "course_id"])
    np.testing.assert_allclose(parts["share"].sum(), parts["total"].first(), atol=1e-6)
    known = lift.predict(company).query("status == 'ok'")
    total = known.set_index(["employee_id", "course_id"])["lift"].sort_index()
    np.testing.assert_allclose(parts["total"].first(), total, atol=1e-6)

    recommender = ptml.Recommender.load(models)
    parts = recommender.explain(company, lift=lift).groupby(["employee_id", "rank"])
    np.testing.assert_allclose(parts["share"].sum(), parts["total"].first(), atol=1e-6)


def test_frames_have_the_types_that_they_are_documented_with(
    company: ptml.Company, models: Path
) -> None:
    warnings, lift = ptml.WarningEstimator.load(models), ptml.LiftEstimator.load(models)
    recommender = ptml.Recommender.load(models)
    frames = {
        "warnings": warnings.predict(company),
        "warning_reasons": warnings.explain(company),
        "warning_shares": warnings.shares(company),
        "lift": lift.predict(company),
        "lift_reasons": lift.explain(company),
        "recommendations": recommender.predict(company),
        "recommendation_reasons": recommender.explain(company),
        "evidence": lift.evidence_,
    }
    for name, frame in frames.items():
        told = ptml.columns(name).set_index("column")["dtype"].to_dict()
        assert frame.dtypes.astype(str).to_dict() == told, name
        assert len(frame), name


def test_reasons_of_one_person_in_another_language(company: ptml.Company, models: Path) -> None:
    warnings = ptml.WarningEstimator.load(models)
    one = warnings.predict(company)["employee_id"].iloc[0]
    english = warnings.explain(company, employees=[one])
    chinese = warnings.explain(company, employees=[one], language="zh-Hant")
    assert english["share"].equals(chinese["share"])
    assert not (english["text"] == chinese["text"]).any()
    with pytest.raises(UsageError, match="nothing is said of 1 of the employees"):
        warnings.explain(company, employees=["nobody"])


def test_models_that_know_the_future_say_so(company: ptml.Company, models: Path) -> None:
    lift = ptml.LiftEstimator.load(models)
    with pytest.warns(UserWarning, match="may have seen what they estimate here"):
        lift.predict(company, "2026-01-15")


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_parameters_follow_the_conventions(kind: type[Estimator]) -> None:
    estimator: Any = kind(seed=11, settings={"lift": {"n_rounds": 2}})
    twin = clone(estimator)
    assert twin is not estimator
    assert twin.get_params() == estimator.get_params()
    assert twin.set_params(seed=12) is twin
    assert (twin.seed, estimator.seed) == (12, 11)
    assert "seed=11" in repr(estimator)
    assert estimator.resolved_settings().lift.n_rounds == 2
    assert estimator.resolved_settings().seed == 11
    with pytest.raises(ValueError, match="Invalid parameter"):
        estimator.set_params(n_tress=3)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_every_parameter_reaches_the_settings(kind: type[Estimator]) -> None:
    plain = kind()
    assert set(plain.get_params()) == {*kind._places, "settings"}
    assert plain.resolved_settings() == Settings()
    for name, place in kind._places.items():
        other = OTHER.get(name, 4)
        found: Any = kind(**{name: other}).resolved_settings()
        for key in place:
            found = getattr(found, key)
        assert found == other, name


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_what_is_not_fitted_says_what_to_do(kind: type[Estimator], company: ptml.Company) -> None:
    estimator: Any = kind()
    with pytest.raises(NotFittedError, match=r"call fit\(company\) first, or load"):
        estimator.predict(company)
    with pytest.raises(UsageError, match="is not fitted"):
        estimator.save("anywhere")


def test_wrong_parameter_is_told_when_it_is_used(company: ptml.Company) -> None:
    with pytest.raises(UsageError, match=r"`lift.n_folds` input should be greater than or equal"):
        ptml.LiftEstimator(n_folds=1).fit(company)
    with pytest.raises(UsageError, match=r"did you mean `lift.n_folds`"):
        ptml.LiftEstimator(settings={"lift": {"n_fold": 3}}).fit(company)


def test_fitting_without_the_tables_names_what_is_missing(organisation: Path) -> None:
    tables = {path.stem: pd.read_parquet(path) for path in organisation.glob("*.parquet")}
    del tables["performance"]
    with (
        ptml.load(tables) as company,
        pytest.raises(DataError, match="table performance is missing"),
    ):
        ptml.LiftEstimator().fit(company)


def test_settings_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[settings.lift]\nn_folds = 7\n", encoding="utf-8")
    assert ptml.LiftEstimator(settings=file).resolved_settings().lift.n_folds == 7
    mixed = ptml.LiftEstimator(settings=file, n_folds=4)
    assert mixed.resolved_settings().lift.n_folds == 4
