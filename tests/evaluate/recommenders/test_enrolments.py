"""MOOCCubeX in sets: nothing held out is learnt from, nobody new is learnt from."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.evaluate.recommenders.enrolments import Set, enrolment_sets


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Set, Set]:
    folder: Path = tmp_path_factory.mktemp("mooccubex")
    rng = np.random.default_rng(0)
    rows = [
        (user, place, course, place == 5)
        for user in range(100)
        for place, course in enumerate(rng.permutation(30)[:6])
    ]
    frame = pd.DataFrame(rows, columns=["user", "position", "course", "test"])
    frame.to_parquet(folder / "enrolments.parquet")
    return enrolment_sets(folder, [0, 1], 40)


def test_sets_and_draws_are_named(sets: tuple[Set, Set]) -> None:
    assert [one.name for one in sets] == ["prepared", "whole"]
    assert list(sets[0].tests) == ["prepared"]
    assert list(sets[1].tests) == ["whole", "new_0", "new_1"]
    assert list(sets[1].tests["whole"].draws) == [0, 1]
    assert list(sets[1].validation.draws) == [0]
    assert {len(people) for people in sets[1].tests["whole"].draws.values()} == {40}


def test_nothing_held_out_has_been_taken_before(sets: tuple[Set, Set]) -> None:
    for one in sets:
        for split in (one.validation, *one.tests.values()):
            for seed, people in split.draws.items():
                assert split.held_out[people].multiply(split.past.weights()[people]).nnz == 0
                assert split.asked(seed).nnz == len(people)


def test_what_is_judged_on_is_unseen_when_settings_are_chosen(sets: tuple[Set, Set]) -> None:
    # In the prepared set a broken number may be that of the held-out course by chance.
    whole = sets[1]
    seen = whole.validation.past.weights() + whole.validation.held_out
    assert seen.multiply(whole.tests["whole"].held_out).nnz == 0


def test_new_learners_are_judged_and_not_learnt_from(sets: tuple[Set, Set]) -> None:
    for seed in (0, 1):
        split = sets[1].tests[f"new_{seed}"]
        people = split.draws[seed]
        assert len(people) == 10
        assert split.to_learn_from.weights()[people].nnz == 0
        assert split.past.weights()[people].nnz == 40
        assert split.to_learn_from.weights().nnz == 90 * 4


def test_days_count_back_from_the_last_choice(sets: tuple[Set, Set]) -> None:
    choices = sets[1].tests["whole"].choices
    assert choices.day[choices.employee == 7].tolist() == [-4, -3, -2, -1]
