"""What is seen of a completion at each stage."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.features.days import day_number
from ptml.features.history import load_history
from ptml.features.matrix import FeatureMatrix
from ptml.features.shared import Shared, shared_averages
from ptml.transfer.completion_features import completion_features, exam_and_fit
from ptml.transfer.completions import Completions
from ptml.transfer.config import WarningConfig
from ptml.transfer.labels import transfer_labels
from ptml.transfer.model import completion_view
from ptml.transfer.norms import shared_norms
from ptml.transfer.view import CompletionView

from .organisation import FIRST_DAY, N_DAYS, known_before, tables
from .small import away, check, incident, on, small_dataset

Rows = Sequence[Mapping[str, Any]]
FAR_DAY = 100_000


def features_of(
    dataset: Dataset,
    enrolment: Sequence[int] = (0,),
    work_out: Callable[[CompletionView, Shared], FeatureMatrix] = completion_features,
) -> FeatureMatrix:
    history, shared = load_history(dataset), shared_averages(dataset)
    config = WarningConfig()
    labels = transfer_labels(history, config.label)
    norms = shared_norms(history, labels, FAR_DAY)
    completions = Completions.at_both_stages(np.array(enrolment, dtype=np.int32))
    return work_out(completion_view(history, completions, norms, config), shared)


def seen(name: str, **rows: Rows) -> tuple[float, float]:
    """A feature at completion and thirty days later."""
    at_completion, later = features_of(small_dataset(**rows)).column(name)
    return float(at_completion), float(later)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("practice_tasks_due", (1, 3)),
        ("practice_tasks_done", (1, 2)),
        ("practice_tasks_missed", (0, 1)),
        ("mentor_meetings_missed", (0, 0)),
        ("tool_uses", (0, 2)),
        ("days_to_first_use", (np.nan, 4)),
        ("days_since_last_use", (np.nan, 20)),
        ("days_after_completion", (0, 30)),
    ],
)
def test_use_at_work_that_was_known_at_the_moment(name: str, expected: tuple[float, float]) -> None:
    evidence = [
        check(10, 0, 0.9, "practice_task"),
        check(20, 20, 0.7, "practice_task"),
        check(30, 31, 0.7, "practice_task"),
        check(31, None, None, "mentor_meeting"),
        check(None, 4, 0.5, "tool_use"),
        check(None, 11, 0.5, "tool_use"),
        check(None, 31, 0.5, "tool_use"),
    ]
    np.testing.assert_array_equal(seen(name, transfer_evidence=evidence), expected)


def test_behaviour_checks_change_nothing_but_the_record_of_later_courses() -> None:
    weak = small_dataset(transfer_evidence=[check(5, 5, 0.1), check(20, None, None)])
    sound = small_dataset(transfer_evidence=[check(5, 5, 1.0)])
    np.testing.assert_array_equal(features_of(weak).values, features_of(sound).values)


def test_tasks_of_this_course_are_no_part_of_the_record_of_earlier_ones() -> None:
    def with_task(done: int | None) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        score = None if done is None else 0.9
        evidence = [check(9, done, score, "practice_task"), check(10, 10, 0.9, "practice_task")]
        return features_of(small_dataset(transfer_evidence=evidence)).select(
            ["own_practice_task_share", "unit_practice_task_share"]
        )

    np.testing.assert_array_equal(with_task(5), with_task(None))


def test_norms_hold_nothing_that_was_not_known() -> None:
    frames, limit = tables(n_employees=40), 600
    as_of_day = day_number(FIRST_DAY) + limit
    found = []
    for content in (frames, known_before(frames, limit)):
        history = load_history(dataset_from_frames(content))
        labels = transfer_labels(history, WarningConfig().label)
        found.append(shared_norms(history, labels, as_of_day).means)
    for name, mean in found[0].items():
        for part in ("by_owner", "overall"):
            one, other = getattr(mean, part), getattr(found[1][name], part)
            np.testing.assert_array_equal(one.key, other.key, err_msg=name)
            np.testing.assert_array_equal(one.total, other.total, err_msg=name)


def test_absence_and_incidents_since_the_completion() -> None:
    rows: dict[str, Rows] = {"absences": [away(5, 60)], "incidents": [incident(7, 12.0)]}
    assert seen("absent_days_since_completion", **rows) == (0, 26)
    assert seen("worst_incident_hours", **rows) == (0, 12)


def test_study_against_the_norm_of_the_course() -> None:
    def completion(key: str, employee: str, day: int, exam: float) -> dict[str, Any]:
        return {
            "enrolment_id": key,
            "employee_id": employee,
            "course_id": "selling",
            "assigned_by": "manager",
            "enrolled_on": on(day - 20),
            "started_on": on(day - 9),
            "completed_on": on(day),
            "exam_score": exam,
            "minutes": 300.0,
        }

    rows: dict[str, Rows] = {
        "employees": [{"employee_id": "ann"}, {"employee_id": "bob"}],
        "courses": [{"course_id": "selling", "hours": 10.0}],
        "enrolments": [completion("m", "bob", -100, 80.0), completion("n", "ann", 0, 65.0)],
    }
    matrix = features_of(small_dataset(**rows))
    assert matrix.column("exam_points")[0] == 65
    assert matrix.column("exam_usual_points")[0] == 80
    assert matrix.column("exam_above_usual_points")[0] == -15
    assert matrix.column("study_days")[0] == 10
    assert matrix.column("study_minutes_a_day")[0] == 30
    assert matrix.column("effort_share")[0] == 0.5
    assert matrix.column("days_waited_to_start")[0] == 11
    assert matrix.column("assigned_by_manager")[0] == 1
    assert matrix.column("assigned_by_self")[0] == 0


def test_names_are_unique_and_none_is_protected_or_a_code() -> None:
    matrix = features_of(small_dataset())
    assert len(set(matrix.names)) == len(matrix.names) == len(matrix.families)
    assert not [name for name in matrix.names if "protected" in name or name in ("role", "unit")]


@pytest.mark.parametrize("limit", [400, 731])
def test_later_rows_leave_every_feature_as_it_is(limit: int) -> None:
    frames = tables(n_employees=40)
    whole, cut = (dataset_from_frames(f) for f in (frames, known_before(frames, limit)))
    log = load_history(cut).enrolments
    chosen = np.flatnonzero(log.completed < day_number(FIRST_DAY) + limit - 31)
    position = {key: k for k, key in enumerate(load_history(whole).enrolments.enrolment_id)}
    before = features_of(cut, chosen.tolist())
    after = features_of(whole, [position[key] for key in log.enrolment_id[chosen]])
    assert len(before) > 20
    assert limit < N_DAYS
    np.testing.assert_array_equal(before.values, after.values)


def test_exam_and_fit_alone_have_the_same_values() -> None:
    dataset = dataset_from_frames(tables())
    some = range(0, 40, 3)
    whole, part = features_of(dataset, some), features_of(dataset, some, exam_and_fit)
    both = [name for name in part.names if name in whole.names]
    assert {"exam_points", "exam_above_usual_points", "required_share", "gap_closed"} < set(both)
    assert "new_levels" in both
    np.testing.assert_array_equal(part.select(tuple(both)), whole.select(tuple(both)))
