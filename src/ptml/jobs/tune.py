"""Tune: search one model's settings in a study that can be taken up again, and judge it.

What a training reports on (the newest window of choices, the newest completions) is looked at by
neither the search nor the judgement of its winner.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

import ptml
from ptml.contracts.dataset import Dataset
from ptml.errors import DataError, UsageError
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import MODELS, as_of_asked, epoch_day, models_asked
from ptml.jobs.people import read_people
from ptml.jobs.pinned import write_pinned
from ptml.jobs.progress import Progress, note_source
from ptml.jobs.search_space import load_space
from ptml.jobs.settings import Settings
from ptml.jobs.source_hash import source_hash
from ptml.jobs.tracked_study import log_study
from ptml.jobs.validate import set_aside_sentences
from ptml.lift import objective as lift
from ptml.recommend import objective as recommend
from ptml.report.tuning import write_tuning_page
from ptml.search.importance import importances
from ptml.search.objective import Objective
from ptml.search.outcome import Outcome
from ptml.search.space import Space, values_of
from ptml.search.study import KeptStudy, kept_study
from ptml.search.trials import Budget, Clock, Search, run_trials
from ptml.search.verdict import rejudge
from ptml.transfer import objective as transfer

SETTINGS_FILE, PAGE = "settings.toml", "tuning.html"
# How far a study goes may change when it is taken up again; what it asks may not.
_NOT_THE_STUDY: Any = {"seed": True, "tuning": {"trials", "budget_minutes"}}


def run_tuning(
    model: str,
    data: str,
    study: Path,
    as_of: date | None,
    settings: Settings,
    space: Path | None,
    n_trials: int,
    budget_minutes: float | None,
    seed: int | None,
    tracked: bool,
    clock: Clock,
    progress: Progress,
) -> dict[str, Any]:
    """Try settings of one model until a budget is used up, and judge the best again.

    Parameters
    ----------
    model : str
        ``recommend``, ``lift`` or ``warnings``.
    study : Path
        Folder of the trials; one that was begun on the same is taken up again. `settings.toml`,
        `tuning.html` and the plots are written into it.
    space : Path or None
        Search space; None = the one that comes with the model.
    n_trials : int
        Of the study in all; the first takes the given settings.
    seed : int or None
        None = that of the settings.
    tracked : bool
        Whether the study is logged to MLflow.
    clock : callable
        Seconds that have passed since some moment.

    Raises
    ------
    UsageError
        For a model, space or study that does not fit.
    DataError
        Where the data are too few to search and to judge again.
    """
    if model not in MODELS:
        raise UsageError(f"ptml tune knows {', '.join(MODELS)}, got {model}")
    searched = load_space(model, space)
    if seed is not None:
        settings = settings.model_copy(update={"seed": seed})
    progress.stage("Reading and checking")
    with read_people(data, settings.source, study, postgres=settings.postgres) as dataset:
        day = as_of_asked(dataset, as_of)
        note_source(progress, dataset, day)
        models_asked(dataset, [model])
        set_aside = set_aside_sentences(dataset)
        progress.stage("Looking up histories")
        history, shared = load_history(dataset), shared_averages(dataset)
        about = _about(model, dataset, day, settings, searched)
    # Small matrices many times: threads only get into each other's way.
    with (
        threadpool_limits(1, "blas"),
        kept_study(study, about, settings.seed, settings.tuning.blind_trials) as kept,
    ):
        progress.stage("Laying out what trials are judged on")
        objective = _objective(model, history, shared, epoch_day(day), settings)
        search = _search(objective, searched, settings)
        progress.stage("Trying settings")
        seconds = None if budget_minutes is None else 60 * budget_minutes
        run_trials(kept, search, Budget(n_trials, seconds), clock, progress.step)
        progress.stage("Judging the winner again")
        outcome = _outcome(model, search, kept, progress)
    summary = _told(outcome, about, study, settings, set_aside)
    if tracked:
        progress.stage("Logging to MLflow")
        summary["mlflow_run_id"] = log_study(outcome, study)
    return summary


def _about(
    model: str, dataset: Dataset, day: date, settings: Settings, space: Space
) -> dict[str, Any]:
    return {
        "model": model,
        "data": dataset.address,
        "fingerprint": dataset.fingerprint,
        "as_of": day.isoformat(),
        "space": space.model_dump(mode="json"),
        "settings": settings.model_dump(mode="json", exclude=_NOT_THE_STUDY),
        "seed": settings.seed,
        "ptml": ptml.__version__,
    }


def _objective(
    model: str, history: History, shared: Shared, day: int, settings: Settings
) -> Objective:
    seed, n_folds = settings.seed, settings.tuning.n_folds
    ways: dict[str, tuple[Callable[[], Objective | None], str]] = {
        "recommend": (
            lambda: recommend.preference_objective(
                history, shared, day, settings.recommend, seed, n_folds
            ),
            recommend.too_few(settings.recommend),
        ),
        "lift": (
            lambda: lift.lift_objective(history, shared, day, settings.lift, seed),
            lift.too_few(),
        ),
        "warnings": (
            lambda: transfer.warning_objective(
                history, shared, day, settings.warning, seed, n_folds
            ),
            transfer.too_few(settings.warning),
        ),
    }
    made, needed = ways[model]
    found = made()
    if found is None:
        raise DataError(f"too little is known to tune {model}: that takes {needed}")
    return found


def _search(objective: Objective, space: Space, settings: Settings) -> Search:
    given = values_of(settings, space.keys)
    return Search(
        objective, space.around(given), given, settings.seed, settings.tuning, source_hash(ptml)
    )


def _outcome(model: str, search: Search, kept: KeptStudy, progress: Progress) -> Outcome:
    if kept.best is None:
        raise UsageError("no trial was judged to the end; run again with more trials")
    seeds = tuple(search.seed + 1 + k for k in range(search.config.judge_seeds))
    found = rejudge(search.objective, kept.best.params, search.given, seeds, progress.step)
    return Outcome.of(model, search.objective, kept, search.space.keys, found)


def _told(
    outcome: Outcome, about: dict[str, Any], study: Path, settings: Settings, set_aside: list[str]
) -> dict[str, Any]:
    mattered = importances(outcome.complete, outcome.keys, settings.seed)
    page = write_tuning_page(outcome, mattered, about, study)
    pinned = study / SETTINGS_FILE
    write_pinned(pinned, settings, outcome.chosen, _evidence(outcome, about))
    return {
        **outcome.summary(),
        "importance": [vars(one) for one in mattered.of],
        "importance_note": mattered.note,
        "as_of": about["as_of"],
        "study": str(study),
        "settings_file": str(pinned),
        "page": str(page),
        "sentences": [
            *set_aside,
            *outcome.sentences(),
            f"Settings in {pinned} (ptml train --settings), the whole story in {page}.",
        ],
    }


def _evidence(outcome: Outcome, about: dict[str, Any]) -> list[str]:
    again = outcome.rejudged
    return [
        f"Settings of {outcome.model}, made by `ptml tune`; use: ptml train --settings FILE",
        f"  ptml tune {outcome.model} DATA --as-of {about['as_of']} --trials {len(outcome.trials)}"
        f" --seed {about['seed']}",
        "",
        outcome.verdict(),
        *outcome.sentences()[:2],
        *([f"Judged again on {'; '.join(again.judged_on)}."] if again.judged_on else []),
        f"Neither saw {outcome.objective.untouched}.",
        f"As of {about['as_of']}, seed {about['seed']}, data {about['fingerprint'][:16]}, "
        f"ptml {about['ptml']}.",
    ]
