"""Monitor: are the data and the models still what they were when the models were trained."""

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from ptml.contracts.artefacts import verified
from ptml.contracts.dataset import Dataset
from ptml.errors import DataError, UsageError
from ptml.jobs.asked import as_of_asked, epoch_day
from ptml.jobs.monitor_models import look_at_models
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress, note_source
from ptml.jobs.settings import Settings
from ptml.monitor.events import load_series
from ptml.monitor.finding import Finding
from ptml.monitor.look import Look, look_at_data
from ptml.monitor.page import headline, promise, render_page
from ptml.monitor.past import look_at_past
from ptml.monitor.profile import Profile
from ptml.monitor.verdict import Verdict, judge
from ptml.report.page import write_whole

_SHOWN = 5


def run_monitoring(
    data: str,
    models: Path,
    out: str | None,
    page: Path | None,
    as_of: date | None,
    settings: Settings,
    progress: Progress,
) -> dict[str, Any]:
    """Look at the data and the models in use as of a day, and say what to do.

    Parameters
    ----------
    models : Path
        Folder of the models in use.
    out : str, optional
        Where runs are published; without it published scores are not looked at.
    page : Path, optional
        HTML file to write.

    Returns
    -------
    dict
        ``alarms``, ``action_needed``, ``advice`` (`fix_data`, `retrain`, `look`, `none`),
        ``reason``, ``page``, ``sentences``.

    Raises
    ------
    UsageError
        For a date outside the data, no models, or a page that cannot be written.
    """
    about = verified(models)
    progress.stage("Reading and checking")
    day: date | None
    courses: dict[str, str] = {}
    try:
        dataset = read_people(
            data,
            settings.source,
            models,
            out,
            postgres=settings.postgres,
            reviews=settings.reviews.database,
        )
    except DataError as problem:
        if "://" not in data and not Path(data).exists():
            raise
        day, look = as_of, Look((_unreadable(problem),), ())
    else:
        with dataset:
            day, look = look_of(dataset, models, about, out, as_of, settings, progress)
            courses = _titles(dataset)
    verdict = judge(look.findings, settings.monitor.false_alarm_rate)
    named = {"as_of": "now" if day is None else str(day), "trained": str(trained_on(about))}
    if page is not None:
        rate = settings.monitor.false_alarm_rate
        write_whole(render_page(verdict, look, named, rate, _stylesheet(), courses), page)
    return {
        "as_of": day,
        "alarms": list(verdict.alarms),
        "action_needed": verdict.action_needed,
        "advice": verdict.advice,
        "reason": verdict.reason,
        "n_tests": len(look.findings),
        "not_judged": [vars(item) for item in look.not_judged],
        "page": None if page is None else str(page),
        "sentences": _sentences(verdict, look, settings.monitor.false_alarm_rate, page),
    }


def look_of(
    dataset: Dataset,
    models: Path,
    about: Mapping[str, Any],
    out: str | None,
    as_of: date | None,
    settings: Settings,
    progress: Progress,
) -> tuple[date, Look]:
    """Everything that is looked at, and as of which day; ``about`` is the training's manifest."""
    day, trained = as_of_asked(dataset, as_of), trained_on(about)
    gone = Look.of(_gone(dataset, about))
    if trained > day and as_of is None:
        return day, gone.plus(Look.of([_ended(day, trained)]))
    if trained > day:
        raise UsageError(
            f"--as-of {day} lies before the models of {models} ({trained}): they may have learnt "
            "from what is looked at; give a later date or older models"
        )
    note_source(progress, dataset, day)
    progress.stage("Looking at the data")
    series, config = load_series(dataset), settings.monitor
    look = gone.plus(look_at_data(series, epoch_day(day), config))
    profile = Profile.load(models / "profile") if (models / "profile").is_dir() else None
    look = look.plus(Look.of(look_at_past(series, profile, day)))
    progress.stage("Looking at the models")
    return day, look.plus(look_at_models(dataset, models, profile, out, day, trained, settings))


def trained_on(about: Mapping[str, Any]) -> date:
    """The day before which a training knew everything that it knew."""
    return date.fromisoformat(str(about["as_of"]))


def _titles(dataset: Dataset) -> dict[str, str]:
    found = dataset.query("SELECT * FROM courses")
    if "title" not in found:
        return {}
    return dict(found.dropna(subset="title")[["course_id", "title"]].itertuples(index=False))


def _gone(dataset: Dataset, about: Mapping[str, Any]) -> Iterator[Finding]:
    """Tables that the models learnt from and that do not come any more."""
    for table in about.get("tables", ()):
        if not dataset.rows_read.get(table):
            yield Finding(
                "readable",
                f"table {table} is missing",
                None,
                True,
                "critical",
                "no row of it",
                "it was there when the models were trained",
                "Ask who delivers it. Until then what it tells reads as unknown.",
            )


def _ended(day: date, trained: date) -> Finding:
    return Finding(
        "readable",
        "nothing is newer than the models",
        None,
        True,
        "critical",
        f"the newest row of all tables was known before {day}",
        f"rows from {trained} on, the day that the models were trained for",
        "Ask whether the export still runs, and whether a table is missing.",
    )


def _unreadable(problem: DataError) -> Finding:
    return Finding(
        "readable",
        "the data cannot be read",
        None,
        True,
        "critical",
        str(problem),
        "tables that keep the contract (docs/data-contract.md), at most 5 % of rows set aside",
        "Mend the source and run `ptml validate DATA`.",
    )


def _sentences(verdict: Verdict, look: Look, rate: float, page: Path | None) -> list[str]:
    acting = [a for a in verdict.alarms if a["severity"] != "note"]
    told = [
        f"  {a['severity']}: {a['subject']}: {a['seen']}; expected {a['expected']}"
        for a in acting[:_SHOWN]
    ]
    if len(acting) > _SHOWN:
        told.append(f"  and {len(acting) - _SHOWN} more")
    n_notes = len(verdict.alarms) - len(acting)
    return [
        f"{headline(verdict, look)}. Advice: {verdict.advice} ({verdict.reason}).",
        *told,
        f"{len(look.findings)} tests, {len(acting)} call to action, {n_notes} noted, "
        f"{len(look.not_judged)} could not be done. {promise(rate)}",
        *(f"  not looked at: {item.subject}: {item.why}" for item in look.not_judged[:_SHOWN]),
        *([] if page is None else [f"The page: {page}"]),
    ]


def _stylesheet() -> str:
    """The look of the run's report, which this page shares."""
    return (files("ptml.report") / "templates" / "style.css").read_text(encoding="utf-8")
