"""Measured: how often monitoring calls to action without a cause, and how soon with one."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.contracts.as_of import as_of_range
from ptml.features.days import date_of
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import epoch_day
from ptml.jobs.monitor_models import reference_looks
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.monitor.course_effects import course_effects, look_at_courses
from ptml.monitor.events import Series, load_series
from ptml.monitor.features import FeatureLooks, feature_looks, look_at_features
from ptml.monitor.look import Look, look_at_data
from ptml.monitor.past import look_at_past
from ptml.monitor.profile import Profile
from ptml.monitor.verdict import Verdict, judge
from ptml.simulate import SimulationConfig, simulate
from ptml.sources import read_dataset

SEEDS = tuple(range(21, 41))
WEEKS, WEEK = 52, 7
_RETRAIN_WEEKS, _PLANTED_WEEKS = 8, 20
_FOLLOWED = 6

Plant = Callable[[Series, int], Series]


def bench_monitor(
    seeds: Sequence[int], employees: int, settings: Settings, progress: Progress
) -> dict[str, Any]:
    """Look every Tuesday of the last year at organisations without and with a change.

    The models' own scores and outcomes are left out: each organisation would have to be trained.
    """
    false: list[list[bool]] = []
    causes: list[str] = []
    delays: dict[str, list[int | None]] = {name: [] for name in PLANTS}
    progress.stage("Looking back")
    for k, seed in enumerate(seeds):
        with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
            out = Path(scratch) / "data"
            simulate(SimulationConfig(n_employees=employees, n_courses=20, seed=seed), out)
            looks, told, found = _of_organisation(str(out), settings)
        false.append(looks)
        causes += [f"seed {seed}: {cause}" for cause in told]
        for name, delay in found.items():
            delays[name].append(delay)
        progress.step(k + 1, len(seeds))
    return _summary(false, causes, delays)


def _of_organisation(
    data: str, settings: Settings
) -> tuple[list[bool], list[str], dict[str, int | None]]:
    with read_dataset(data) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
        series = load_series(dataset)
        first, last = (epoch_day(day) for day in as_of_range(dataset))
    # Day 0 was a Thursday.
    newest = last - (last - 5) % WEEK
    looks, causes = [], []
    reference: FeatureLooks | None = None
    for week in range(WEEKS - 1, -1, -1):
        day = newest - WEEK * week
        if reference is None or day - int(reference.day[0]) > WEEK * 2 * _RETRAIN_WEEKS:
            trained = day - WEEK * _RETRAIN_WEEKS
            reference = reference_looks(history, shared, first, trained, settings)
            profile = Profile.of(series, reference, trained)
        verdict = _look(series, history, shared, profile, day, settings)
        looks.append(verdict.action_needed)
        causes += [
            f"{a['family']}: {a['subject']}" for a in verdict.alarms if a["severity"] != "note"
        ]
    planted = {
        name: _delay(series, plant, newest - WEEK * _PLANTED_WEEKS, settings)
        for name, plant in PLANTS.items()
    }
    return looks, causes, planted


def _look(
    series: Sequence[Series],
    history: History,
    shared: Shared,
    profile: Profile,
    day: int,
    settings: Settings,
) -> Verdict:
    config = settings.monitor
    today = np.array([day], dtype=np.int32)
    now = feature_looks(history, shared, today, config.max_people, profile.features.edges)
    courses = course_effects(history, day)
    look = look_at_data(series, day, config)
    more = Look.of(
        [
            *look_at_features(now, profile.features, config),
            *look_at_past(series, profile, date_of(day)),
            *look_at_courses(courses, history.courses.ids, config),
        ]
    )
    return judge(look.plus(more).findings, config.false_alarm_rate)


def _delay(series: Sequence[Series], plant: Plant, since: int, settings: Settings) -> int | None:
    """Weeks from the first changed row to the first look that calls to action; None = too late."""
    changed = [plant(one, since) for one in series]
    days = [_first_change(a, b, since) for a, b in zip(series, changed, strict=True)]
    start = min((d for d in days if d is not None), default=since)
    for week in range(1, _FOLLOWED + 1):
        look = look_at_data(changed, start + WEEK * week, settings.monitor)
        if judge(look.findings, settings.monitor.false_alarm_rate).action_needed:
            return week
    return None


def _first_change(before: Series, after: Series, since: int) -> int | None:
    if len(before.day) == len(after.day) and all(
        np.array_equal(values, after.numbers[name], equal_nan=True)
        for name, values in before.numbers.items()
    ):
        return None
    later = before.day[before.day >= since]
    return int(later[0]) if len(later) else None


def _exam(one: Series, since: int) -> Series:
    return _numbers(one, "exam_score", lambda v, _: v - 15, since)


def _units(one: Series, since: int) -> Series:
    scaled = _numbers(one, "value", lambda v, who: np.where(who % 20 == 0, 100 * v, v), since)
    name = "value against target"
    if one.source.table != "performance":
        return one
    return _numbers(scaled, name, lambda v, who: np.where(who % 20 == 0, 100 * v, v), since)


def _empty(one: Series, since: int) -> Series:
    return _numbers(one, "satisfaction", lambda v, _: np.full(len(v), np.nan), since)


def _half(one: Series, since: int) -> Series:
    if one.source.table != "enrolments":
        return one
    kept = (one.day < since) | (np.arange(len(one.day)) % 2 == 0)
    return _rows(one, kept)


def _frozen(one: Series, since: int) -> Series:
    return _rows(one, one.day < since) if one.name == "transfer_evidence" else one


PLANTS: dict[str, Plant] = {
    "exam scores 15 points lower": _exam,
    "performance values of one person in 20 times 100": _units,
    "satisfaction is empty": _empty,
    "half of the enrolments lost": _half,
    "transfer_evidence stops": _frozen,
}


def _numbers(one: Series, name: str, change: Callable[..., Any], since: int) -> Series:
    if name not in one.numbers or one.source.table not in ("enrolments", "performance"):
        return one
    values = one.numbers[name]
    changed = np.where(one.day >= since, change(values, one.who), values)
    return replace(one, numbers={**one.numbers, name: changed})


def _rows(one: Series, kept: NDArray[np.bool_]) -> Series:
    return Series(
        one.source,
        one.day[kept],
        one.who[kept],
        one.what[kept],
        one.measured[kept],
        {name: values[kept] for name, values in one.numbers.items()},
    )


def _summary(
    false: list[list[bool]], causes: list[str], delays: dict[str, list[int | None]]
) -> dict[str, Any]:
    by_organisation = np.array([np.mean(looks) for looks in false])
    n, rate = len(by_organisation), float(by_organisation.mean())
    # Weeks of one organisation are alike: organisations are what is independent.
    error = float(by_organisation.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
    half = float(stats.t.ppf(0.975, max(n - 1, 1))) * error if n > 1 else 0.0
    looked, hits = sum(map(len, false)), sum(map(sum, false))
    # Without a false call organisations do not differ: the exact bound, as if looks were apart.
    _, exact = _exact(hits, looked)
    low, high = max(rate - half, 0.0), max(rate + half, exact)
    lines = [f"  {name}: {_told(found)}" for name, found in delays.items()]
    return {
        "false_alarm_rate": rate,
        "interval": [low, high],
        "looks": looked,
        "organisations": n,
        "causes": causes,
        "delays": delays,
        "sentences": [
            f"False calls to action: {rate:.1%} of {looked:,} weekly looks at {n} "
            f"organisations without change (95 % interval {low:.1%} to "
            f"{high:.1%}, by organisation).",
            *(f"  {cause}" for cause in causes),
            f"Planted changes, weeks from the first changed row to the call (up to {_FOLLOWED}):",
            *lines,
        ],
    }


def _told(found: list[int | None]) -> str:
    known = [d for d in found if d is not None]
    in_two = sum(d <= 2 for d in known)
    mean = f", median {np.median(known):g} weeks" if known else ""
    low, high = _exact(in_two, len(found))
    return (
        f"{in_two} of {len(found)} found within two looks (95 % interval {low:.0%} to {high:.0%}), "
        f"{len(known)} in all{mean}"
    )


def _exact(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Clopper & Pearson 1934)."""
    low = float(stats.beta.ppf(0.025, hits, n - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, n - hits)) if hits < n else 1.0
    return low, high
