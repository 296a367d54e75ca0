"""What monitoring looks at beyond the tables: people, scores, outcomes, courses."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import epoch_day
from ptml.jobs.monitor_lift import look_at_lifts
from ptml.jobs.monitor_runs import look_at_runs
from ptml.jobs.monitor_warnings import look_at_warnings
from ptml.jobs.settings import Settings
from ptml.monitor.events import load_series
from ptml.monitor.features import FeatureLooks, feature_looks, look_at_features, weekly_days
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.look import Look
from ptml.monitor.profile import Profile

_MOST_GROUPS, _FEWEST = 12, 10


def build_profile(
    dataset: Dataset, history: History, shared: Shared, day: date, settings: Settings
) -> Profile:
    """The reference of a training: needs no model, and holds no person."""
    as_of = epoch_day(day)
    first = epoch_day(as_of_range(dataset)[0])
    looks = reference_looks(history, shared, first, as_of, settings)
    return Profile.of(load_series(dataset), looks, as_of, _groups(dataset))


def _groups(dataset: Dataset) -> dict[str, dict[str, int]]:
    """People by protected group where they are not few: for audits only."""
    protected = dataset.query("SELECT * FROM protected_attributes")
    counts = {}
    for name in protected.columns.drop("employee_id"):
        found = protected[name].dropna().astype(str).value_counts().sort_index()
        if len(found) <= _MOST_GROUPS:
            counts[str(name)] = {str(k): int(n) for k, n in found.items() if n >= _FEWEST}
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
    config = settings.monitor
    people = Look.of(_people(history, shared, profile, first, day, trained, settings))
    courses = Look.of(look_at_lifts(models, history, shared, day, trained, settings))
    warned = Look.of(look_at_warnings(dataset, models, history, shared, day, trained, settings))
    return people.plus(courses).plus(warned).plus(Look.of(look_at_runs(out, day, config)))


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
