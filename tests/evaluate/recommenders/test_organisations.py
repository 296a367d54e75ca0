"""Organisations in splits: learnt before a day, judged after it."""

from pathlib import Path

import numpy as np
import pytest

from ptml.evaluate.recommenders.organisations import QUARTER_DAYS, organisation_splits
from ptml.evaluate.recommenders.split import Split
from ptml.simulate import SimulationConfig, simulate


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Split, Split]:
    data: Path = tmp_path_factory.mktemp("organisation") / "data"
    simulate(SimulationConfig(n_employees=200, n_quarters=6, seed=3), data)
    validation, tests = organisation_splits(data, 3, 100)
    return validation, tests["organisation_3"]


def test_settings_are_chosen_a_quarter_earlier(splits: tuple[Split, Split]) -> None:
    validation, test = splits
    assert test.as_of_day - validation.as_of_day == QUARTER_DAYS
    for split in splits:
        assert split.choices.day.max() < split.as_of_day
    # What is held out for the settings is known when the models are judged.
    held_out = validation.held_out.toarray() > 0
    assert (test.past.weights().toarray()[held_out] > 0).all()


def test_nothing_that_is_closed_or_taken_is_asked_for(splits: tuple[Split, Split]) -> None:
    for split in splits:
        asked = split.asked(3).toarray() > 0
        people = split.draws[3]
        assert asked.any(axis=1).all()
        assert not asked[:, split.closed].any()
        assert not (asked & (split.excluded[people].toarray() > 0)).any()
        assert split.closed.sum() >= 3


def test_people_have_their_roles(splits: tuple[Split, Split]) -> None:
    for split in splits:
        assert (split.role >= 0).mean() > 0.5
        assert split.role.max() < split.n_roles
    assert np.array_equal(splits[0].shape, splits[1].shape)
