"""The page of a search: it says what is used and why, fits a phone, and loads nothing."""

import itertools
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from ptml.report.tuning import write_tuning_page
from ptml.search.importance import Importances, importances
from ptml.search.objective import Objective
from ptml.search.outcome import Outcome
from ptml.search.study import kept_study
from ptml.search.trials import Budget, run_trials
from ptml.search.verdict import rejudge
from tests.search.made_up import GIVEN, objective, search

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ABOUT = {"model": "lift", "as_of": "2026-10-02", "seed": 7, "fingerprint": "f" * 64, "ptml": "1"}


def outcome_of(folder: Path, made: Objective, n: int = 12) -> Outcome:
    clock = itertools.count()
    with kept_study(folder, ABOUT, 7, 5) as kept:
        run_trials(kept, search(made), Budget(n), lambda: float(next(clock)), lambda *_: None)
        assert kept.best is not None
        again = rejudge(made, kept.best.params, GIVEN, (8, 9), lambda *_: None)
        return Outcome.of("lift", made, kept, tuple(GIVEN), again)


def page_of(folder: Path, outcome: Outcome, mattered: Importances | None = None) -> str:
    few = mattered or importances(outcome.complete, outcome.keys, 1)
    return write_tuning_page(outcome, few, ABOUT, folder).read_text()


def test_a_winner_that_holds_is_used_and_one_that_does_not_is_not(tmp_path: Path) -> None:
    won = outcome_of(tmp_path / "won", objective())
    assert won.is_adopted
    assert won.chosen == won.best.params
    page = page_of(tmp_path / "won", won)
    assert "Other settings are better" in page
    lost = outcome_of(tmp_path / "lost", objective(unseen_height=0.0))
    assert lost.search_gain.is_clear
    assert not lost.is_adopted
    assert lost.chosen == GIVEN
    assert "within noise of the default" in lost.verdict()
    assert "The default settings stay" in page_of(tmp_path / "lost", lost)


def test_nothing_left_to_judge_on_keeps_the_default(tmp_path: Path) -> None:
    made = objective()
    made = Objective(made.part, made.measure, made.gain_unit, made.folds, (), "")
    outcome = outcome_of(tmp_path / "study", made)
    assert not outcome.is_adopted
    assert "too short to judge" in outcome.verdict()
    assert "unknown" in page_of(tmp_path / "study", outcome)


def test_a_trial_given_up_counts_by_its_distance_from_the_best(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path / "study", objective(), 25)
    given_up = [one for one in outcome.trials if one not in outcome.complete]
    assert given_up
    assert all(outcome.reached(one) <= outcome.best.value for one in given_up)
    assert outcome.spread["100%"] == outcome.best.value
    assert outcome.seconds_saved > 0


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_phone_shows_the_page_whole_and_it_loads_nothing(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path / "study", objective(), 40)
    mattered = importances(outcome.complete, outcome.keys, 1)
    page_of(tmp_path / "study", outcome, mattered)
    said: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport={"width": 400, "height": 800})
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "study" / "tuning.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        n_drawn = "[...document.images].filter(image => image.naturalWidth > 100).length"
        assert page.evaluate(n_drawn) == page.locator("img").count() > 1
        browser.close()
    assert said == []
    assert [one for one in asked if not one.startswith(("file:", "data:"))] == []
