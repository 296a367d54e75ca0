"""Compare policies: what a new run's lists would have brought, by the log of an old one's."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset
from ptml.contracts.ids import IdMap
from ptml.errors import UsageError
from ptml.evaluate.off_policy import Interval, Judged, LoggedLists, NewLists, NotJudged, judge
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.publish import read_run

_CHOSEN = """SELECT DISTINCT employee_id, course_id FROM enrolments
    WHERE enrolled_on >= ? AND enrolled_on < ?
    AND coalesce(assigned_by, 'self') IN ('self', 'engine')"""
_LOGGED = """SELECT employee_id, course_id, propensity FROM exposures
    WHERE shown_on = ? AND propensity IS NOT NULL"""


def run_policy_comparison(
    data: str, new: str, old: str | None, settings: Settings, progress: Progress
) -> dict[str, Any]:
    """Judge the lists published to ``new`` by what was shown on the same day, and what was chosen.

    Parameters
    ----------
    old : str, optional
        Where the run that was shown is published; the data's own table ``exposures`` where left
        out.

    Raises
    ------
    UsageError
        When nothing was shown on the new run's day, or the days for answering are not over.
    """
    lists, day = _published(new)
    progress.stage("Reading and checking")
    with read_people(data, settings.source, new, postgres=settings.postgres) as dataset:
        end = day + timedelta(days=settings.off_policy.days)
        _check_over(dataset, day, end)
        shown = dataset.query(_LOGGED, [day]) if old is None else _shown(old, day)
        if shown.empty:
            raise UsageError(
                f"nothing with a propensity was shown on {day}, the date of {new}: name the run "
                "that was shown with --old, or score the new one as of a day in the table exposures"
            )
        chosen = dataset.query(_CHOSEN, [day, end])
    progress.stage("Judging")
    found = _judged(shown, lists, chosen, settings)
    return {
        "as_of": day,
        "judged": isinstance(found, Judged),
        "figures": _figures(found),
        "sentences": _sentences(found, day, settings.off_policy.days),
    }


def _published(out: str) -> tuple[pd.DataFrame, date]:
    exposures = read_run(out).tables["exposures"]
    if exposures.empty:
        raise UsageError(f"{out} shows nothing to anybody: there is no policy to judge")
    return exposures, pd.Timestamp(exposures["as_of"].iloc[0]).date()


def _shown(old: str, day: date) -> pd.DataFrame:
    exposures, shown_on = _published(old)
    if shown_on != day:
        raise UsageError(
            f"--old {old} was shown as of {shown_on} and --new is as of {day}: both have to choose "
            f"for the same people on the same day; score the new one --as-of {shown_on}"
        )
    return exposures


def _check_over(dataset: Dataset, day: date, end: date) -> None:
    known_until = as_of_range(dataset)[1]
    if end > known_until:
        raise UsageError(
            f"what was shown on {day} may be answered until {end}, and the data end before "
            f"{known_until}: wait, or set off_policy.days lower"
        )


def _judged(
    shown: pd.DataFrame, lists: pd.DataFrame, chosen: pd.DataFrame, settings: Settings
) -> Judged | NotJudged:
    people = IdMap.of(sorted(set(shown["employee_id"]) & set(lists["employee_id"])))
    courses = IdMap.of([*shown["course_id"], *lists["course_id"]])

    def coded(frame: pd.DataFrame) -> pd.DataFrame:
        codes = frame.assign(
            person=people.codes(frame["employee_id"]).astype(np.int64),
            course=courses.codes(frame["course_id"]).astype(np.int64),
        )
        kept = codes[(codes["person"] >= 0) & (codes["course"] >= 0)]
        # In one order, so that the sums of a table and of a run are the same to the bit.
        return kept.sort_values(["person", "course"])

    log, new, answers = coded(shown), coded(lists), coded(chosen)
    cell = [frame["person"] * len(courses) + frame["course"] for frame in (log, answers)]
    logged = LoggedLists(
        log["person"].to_numpy(),
        log["course"].to_numpy(),
        log["propensity"].to_numpy(dtype=np.float64),
        np.isin(cell[0], cell[1]).astype(np.float64),
    )
    offered = NewLists(new["person"].to_numpy(), new["course"].to_numpy())
    return judge(logged, offered, len(people), settings.off_policy)


def _figures(found: Judged | NotJudged) -> dict[str, Any]:
    return {
        name: vars(value) if isinstance(value, Interval) else value
        for name, value in vars(found).items()
    }


def _sentences(found: Judged | NotJudged, day: date, days: int) -> list[str]:
    if isinstance(found, NotJudged):
        return [
            f"The new lists cannot be judged by what was shown on {day}: {found.reason}.",
            "A larger explore.share makes later logs tell more.",
        ]
    rows = {
        "the lists that were shown (plain mean)": found.old,
        "the new lists, inverse propensities": found.ips,
        "the new lists, self-normalised": found.self_normalised,
        "the new lists, doubly robust": found.doubly_robust,
        "gain of the new over the old (doubly robust)": found.gain,
    }
    return [
        f"Courses chosen within {days} days of {day} a list shown, {found.n_people:,} people "
        "(95 % interval over people):",
        *(
            f"  {what}: {one.value:.3f} ({one.low:.3f} to {one.high:.3f})"
            for what, one in rows.items()
        ),
        f"  effective places behind the new lists: {found.effective:,.0f}; weights cut: "
        f"{found.clipped:.1%}.",
        "It is assumed that a choice depends neither on the place in a list nor on the courses "
        "beside it.",
    ]
