"""Lay one person's path anew, and say what changed since it was published."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.errors import DataError
from ptml.features.bucket import bucket_of
from ptml.jobs.asked import as_of_asked, models_asked
from ptml.jobs.explain_pair import unknown_id
from ptml.jobs.listing import Known
from ptml.jobs.models import load_models
from ptml.jobs.paths.asked import path_of_one, shared_and_seated
from ptml.jobs.paths.changes import Change, changes_since, of_person
from ptml.jobs.paths.tables import course_names
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.publish import read_run

_SAID = {
    "done": "completed since: it counts as done",
    "dropped": "dropped since",
    "running": "under way: it stays",
    "kept": "planned as before",
    "moved": "moved from the week of {then} to that of {now}",
    "new": "new, in the week of {now}",
    "gone": "planned no more",
}


def replan(
    data: str,
    models_folder: Path,
    employee_id: str,
    published: str | None,
    as_of: date | None,
    settings: Settings,
    progress: Progress,
) -> dict[str, Any]:
    """Lay the path of one person as of a day, as `ptml score` would.

    Parameters
    ----------
    published : str or None
        Where a run was published whose path of the person is compared; None = nowhere.

    Raises
    ------
    UsageError
        For a person who is not known, with the nearest ids, or not employed on the day.
    """
    progress.stage("Reading and checking")
    with read_people(data, settings.source, models_folder, postgres=settings.postgres) as dataset:
        day = as_of_asked(dataset, as_of)
        asked = tuple(name for name in models_asked(dataset, []) if name != "warnings")
        models = load_models(models_folder, asked, [])
        bucket = bucket_of(dataset, employee_id, settings.scoring.bucket_employees)
        if bucket is None:
            everybody = dataset.query("SELECT employee_id FROM employees")["employee_id"].tolist()
            raise unknown_id("employee", employee_id, everybody)
        progress.stage("Adding up what people share")
        shared = shared_and_seated(dataset, models, day, settings)
        progress.stage("Laying the path")
        known, tables = path_of_one(dataset, bucket, employee_id, models, shared)
    changes = None
    if published is not None:
        then = of_person(_published_paths(published), employee_id)
        changes = changes_since(then, tables["paths"], known, day)
    return _summary(employee_id, day, known, tables, changes)


def _published_paths(published: str) -> pa.Table:
    paths = read_run(published).arrow("paths")
    if "running" not in paths.column_names:
        raise DataError(f"{published}: an earlier version of ptml laid its paths; score again")
    return paths


def _summary(
    employee_id: str,
    day: date,
    known: Known,
    tables: Mapping[str, pa.Table],
    changes: list[Change] | None,
) -> dict[str, Any]:
    plan = tables["path_plans"].to_pylist()[0]
    plan["in_the_way"] = json.loads(plan["in_the_way"])
    steps = tables["paths"].to_pylist()
    for step in steps:
        step["reasons"] = json.loads(step["reasons"])
    history = known.asked.history
    titles = dict(zip(history.courses.ids.tolist(), course_names(history), strict=True))
    told = [f"Path of {employee_id} as of {day}: {_as_a_whole(plan)}"]
    for step in steps:
        told.append(_step_line(step, titles))
        told += [f"     {reason['text']}" for reason in step["reasons"]]
    told += [item["text"] for item in plan["in_the_way"]]
    if changes is not None:
        told.append("Since the published path:" if changes else "No path was published before.")
        told += [f"  {titles.get(c.course_id, c.course_id)}: {_said(c)}" for c in changes]
    return {
        "employee_id": employee_id,
        "as_of": day,
        "plan": plan,
        "steps": steps,
        "changes": None if changes is None else [vars(change) for change in changes],
        "sentences": told,
    }


def _as_a_whole(plan: Mapping[str, Any]) -> str:
    if not plan["steps"]:
        return "no step."
    told = f"{plan['steps']} steps in {plan['weeks']:.0f} weeks ({plan['hours']:.0f} hours)"
    if plan["lift"] is not None:
        told += (
            f", {plan['lift']:+.1f} points (90 %: {plan['lift_low']:+.1f} to"
            f" {plan['lift_high']:+.1f})"
        )
    best = "proven to be the best" if plan["optimality_gap"] == 0 else "not proven to be the best"
    return f"{told}; {best} among {plan['candidates']} courses."


def _step_line(step: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    course = titles.get(step["course_id"], step["course_id"])
    # From 1, as on the review page: the first week after the day of the run.
    first, last = step["starts_in_week"] + 1, step["ends_in_week"] + 1
    where = f"week {first}" if first == last else f"weeks {first} to {last}"
    return f"  {step['step']}. {course} ({step['course_id']}), {step['part']}, {where}"


def _said(change: Change) -> str:
    return _SAID[change.change].format(then=change.then, now=change.now)
