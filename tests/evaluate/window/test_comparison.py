"""Figures of two models on the same outcomes."""

import numpy as np

from ptml.evaluate.window.comparison import Foretold, compare
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.decision import decide
from ptml.evaluate.window.next_choices import Ranked
from ptml.evaluate.window.resampling import Resamples

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
