"""A contestant is tuned once a set, and never recommends what was taken or is closed."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ptml.evaluate.recommenders import contest
from ptml.evaluate.recommenders.contest import compete
from ptml.evaluate.recommenders.contestants import CONTESTANTS, OWN, TastePeer, TasteScorer
from ptml.evaluate.recommenders.results import read_results
from ptml.evaluate.recommenders.split import Split
from ptml.recommend.circumstances import Circumstances
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.peers import Past
from ptml.recommend.peers.peer import Settings
from tests.evaluate.recommenders.small import split
from tests.recommend.peers.tastes import NEW, fold

BY_KEY = {contestant.key: contestant for contestant in CONTESTANTS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "sets" / "one"
    place.mkdir(parents=True)
    split(0).save(place / "validation.npz")
    test = split(1, closed=(3,))
    # The last has chosen nothing and is asked all the same.
    held_out = test.held_out.tolil()
    held_out[NEW, 0] = 1
    draws = {seed: np.append(people, np.int32(NEW)) for seed, people in test.draws.items()}
    test = replace(test, held_out=held_out.tocsr().astype(np.float32), draws=draws)
    test.save(place / "whole.npz")
    new = replace(
        test, learnt=test.choices.employee >= 20, draws={0: np.arange(20, dtype=np.int32)}
    )
    new.save(place / "new_0.npz")
    return place.parent


def run(folder: Path, key: str, n_trials: int = 0) -> tuple[Path, list[dict[str, Any]]]:
    out = folder.parent / key
    out.mkdir()
    ticks = itertools.count()
    compete(folder, BY_KEY[key], n_trials, 50, out, lambda: float(next(ticks)))
    return out, json.loads((out / "times.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("key", OWN)
def test_no_list_holds_a_taken_or_a_closed_course(folder: Path, key: str) -> None:
    out, told = run(folder, key)
    test = Split.load(folder / "one" / "whole.npz")
    judged = [(one["split"], one["seed"]) for one in told]
    folds_in = [("new_0", 0)] if BY_KEY[key].folds_in else []
    assert judged == [*folds_in, ("whole", 0), ("whole", 1)]
    for seed, people in test.draws.items():
        lists = np.load(out / f"whole-{seed}.npy")
        assert lists.shape == (len(people), 20)
        row, place = np.nonzero(lists >= 0)
        assert not test.excluded[people].toarray()[row, lists[row, place]].any()
        assert 3 not in lists


def test_who_has_chosen_nothing_gets_what_is_popular(folder: Path) -> None:
    lists = {
        key: np.load(run(folder, key)[0] / "whole-0.npy")[-1] for key in ("ease", "popularity")
    }
    np.testing.assert_array_equal(lists["ease"], lists["popularity"])


@pytest.mark.parametrize(("key", "seeds"), [("ease", [0, 0]), ("ptml", [0, 0, 1])])
def test_only_a_model_with_chance_in_it_is_fitted_for_each_seed(
    folder: Path, key: str, seeds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted: list[int] = []

    class Counted(TastePeer):
        def fit(self, past: Past, settings: Settings, seed: int) -> TasteScorer:
            fitted.append(seed)
            return super().fit(past, settings, seed)

    monkeypatch.setattr(contest, "OWN", {**OWN, key: Counted()})
    run(folder, key)
    assert fitted == seeds


def test_times_are_those_of_the_clock(folder: Path) -> None:
    _, told = run(folder, "ease")
    assert [one["fit_seconds"] for one in told] == [1.0, 1.0, 1.0]
    assert [one["users_per_second"] for one in told] == [20.0, 61.0, 61.0]


def test_lists_are_judged_against_what_was_chosen_next(folder: Path) -> None:
    out, _ = run(folder, "ease", n_trials=3)
    splits = {path.stem: Split.load(path) for path in (folder / "one").glob("*.npz")}
    results = read_results(out, "ease", splits, 0.5)
    assert [(one.set_name, one.seed) for one in results] == [("new", 0), ("whole", 0), ("whole", 1)]
    for one in results:
        assert 0.1 < one.figures["ndcg_at_10"] < 1
        assert one.figures["peak_gib"] == 0.5
        assert one.settings.keys() == {"ridge", "power"}


def test_ptml_takes_part_with_its_own_defaults_by_role_and_choices() -> None:
    given = fold().past
    peer = TastePeer()
    taste = peer.fit(given, peer.defaults, 0).taste
    assert taste.recency_power == PreferenceConfig().recency_power
    people = np.arange(5, dtype=np.int32)
    none = np.full(5, -1, dtype=np.int32)
    where = Circumstances(given.role[:5], none, none)
    expected = taste.shares(given.recent(taste.recency_power)[:5], where)
    np.testing.assert_array_equal(TasteScorer(taste).score(given, people), expected)


def test_ptml_searched_is_ptml_fitted_anew() -> None:
    given, other = fold().past, {"recency_power": 0.25, "ridge": 5.0, "factor_share": 0.1}
    searched = TastePeer()
    searched.fit(given, searched.defaults, 0)
    people = np.arange(20, dtype=np.int32)
    found = searched.fit(given, other, 0).score(given, people)
    np.testing.assert_array_equal(found, TastePeer().fit(given, other, 0).score(given, people))
