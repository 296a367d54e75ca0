"""The benchmark on MOOCCubeX: splits that do not leak, and figures that follow the data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.evaluate.mooccubex import read_splits, run, sentences
from ptml.recommend.config import PreferenceConfig

N_TASTES, COURSES_PER_TASTE = 4, 8
SMALL = PreferenceConfig(regularization=0.1, alpha=10.0, iterations=5, ridge=5.0)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """200 learners, each of one taste, who take 6 of the 8 courses of their taste."""
    rng = np.random.default_rng(0)
    rows = []
    for user in range(200):
        own = user % N_TASTES * COURSES_PER_TASTE + rng.permutation(COURSES_PER_TASTE)[:6]
        rows += [(user, place, course, place == 5) for place, course in enumerate(own)]
    frame = pd.DataFrame(rows, columns=["user", "position", "course", "test"])
    frame.sample(frac=1, random_state=0).to_parquet(tmp_path / "enrolments.parquet")
    return tmp_path


def test_a_held_out_course_is_never_learnt_from(source: Path) -> None:
    splits, learners = read_splits(source), np.arange(200)
    for split in (splits.validation, splits.whole, splits.prepared):
        assert not split.taken[learners, split.next_course].any()
    assert splits.validation.taken.sum() == 200 * 3
    assert splits.whole.taken.sum() == 200 * 4
    assert splits.prepared.taken.sum() == 200 * 5


def test_the_last_enrolment_is_unseen_when_settings_are_chosen(source: Path) -> None:
    splits = read_splits(source)
    assert not splits.validation.taken[np.arange(200), splits.prepared.next_course].any()
    assert splits.whole.taken[np.arange(200), splits.validation.next_course].all()


def test_settings_for_the_prepared_set_are_chosen_under_its_own_fault(source: Path) -> None:
    splits, learners = read_splits(source), np.arange(200)
    whole, faulty = splits.validation.choices, splits.faulty_validation.choices
    np.testing.assert_array_equal(
        splits.validation.next_course, splits.faulty_validation.next_course
    )
    last_seen = np.arange(len(whole)) % 3 == 2
    np.testing.assert_array_equal(faulty.employee, whole.employee)
    np.testing.assert_array_equal(faulty.course[~last_seen], whole.course[~last_seen])
    # All ids of this set are there: their codes are the ids themselves.
    np.testing.assert_array_equal(faulty.course[last_seen], whole.course[last_seen] // 10)
    assert len(learners) == last_seen.sum()


def test_choices_stand_in_the_order_of_the_set(source: Path) -> None:
    frame = pd.read_parquet(source / "enrolments.parquet")
    known = frame[frame["position"] < 4].sort_values(["user", "position"])
    choices = read_splits(source).whole.choices
    np.testing.assert_array_equal(choices.employee, known["user"])
    np.testing.assert_array_equal(choices.course, known["course"])
    assert (np.diff(choices.day)[np.diff(choices.employee) == 0] > 0).all()


def test_factors_and_neighbours_find_tastes_that_popularity_cannot_see(source: Path) -> None:
    rows = run(source, None, seed=1, recency_powers=(0.1, 0.2), config=SMALL)
    assert {row["learnt_from"] for row in rows} == {"as prepared", "whole rows"}
    found = {row["method"]: row["ndcg_at_10"] for row in rows}
    popularity = found.pop("popularity")
    assert all(figure > popularity + 0.2 for figure in found.values())
    assert set(found) == {
        "BM25 neighbours (implicit)",
        "ALS (implicit), folded in",
        "ptml, defaults",
        "ptml, chosen on validation",
    }


def test_the_same_seed_gives_the_same_rows_on_the_same_learners(source: Path) -> None:
    once, again = (run(source, 50, seed=3, recency_powers=(0.75,), config=SMALL) for _ in "ab")
    assert once == again
    assert {row["learners"] for row in once} == {50}


def test_intervals_hold_their_figures(source: Path) -> None:
    for row in run(source, 50, seed=0, recency_powers=(0.75,), config=SMALL):
        for name in ("ndcg_at_10", "recall_at_20"):
            assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]


def test_the_text_table_is_aligned(source: Path) -> None:
    lines = sentences(run(source, 200, seed=0, recency_powers=(0.75,), config=SMALL))
    assert len(lines) == 1 + 2 * 4
    assert len({line.rindex("200") for line in lines[1:]}) == 1


def test_an_absent_source_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="shared mooccubex data are expected"):
        run(tmp_path / "nowhere", None, 0)
