"""Splits pass through a file whole, and ask for nothing that cannot be found."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ptml.evaluate.recommenders.split import Split, drawn
from tests.evaluate.recommenders.small import split
from tests.recommend.peers.tastes import NEW


def test_a_split_comes_back_from_its_file(tmp_path: Path) -> None:
    given = split(closed=(3,))
    given.save(tmp_path / "one.npz")
    found = Split.load(tmp_path / "one.npz")
    for name in ("employee", "course", "day", "role", "weight"):
        np.testing.assert_array_equal(getattr(found.choices, name), getattr(given.choices, name))
    for name in ("learnt", "role", "closed", "n_courses", "n_roles", "as_of_day"):
        np.testing.assert_array_equal(getattr(found, name), getattr(given, name))
    for name in ("excluded", "held_out"):
        assert (getattr(found, name) != getattr(given, name)).nnz == 0
    assert list(found.draws) == [0, 1]
    np.testing.assert_array_equal(found.draws[1], given.draws[1])


def test_only_people_with_something_to_find_are_drawn() -> None:
    given = split(n_judged=1_000, closed=(3,))
    people = given.draws[0]
    assert NEW not in people
    assert (np.diff(given.asked(0).indptr) > 0).all()
    wants_the_closed = given.held_out.toarray()[:, 3] > 0
    assert wants_the_closed.any()
    assert not np.isin(np.flatnonzero(wants_the_closed), people).any()


def test_people_are_drawn_by_the_seed() -> None:
    given = split()
    assert not np.array_equal(given.draws[0], given.draws[1])
    again = drawn(given.held_out, given.excluded, given.closed, 60, 1)
    np.testing.assert_array_equal(given.draws[1], again)


def test_what_is_not_learnt_from_is_known_when_scoring() -> None:
    given = split()
    learnt = given.choices.employee >= 20
    folded = replace(given, learnt=learnt)
    assert folded.is_folded_in
    assert not given.is_folded_in
    assert folded.to_learn_from.weights()[:20].nnz == 0
    assert folded.past.weights()[:20].nnz == 100
    assert given.to_learn_from is given.past
