"""Score a published row once more from what its run's manifest names, and compare every bit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import ptml
from ptml.contracts.conformity import conforming
from ptml.contracts.dataset import Dataset
from ptml.errors import ACTION_NEEDED, DataError, UsageError
from ptml.features.bucket import bucket_of, bucket_tables
from ptml.jobs.addresses import without_password
from ptml.jobs.bucket_answers import score_bucket
from ptml.jobs.models import Models, ModelsAt
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings
from ptml.jobs.source_hash import source_hash
from ptml.publish import PublishedRun, read_run

_STAMP = ("as_of", "run_id")
# What is said of a recommendation, and of a warning, beside its own row; and of the person.
_OF_PAIR = ("recommendations", "exposures", "lift", "people")
_OF_WARNING = ("warnings", "flags", "people", "timelines")
_OF_PERSON = ("people", "timelines")
_N_NAMED = 5


@dataclass(frozen=True)
class Named:
    """What is replayed.

    Attributes
    ----------
    kind : str
        ``recommendation`` or ``warning``.
    employee_id : str
    keys : mapping of str to str
        Columns and values that pick the rows.
    """

    kind: str
    employee_id: str
    keys: Mapping[str, str]

    @property
    def tables(self) -> tuple[str, ...]:
        """Output tables in which its rows lie."""
        return _OF_PAIR if self.kind == "recommendation" else _OF_WARNING

    def rows(self, name: str, table: pa.Table) -> pa.Table:
        """Pick the rows of a table."""
        of_person = {"employee_id": self.employee_id}
        keys = of_person if name in _OF_PERSON else self.keys
        picked = (pc.field(column) == value for column, value in keys.items())
        return table.filter(reduce(and_, picked)).combine_chunks()


def run_replay(
    what: str, out: str, data: str, models: Path, run_id: str | None, progress: Progress
) -> dict[str, Any]:
    """Score a published recommendation or warning again, and say whether it is the same.

    Parameters
    ----------
    what : str
        ``EMPLOYEE/COURSE``, or the id of a completed enrolment, with ``/STAGE`` or without.
    run_id : str, optional
        A run that is still kept; the newest when left out.

    Raises
    ------
    UsageError
        When nothing of that name was published.
    DataError
        When data, models or the published files are not those of the manifest: nothing is compared
        that could not be the same.
    """
    progress.stage("Reading the published run")
    run = read_run(out, run_id)
    named = _named(what, run, out)
    told = dict(run.about["settings"])
    only = tuple(told.pop("only"))
    settings, day = Settings.model_validate(told), date.fromisoformat(run.about["as_of"])
    progress.stage("Checking the models")
    loaded = _models(models, run, only)
    progress.stage("Reading the data")
    with read_people(data, settings.source, out, models, postgres=settings.postgres) as dataset:
        _refuse_other_data(dataset, run)
        progress.stage("Scoring again")
        bucket = bucket_of(dataset, named.employee_id, settings.scoring.bucket_employees)
        if bucket is None:
            raise AssertionError("the data are those of the run, and the person was in them")
        shared = RunShared.of(dataset, day, settings)
        answers = score_bucket(bucket_tables(dataset, bucket), shared, loaded, bucket)
    found = list(_compared(named, run, answers.tables))
    return _summary(what, named, run, found)


def exit_code(summary: Mapping[str, Any]) -> int:
    """0 = the same to the last bit; 3 = a person has to look."""
    return 0 if summary["is_same"] else ACTION_NEEDED


def _named(what: str, run: PublishedRun, out: str) -> Named:
    enrolment, _, stage = what.rpartition("/")
    warnings = run.arrow("warnings")
    for keys in ({"enrolment_id": what}, {"enrolment_id": enrolment, "stage": stage}):
        found = Named("warning", "", keys).rows("warnings", warnings)
        if len(found):
            return Named("warning", found["employee_id"][0].as_py(), keys)
    keys = {"employee_id": enrolment, "course_id": stage}
    named = Named("recommendation", enrolment, keys)
    if len(named.rows("recommendations", run.arrow("recommendations"))):
        return named
    raise UsageError(
        f"run {run.about['run_id']} in {without_password(out)} has no recommendation or warning"
        f" {what}; name EMPLOYEE/COURSE, or an enrolment's id (with /completion or /day_30)"
    )


def _models(folder: Path, run: PublishedRun, only: tuple[str, ...]) -> Models:
    asked = only or ("recommend", "lift", "warnings")
    models = ModelsAt(folder, asked, only).load()
    then, now = run.about["model_versions"], dict(models.versions)
    wrong = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
    if wrong:
        named = ", ".join(wrong[:_N_NAMED]) + (" and others" if len(wrong) > _N_NAMED else "")
        raise DataError(
            f"{folder} does not hold the models of run {run.about['run_id']}: {named} differ;"
            " name the training that it was scored with"
        )
    return models


def _refuse_other_data(dataset: Dataset, run: PublishedRun) -> None:
    then = run.about["data_fingerprint"]
    if dataset.fingerprint != then:
        raise DataError(
            f"{dataset.address} is not what run {run.about['run_id']} read: its fingerprint is"
            f" {dataset.fingerprint[:12]}, that of the run {then[:12]}; name the data as they were"
        )


def _compared(
    named: Named, run: PublishedRun, again: Mapping[str, pa.Table]
) -> Iterator[dict[str, Any]]:
    for name in named.tables:
        published = named.rows(name, run.arrow(name))
        made = _stamped(name, again, published)
        fresh = published.slice(0, 0) if made is None else named.rows(name, made)
        for column in published.column_names:
            if column in _STAMP:
                continue
            then, now = published[column], fresh[column]
            same = _bits(then) == _bits(now)
            yield {
                "table": name,
                "column": column,
                "is_same": same,
                "published": then.to_pylist(),
                "again": now.to_pylist(),
            }


def _stamped(name: str, again: Mapping[str, pa.Table], like: pa.Table) -> pa.Table | None:
    """A fresh table as the run would have published it."""
    table = again.get(name)
    if table is None or not len(like):
        return None
    for column in _STAMP:
        value = pa.repeat(like[column][0], len(table))
        table = table.append_column(column, value)
    return conforming(name, table)


def _bits(column: pa.ChunkedArray) -> list[Any]:
    # The shortest text that reads back as the same float: alike for the same bits, and only then.
    return [repr(value) for value in column.to_pylist()]


def _summary(
    what: str, named: Named, run: PublishedRun, found: list[dict[str, Any]]
) -> dict[str, Any]:
    wrong = [one for one in found if not one["is_same"]]
    is_same_code = run.about.get("code") == source_hash(ptml)
    run_id, n = run.about["run_id"], len(found)
    if wrong:
        listed = [
            f"  {w['table']}.{w['column']}: {w['published']} then, {w['again']} now" for w in wrong
        ]
        sentences = [
            f"{named.kind} {what} of run {run_id}: {len(wrong)} of {n} values differ",
            *listed,
        ]
    else:
        sentences = [
            f"{named.kind} {what} of run {run_id}: all {n} values are the same to the last bit."
        ]
    if not is_same_code:
        sentences.append("The code is not that of the run; its version is in the run's manifest.")
    return {
        "what": what,
        "kind": named.kind,
        "run_id": run_id,
        "is_same": not wrong,
        "is_same_code": is_same_code,
        "values": found,
        "sentences": sentences,
    }
