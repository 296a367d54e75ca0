"""The warning model as a value: what it says, of whom, and what is read back."""

from pathlib import Path

import numpy as np

from ptml.features.bucket import Bucket
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.transfer.completions import recent_completions
from ptml.transfer.model import WarningModel, WarningScores

from .conftest import Fitted
from .organisation import organisation


def predicted(fitted: Fitted, model: WarningModel) -> WarningScores:
    completions = recent_completions(fitted.history, fitted.as_of_day, 90)
    return model.predict(fitted.history, fitted.shared, completions)


def test_probability_is_base_and_shares(fitted: Fitted) -> None:
    scores = predicted(fitted, fitted.model)
    assert len(scores) > 100
    log_odds = np.log(scores.p_weak / (1 - scores.p_weak))
    np.testing.assert_allclose(scores.base_value + scores.shares.sum(axis=1), log_odds, atol=1e-6)


def test_flags_are_at_the_threshold_of_the_stage_and_never_on_the_blocked(fitted: Fitted) -> None:
    scores = predicted(fitted, fitted.model)
    bound = np.array(fitted.model.thresholds)[scores.completions.stage]
    np.testing.assert_array_equal(
        scores.flagged, (scores.p_weak >= bound) & (scores.unit_matter == 0)
    )
    assert scores.flagged.any()
    assert (scores.blocked & (scores.p_weak >= bound)).any()


def test_what_is_saved_is_what_is_read(fitted: Fitted, tmp_path: Path) -> None:
    fitted.model.save(tmp_path / "new" / "folder")
    read = WarningModel.load(tmp_path / "new" / "folder")
    before, after = predicted(fitted, fitted.model), predicted(fitted, read)
    for name in ("p_weak", "base_value", "shares", "flagged", "blocked_by"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
    assert read.evidence == fitted.model.evidence
    assert read.config == fitted.model.config
    assert (read.as_of_day, read.seed) == (fitted.as_of_day, 1)
    assert read.fingerprint == fitted.history.fingerprint


def test_files_are_text_json_and_arrays(fitted: Fitted, tmp_path: Path) -> None:
    fitted.model.save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".txt", ".json", ".npz", ".npy"}


def test_bucket_says_the_same_as_everybody(fitted: Fitted) -> None:
    dataset = organisation()
    shared = shared_averages(dataset)
    whole = predicted(fitted, fitted.model)
    log = fitted.history.enrolments
    by_key = {
        (log.enrolment_id[e], s): p
        for e, s, p in zip(
            whole.completions.enrolment, whole.completions.stage, whole.p_weak, strict=True
        )
    }
    n_scored = 0
    for index in range(3):
        part = load_history(dataset, Bucket(index, 3))
        completions = recent_completions(part, fitted.as_of_day, 90)
        scores = fitted.model.predict(part, shared, completions)
        ids = part.enrolments.enrolment_id[completions.enrolment]
        n_scored += len(scores)
        for key, stage, p in zip(ids, completions.stage, scores.p_weak, strict=True):
            assert by_key[key, stage] == p
    assert n_scored == len(whole)


def test_units_and_courses_that_came_later_have_the_norm_of_all(fitted: Fitted) -> None:
    history = fitted.history
    completions = recent_completions(history, fitted.as_of_day, 90)
    norms = fitted.model.norms
    without = type(norms)(norms.means, type(norms.courses).of([]), type(norms.units).of([]))
    scores = WarningModel(
        **{**vars(fitted.model), "norms": without},
    ).predict(history, fitted.shared, completions)
    assert np.isfinite(scores.p_weak).all()
    assert (scores.features.column("course_checked") == 0).all()
    assert (scores.features.column("unit_checked") == 0).all()


def test_bucket_without_anybody_is_scored_as_nothing(fitted: Fitted) -> None:
    dataset = organisation()
    empty = next(
        history
        for index in range(5000)
        if len((history := load_history(dataset, Bucket(index, 5000))).employees) == 0
    )
    scores = fitted.model.predict(
        empty, fitted.shared, recent_completions(empty, fitted.as_of_day, 90)
    )
    assert len(scores) == 0
