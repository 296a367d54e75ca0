"""Importance: right where trials are many, refused where they are few."""

import optuna
import pytest
from optuna.trial import FrozenTrial

from ptml.search.importance import importances

KEYS = ("part.x", "part.n")


def trials(n: int, height: float = 1.0) -> list[FrozenTrial]:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1), direction="maximize")

    def value(trial: optuna.Trial) -> float:
        x, n = trial.suggest_float(KEYS[0], 0, 1), trial.suggest_int(KEYS[1], 1, 8)
        return -height * (float(x) - 0.8) ** 2 + 0.001 * height * n

    study.optimize(value, n_trials=n)
    return list(study.trials)


def test_what_makes_the_difference_is_found_with_an_interval() -> None:
    found = importances(trials(60), KEYS, 3)
    first = found.of[0]
    assert first.key == "part.x"
    assert 0.8 < first.low <= first.share <= 1
    assert found.note == "From 60 trials."


def test_few_trials_are_called_rough_and_fewer_are_refused() -> None:
    once, again = (importances(trials(25), KEYS, 3) for _ in "ab")
    assert once == again
    assert once.note.startswith("Rough: from 25 trials")
    refused = importances(trials(19), KEYS, 3)
    assert refused.of == ()
    assert refused.note == (
        "Unknown: 19 trials were judged to the end, 20 are needed to say which settings matter."
    )


@pytest.mark.parametrize("n", [30])
def test_trials_that_are_all_alike_say_nothing(n: int) -> None:
    assert "judged alike" in importances(trials(n, height=0.0), KEYS, 3).note
