"""What monitoring looks at beyond the tables: people, scores, outcomes, courses."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset
from ptml.evaluate.groups import SMALLEST_GROUP, groupings, tellable
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import epoch_day
from ptml.jobs.monitor_lift import look_at_lifts
from ptml.jobs.monitor_runs import look_at_runs
from ptml.jobs.monitor_scores import N_WEEKS, completion_looks, score_looks
from ptml.jobs.monitor_warnings import look_at_warnings
from ptml.jobs.monitored import Monitored
from ptml.jobs.settings import Settings
from ptml.monitor.events import load_series
from ptml.monitor.features import FeatureLooks, feature_looks, look_at_features, weekly_days
from ptml.monitor.finding import Family, Finding, NotJudged
from ptml.monitor.look import Look
from ptml.monitor.profile import Profile


def build_profile(
    dataset: Dataset,
    history: History,
    shared: Shared,
    day: date,
    settings: Settings,
    models: Path | None = None,
) -> Profile:
    """The reference of a training; holds no person.

    Parameters
    ----------
    models : Path, optional
        Folder of the models whose answers are kept too.
    """
    as_of = epoch_day(day)
    first = epoch_day(as_of_range(dataset)[0])
    looks = reference_looks(history, shared, first, as_of, settings)
    days = weekly_days(as_of, first, N_WEEKS)
    found = {} if models is None else _of_models(Monitored(models), history, shared, days, {})
    return Profile.of(load_series(dataset), looks, as_of, _groups(dataset), found)


def _of_models(
    models: Monitored,
    history: History,
    shared: Shared,
    days: NDArray[np.int32],
    bins: Mapping[str, FeatureLooks],
) -> dict[str, FeatureLooks]:
    """What models answer, and what warnings are made from; in the bins of earlier looks."""
    found = {}
    for name, looked in (("scores", score_looks), ("completions", completion_looks)):
        edges = bins[name].edges if name in bins else None
        looks = looked(models, history, shared, days, edges)
        if looks is not None:
            found[name] = looks
    return found


def _groups(dataset: Dataset) -> dict[str, dict[str, int]]:
    """People by protected group where they are not few: for audits only."""
    protected = dataset.query("SELECT * FROM protected_attributes")
    people = protected["employee_id"].to_numpy(dtype=object)
    counts = {}
    for grouping in groupings(protected, people):
        told = tellable(grouping, SMALLEST_GROUP)
        n = np.bincount(told.code[told.code >= 0], minlength=len(told.labels))
        counts[told.attribute] = dict(zip(told.labels, n.tolist(), strict=True))
    return counts


def look_at_models(
    dataset: Dataset,
    models: Path,
    profile: Profile | None,
    out: str | None,
    day: date,
    trained: date,
    settings: Settings,
) -> Look:
    """Look at everything that needs histories or models."""
    history, shared = load_history(dataset), shared_averages(dataset)
    first = epoch_day(as_of_range(dataset)[0])
    config, as_of = settings.monitor, epoch_day(day)
    people = Look.of(_people(history, shared, profile, first, day, trained, settings))
    asked = Monitored(models)
    courses = Look.of(look_at_lifts(asked.lift, history, shared, day, trained, settings))
    warned = Look.of(
        look_at_warnings(dataset, asked.warning, history, shared, day, trained, settings)
    )
    answers = Look.of(_answers(asked, history, shared, profile, as_of, settings))
    return (
        people.plus(answers)
        .plus(courses)
        .plus(warned)
        .plus(Look.of(look_at_runs(out, models, day, config)))
    )


def reference_looks(
    history: History, shared: Shared, first: int, trained: int, settings: Settings
) -> FeatureLooks:
    """Weekly looks at people up to the day of training."""
    days = weekly_days(trained, first)
    return feature_looks(history, shared, days, settings.monitor.max_people)


def _people(
    history: History,
    shared: Shared,
    profile: Profile | None,
    first: int,
    day: date,
    trained: date,
    settings: Settings,
) -> Iterator[Finding | NotJudged]:
    reference = (
        profile.features
        if profile is not None
        else reference_looks(history, shared, first, epoch_day(trained), settings)
    )
    today = np.array([epoch_day(day)], dtype=np.int32)
    most = settings.monitor.max_people
    now = feature_looks(history, shared, today, most, reference.edges)
    if now.names != reference.names:
        yield NotJudged("features", "people", "the profile is of another version; train again")
        return
    yield from look_at_features(now, reference, settings.monitor)


def _answers(
    models: Monitored,
    history: History,
    shared: Shared,
    profile: Profile | None,
    as_of: int,
    settings: Settings,
) -> Iterator[Finding | NotJudged]:
    """The same models asked now and before training; and what warnings are made from."""
    kept = {} if profile is None else profile.of_models
    if not kept:
        why = "the models have no profile of their answers; train them again"
        yield NotJudged("scores", "what the models answer", why)
        return
    now = _of_models(models, history, shared, np.array([as_of], dtype=np.int32), kept)
    told: tuple[tuple[str, Family, str], ...] = (
        ("scores", "scores", "{} of a fixed sample"),
        ("completions", "features", "completions: {}"),
    )
    for name, family, words in told:
        if name not in kept or name not in now:
            continue
        if now[name].names != kept[name].names:
            yield NotJudged(family, name, "the profile is of another version; train again")
            continue
        yield from look_at_features(now[name], kept[name], settings.monitor, family, words)
