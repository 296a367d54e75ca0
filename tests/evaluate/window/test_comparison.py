"""Figures of two models on the same outcomes."""

import numpy as np

from ptml.evaluate.window.comparison import Foretold, compare
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.decision import decide
from ptml.evaluate.window.next_choices import Ranked
from ptml.evaluate.window.resampling import Pair, Resamples, Spread, pair_of_shares
from ptml.transfer.held_out import HeldOut

CONFIG = PromotionConfig(min_people=2)
RESAMPLES = Resamples(60, 100, 0)
ALL = ("recommend", "lift", "warnings")


def ranked(ndcg: float = 0.5) -> Ranked:
    person = np.arange(60, dtype=np.int32)
    value = np.linspace(0, 2 * ndcg, 60)
    return Ranked(person, value, value)


def test_a_deciding_figure_without_any_outcome_is_unknown_and_not_absent() -> None:
    both = Foretold(ranked=ranked(), models=ALL)
    figures = compare(both, both, CONFIG, RESAMPLES)
    unknown = {(f.model, f.name) for f in figures if f.verdict == "too_few"}
    assert unknown == {
        ("warnings", "auc/completion"),
        ("warnings", "auc/day_30"),
        ("warnings", "log_loss/completion"),
        ("warnings", "log_loss/day_30"),
        ("lift", "lift_loss"),
    }
    decision = decide(figures, [], CONFIG, same_recipe=False, is_first=False)
    assert "lift_loss of lift" in decision.refused[0]
    same = decide(figures, [], CONFIG, same_recipe=True, is_first=False)
    assert "lift_loss of lift" in same.notes[0]


def test_of_a_model_that_the_champion_has_not_no_figure_is_missed() -> None:
    one, other = (Foretold(ranked=ranked(), models=names) for names in (("recommend",), ALL))
    for champion, challenger in ((one, other), (other, one)):
        figures = compare(champion, challenger, CONFIG, RESAMPLES)
        assert {figure.model for figure in figures} == {"recommend"}


def test_a_share_of_all_flagged_has_an_interval() -> None:
    """Every resample of 23 cases that came true says 1: no reason to be certain."""
    n = 46
    weak = np.arange(n) < 23
    held_out = HeldOut(
        employee=np.arange(n, dtype=np.int32),
        stage=np.zeros(n, np.uint8),
        p_weak=np.where(weak, 0.8, 0.2),
        weak=weak,
        flagged=weak,
        blocked=~weak,
        exam_points=np.full(n, np.nan, np.float32),
        first_day=0,
        last_day=1,
    )
    both = Foretold(warned=held_out)
    figures = compare(both, both, CONFIG, RESAMPLES)
    row = next(f for f in figures if f.name == "precision_flagged/completion")
    assert row.pair is not None
    assert row.pair.challenger.value == 1
    assert 0.85 < row.pair.challenger.low < 0.87
    assert row.pair.gain == Spread(0.0, 0.0, 0.0)


def test_two_such_shares_of_other_people_are_not_equal_for_certain() -> None:
    sure = Spread(1.0, 1.0, 1.0)
    people = np.arange(20, dtype=np.int32), np.arange(5, 25, dtype=np.int32)
    found = pair_of_shares(Pair(sure, sure, Spread(0.0, 0.0, 0.0)), people)
    assert found.gain.low == -found.gain.high
    assert 0.15 < found.gain.high < 0.17


def test_recall_in_twenty_is_not_told_of_a_catalogue_of_twenty() -> None:
    one = ranked()
    short = Foretold(ranked=Ranked(one.person, one.ndcg, None), models=("recommend",))
    figures = compare(short, short, CONFIG, RESAMPLES)
    assert {figure.name for figure in figures} == {"ndcg_at_10"}
