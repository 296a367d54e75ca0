"""Sources that lack tables, columns or rows still give every feature, unknown where it is."""

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.contracts.inputs import INPUT_TABLES
from ptml.features.bucket import Bucket
from ptml.features.capability import capability
from ptml.features.courses import course_features
from ptml.features.eligibility import EXCLUSIONS, eligibility
from ptml.features.history import History, load_history
from ptml.features.matrix import FeatureMatrix
from ptml.features.outcomes import period_scores, quarter_starts, starts_by_quarter
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages

from .organisation import Frames, random_frames
from .small import dataset_of, enrolment, quarter_result

DAY = 19_900
# No feature looks at these.
UNUSED = (
    "exposures",
    "flags",
    "warning_actions",
    "goals",
    "kpi_competencies",
    "transfer_evidence",
    "org_units",
    "competencies",
)
NEEDED = ("employees", "courses", "enrolments")
OPTIONAL = tuple(sorted(set(INPUT_TABLES) - {*NEEDED, *UNUSED}))


def everything(frames: Frames) -> tuple[FeatureMatrix, FeatureMatrix, FeatureMatrix]:
    """Person, pair and course features; all else is worked out on the way."""
    with dataset_from_frames(frames) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    rows = Rows.at(range(history.n_employees), DAY)
    portrait = capability(history, shared, rows)
    assert eligibility(history, rows, portrait).max(initial=0) < len(EXCLUSIONS)
    scores = period_scores(history, DAY)
    starts_by_quarter(history, quarter_starts(scores), DAY)
    row, course = np.divmod(np.arange(len(rows) * history.n_courses), history.n_courses)
    pairs = pair_features(history, shared, rows, portrait, row, course.astype(np.int32))
    people = person_features(history, shared, rows, portrait)
    return people, pairs, course_features(history, shared, DAY)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return random_frames(11)


@pytest.fixture(scope="module")
def whole(frames: Frames) -> tuple[FeatureMatrix, ...]:
    return everything(frames)


@pytest.mark.parametrize("table", OPTIONAL)
def test_any_optional_table_may_be_missing(
    frames: Frames, whole: tuple[FeatureMatrix, ...], table: str
) -> None:
    found = everything({name: frame for name, frame in frames.items() if name != table})
    for before, after in zip(whole, found, strict=True):
        assert after.names == before.names
        assert after.values.shape == before.values.shape


def test_the_a_tables_alone_are_enough(frames: Frames) -> None:
    found = everything({name: frames[name] for name in NEEDED})
    people, pairs, _ = found
    for name in ("score_last", "level_mean", "role", "motivation_last", "team_score"):
        assert np.isnan(people.column(name)).all()
    assert np.isfinite(people.column("started_ever")).all()
    assert np.isnan(pairs.column("new_levels")).all()


def test_no_optional_column_need_hold_anything(frames: Frames) -> None:
    emptied = {}
    for name, frame in frames.items():
        required = [column for column in frame if column in INPUT_TABLES[name].required]
        emptied[name] = frame[required].copy()
        for column in set(INPUT_TABLES[name].columns) - set(required):
            emptied[name][column] = None
    people, pairs, courses = everything(emptied)
    assert np.isnan(people.column("completion_rate")).all()
    assert np.isnan(courses.column("course_hours")).all()
    assert (pairs.column("prerequisites_missing") >= 0).all()


def test_no_optional_column_need_be_there(frames: Frames) -> None:
    everything(
        {
            name: frame[[column for column in frame if column in INPUT_TABLES[name].required]]
            for name, frame in frames.items()
        }
    )


@pytest.mark.parametrize("n_employees", [1, 2])
def test_one_employee_and_one_course_are_enough(frames: Frames, n_employees: int) -> None:
    kept = [f"e{k}" for k in range(n_employees)]
    small = {
        name: frame[frame["employee_id"].isin(kept)] if "employee_id" in frame else frame
        for name, frame in frames.items()
    }
    small["assignments"] = small["assignments"].assign(manager_id=None)
    everything({name: frame for name, frame in small.items() if len(frame)})
    one = pd.DataFrame({"course_id": ["c2"]})
    of_one = small["enrolments"][small["enrolments"]["course_id"] == "c2"]
    if len(of_one):
        everything({"employees": small["employees"], "courses": one, "enrolments": of_one})


def test_one_period_has_a_score_and_no_trend() -> None:
    with dataset_of(performance=[quarter_result("2024-01-01", "2024-03-31", 90.0)]) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    found = person_features(history, shared, Rows.at([0], DAY))
    assert found.column("score_last")[0] == 90
    assert np.isnan(found.column("score_trend_points_a_year")[0])


def test_nothing_but_mandatory_courses() -> None:
    with dataset_of(
        courses=[{"course_id": "sql", "mandatory": True}],
        enrolments=[enrolment("a", "2024-01-01")],
    ) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    rows = Rows.at([0], DAY)
    assert person_features(history, shared, rows).column("mandatory_share")[0] == 1
    assert course_features(history, shared, DAY).column("course_take_rate")[0] == 0


def test_an_empty_bucket_has_no_rows() -> None:
    with dataset_of() as dataset:
        parts = [load_history(dataset, Bucket(index, 8)) for index in range(8)]
        shared = shared_averages(dataset)
    empty: History = next(part for part in parts if part.n_employees == 0)
    assert sum(part.n_employees for part in parts) == 1
    assert len(person_features(empty, shared, Rows.at([], DAY))) == 0


@pytest.mark.parametrize(("index", "count"), [(-1, 3), (3, 3), (0, 0)])
def test_a_bucket_lies_within_its_count(index: int, count: int) -> None:
    with pytest.raises(ValueError, match="index"):
        Bucket(index, count)
