"""Measured: how often monitoring calls to action without a cause, scores and outcomes counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scipy import stats

from ptml.contracts.artefacts import verified
from ptml.contracts.as_of import as_of_range
from ptml.jobs.monitor import look_of, trained_on
from ptml.jobs.progress import Progress, Silent
from ptml.jobs.settings import Settings
from ptml.monitor.verdict import BUDGET, judge
from ptml.sources import read_dataset

_TUESDAY = 1


def bench_trained(
    data: str,
    trained: Sequence[Path],
    out: str | None,
    n_looks: int,
    settings: Settings,
    progress: Progress,
) -> dict[str, Any]:
    """Look with trained models at data in which nothing changed, all families of tests counted.

    Parameters
    ----------
    trained : sequence of Path
        Folders of models of different days, each looked with on its own.
    out : str, optional
        Where runs of the newest of them are published.
    n_looks : int
        The newest Tuesdays that are looked at with each.
    """
    looks: list[dict[str, Any]] = []
    with read_dataset(data, settings.source.memory_limit, postgres=settings.postgres) as dataset:
        asked = list(_asked(trained, as_of_range(dataset)[1], n_looks))
        progress.stage("Looking back")
        for k, (models, about, day) in enumerate(asked):
            _, look = look_of(dataset, models, about, out, day, settings, Silent())
            verdict = judge(look.findings, settings.monitor.false_alarm_rate)
            acting = [a for a in verdict.alarms if a["severity"] != "note"]
            looks.append(
                {
                    "trained": trained_on(about),
                    "as_of": day,
                    "called": verdict.action_needed,
                    "causes": [f"{a['family']}: {a['subject']}" for a in acting],
                    "tests": dict(Counter(f.family for f in look.findings)),
                }
            )
            progress.step(k + 1, len(asked))
    return {"looks": looks, "sentences": _told(looks)}


def _asked(
    trained: Sequence[Path], last: date, n_looks: int
) -> Iterator[tuple[Path, Mapping[str, Any], date]]:
    newest = last - timedelta((last.weekday() - _TUESDAY) % 7)
    for models in trained:
        about = verified(models)
        for week in range(n_looks):
            day = newest - timedelta(7 * week)
            if day > trained_on(about):
                yield models, about, day


def _told(looks: Sequence[dict[str, Any]]) -> list[str]:
    n, hits = len(looks), sum(look["called"] for look in looks)
    high = float(stats.beta.ppf(0.975, hits + 1, n - hits)) if hits < n else 1.0
    with_tests = Counter(family for look in looks for family in look["tests"])
    never = [family for family in BUDGET if not with_tests[family]]
    return [
        f"False calls to action: {hits} of {n} looks with {len({v['trained'] for v in looks})} "
        f"trainings at one organisation without change (at most {high:.0%}, as if looks were "
        "apart; weeks of one organisation are alike, so this is a check and no rate).",
        *(f"  {v['as_of']}, trained {v['trained']}: {c}" for v in looks for c in v["causes"]),
        "Looks in which a family was tested: "
        + ", ".join(f"{family} {with_tests[family]}" for family in BUDGET)
        + ".",
        *([f"Never tested: {', '.join(never)}."] if never else []),
    ]
