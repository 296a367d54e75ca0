"""No feature sees what was known on the as-of day or later, and nothing else moves a feature."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.features.bucket import Bucket
from ptml.features.capability import capability
from ptml.features.courses import course_features
from ptml.features.days import day_number
from ptml.features.eligibility import eligibility
from ptml.features.history import History, load_history
from ptml.features.outcomes import period_scores, quarter_starts, starts_by_quarter
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared, shared_averages

from .organisation import (
    FIRST,
    LAST,
    N_COURSES,
    N_EMPLOYEES,
    Frames,
    dated_frames,
    days,
    ids,
    pick,
    random_frames,
    shuffled,
    static_frames,
)

Arrays = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]

# The first and second day of a quarter, when shared averages are renewed, and any other day.
CUTS = (date(2024, 7, 1), date(2024, 7, 2), date(2024, 11, 13), date(2025, 1, 1))
# A smaller seed makes no simpler organisation.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
NEVER_SEEN = np.datetime64("NaT", "D")


@settings(max_examples=60, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 2**16), cut=st.sampled_from(CUTS))
def test_rows_known_on_or_after_the_day_change_no_feature(seed: int, cut: date) -> None:
    rng = np.random.default_rng(seed)
    past = {**static_frames(rng), **dated_frames(rng, FIRST, cut - timedelta(days=1))}
    future = with_future(rng, past, cut)
    asked = (cut, cut - timedelta(days=100))
    seen, with_later = (all_features(dataset_from_frames(f), *asked) for f in (past, future))
    for name, values in seen.items():
        assert values.tobytes() == with_later[name].tobytes(), f"{name} as of {cut}"


def test_the_future_of_that_test_does_change_features_later() -> None:
    rng = np.random.default_rng(5)
    cut = CUTS[0]
    past = {**static_frames(rng), **dated_frames(rng, FIRST, cut - timedelta(days=1))}
    seen, with_later = (
        all_features(dataset_from_frames(frames), cut + timedelta(days=200))
        for frames in (past, with_future(rng, past, cut))
    )
    changed = [name for name in seen if seen[name].tobytes() != with_later[name].tobytes()]
    assert changed == list(seen)


@settings(max_examples=2, deadline=None, phases=NO_SHRINKING)
@given(seed=st.integers(0, 2**16))
def test_the_order_of_input_rows_does_not_matter(seed: int) -> None:
    frames = random_frames(seed)
    seen = all_features(dataset_from_frames(frames), CUTS[2])
    mixed = all_features(dataset_from_frames(shuffled(frames, seed)), CUTS[2])
    for name, values in seen.items():
        assert values.tobytes() == mixed[name].tobytes(), name


@pytest.mark.parametrize("n_buckets", [2, 7])
def test_a_bucket_has_the_same_features_as_everybody_at_once(n_buckets: int) -> None:
    dataset = dataset_from_frames(random_frames(3))
    shared, day = shared_averages(dataset), CUTS[2]
    everybody = features_of(load_history(dataset), shared, day)
    parts = []
    for index in range(n_buckets):
        history = load_history(dataset, Bucket(index, n_buckets))
        found = features_of(history, shared, day)
        parts.append((history.employees.ids, found))
    employees = np.concatenate([part for part, _ in parts])
    assert sorted(employees) == sorted(ids("e", N_EMPLOYEES))
    order = np.argsort(employees)
    for name in ("person", "level", "pair", "eligibility", "scores"):
        together = np.concatenate([found[name] for _, found in parts])
        assert together[order].tobytes() == everybody[name].tobytes(), name
    for _, found in parts:
        assert found["course"].tobytes() == everybody["course"].tobytes()


def test_a_row_has_the_same_features_alone_as_among_others() -> None:
    dataset = dataset_from_frames(random_frames(4))
    history, shared = load_history(dataset), shared_averages(dataset)
    employee = np.arange(N_EMPLOYEES, dtype=np.int32)
    day = (day_number(CUTS[2]) - 11 * (employee % 5)).astype(np.int32)
    rows = Rows(employee, day)
    together = person_features(history, shared, rows).values
    for k in (0, 13, N_EMPLOYEES - 1):
        alone = person_features(history, shared, rows.take(slice(k, k + 1))).values
        assert alone.tobytes() == together[k].tobytes()


def all_features(dataset: Dataset, *asked: date) -> Arrays:
    """Every feature, as of each day, of the people and courses that there have always been."""
    with dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    found = [features_of(history, shared, day) for day in asked]
    return {name: np.concatenate([of[name].ravel() for of in found]) for name in found[0]}


def features_of(history: History, shared: Shared, day: date) -> Arrays:
    known = np.isin(history.employees.ids, ids("e", N_EMPLOYEES))
    courses = np.flatnonzero(np.isin(history.courses.ids, ids("c", N_COURSES)))
    as_of = day_number(day)
    rows = Rows.at(np.flatnonzero(known).astype(np.int32), as_of)
    portrait = capability(history, shared, rows)
    row = np.repeat(np.arange(len(rows)), len(courses))
    course = np.tile(courses, len(rows)).astype(np.int32)
    scores = period_scores(history, as_of)
    starts = starts_by_quarter(history, quarter_starts(scores), as_of)
    is_known = known[starts.employee]
    ids_started = (history.employees.ids[starts.employee], history.courses.ids[starts.course])
    return {
        "person": person_features(history, shared, rows, portrait).values,
        "level": portrait.level,
        "trend": portrait.trend,
        "pair": pair_features(history, shared, rows, portrait, row, course).values.reshape(
            len(rows), -1
        ),
        "course": course_features(history, shared, as_of).values[courses],
        "eligibility": eligibility(history, rows, portrait)[:, courses],
        "scores": scores.score[known],
        "starts": np.stack([*ids_started, starts.quarter])[:, is_known].astype(str),
    }


def with_future(rng: np.random.Generator, past: Frames, cut: date) -> Frames:
    """The same, and rows of every table known on or after the day."""
    later = dated_frames(rng, cut, LAST, size=0.5)
    later["enrolments"]["enrolment_id"] = ids("later", len(later["enrolments"]))
    frames = {**past, **_together(past, later)}
    frames["enrolments"] = pd.concat(
        [_gone_on(rng, past["enrolments"], cut), later["enrolments"]], ignore_index=True
    )
    frames["courses"] = _later_courses(past["courses"], cut)
    frames["employees"], frames["assignments"] = _later_people(rng, past, cut)
    newcomers = later["enrolments"].assign(
        enrolment_id=ids("new", len(later["enrolments"])),
        employee_id=rng.choice(["e05", "a"], len(later["enrolments"])),
    )
    frames["enrolments"] = pd.concat([frames["enrolments"], newcomers], ignore_index=True)
    return frames


def _together(past: Frames, later: Frames) -> Frames:
    return {name: pd.concat([past[name], later[name]], ignore_index=True) for name in later}


def _gone_on(rng: np.random.Generator, past: pd.DataFrame, cut: date) -> pd.DataFrame:
    """Enrolments that were waiting or open go on after the day, with scores and all."""
    frame = past.copy()
    n = len(frame)
    later = days(rng, n, cut, LAST)
    is_open = (frame["completed_on"].isna() & frame["dropped_on"].isna()).to_numpy()
    starts = is_open & frame["started_on"].isna().to_numpy() & (rng.random(n) < 0.7)
    completes = is_open & (rng.random(n) < 0.6)
    drops = is_open & ~completes & (rng.random(n) < 0.6)
    frame.loc[starts, "started_on"] = np.datetime64(cut, "D")
    frame.loc[completes, "completed_on"] = later[completes]
    frame.loc[drops, "dropped_on"] = later[drops]
    for name, low, high in (
        ("progress", 0, 1),
        ("exam_score", 0, 100),
        ("minutes", 1, 900),
        ("satisfaction", 1, 5),
    ):
        frame.loc[is_open, name] = rng.uniform(low, high, n)[is_open]
    frame.loc[is_open, "exam_attempts"] = rng.integers(1, 9, n)[is_open]
    return frame


def _later_courses(past: pd.DataFrame, cut: date) -> pd.DataFrame:
    """Courses are retired, and new ones opened, on the day."""
    frame = past.copy()
    frame["retired_on"] = [
        day or (cut if k % 2 else None) for k, day in enumerate(past["retired_on"])
    ]
    new = pd.DataFrame({"course_id": ["a", "c05"], "opened_on": [np.datetime64(cut, "D")] * 2})
    return pd.concat([frame, new.assign(mandatory=False)], ignore_index=True)


def _later_people(
    rng: np.random.Generator, past: Mapping[str, pd.DataFrame], cut: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People leave, move and come on the day or later."""
    employees = past["employees"].copy()
    leaves = rng.random(len(employees)) < 0.3
    employees["left_on"] = np.where(leaves, days(rng, len(employees), cut, LAST), NEVER_SEEN)
    day = np.datetime64(cut, "D")
    new = pd.DataFrame({"employee_id": ["a", "e05"], "hired_on": [day, day]})
    places = past["assignments"].copy()
    moved = rng.choice(employees["employee_id"], 6, replace=False)
    more = pd.DataFrame(
        {
            "employee_id": [*moved, "a", "e05"],
            "valid_from": [day] * 8,
            "org_unit_id": pick(rng, "u", 5, 8),
            "role_id": pick(rng, "r", 4, 8),
            "grade": pd.array([9] * 8, dtype="Int32"),
            "manager_id": ["a"] * 8,
        }
    )
    starts_later = pd.to_datetime(places["valid_from"]) >= pd.Timestamp(cut)
    places = places[~(starts_later & places["employee_id"].isin(moved))]
    return (
        pd.concat([employees, new], ignore_index=True),
        pd.concat([places, more], ignore_index=True),
    )
