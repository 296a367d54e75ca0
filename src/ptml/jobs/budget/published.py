"""The facts of a budget out of a published run: nothing is scored again."""

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ptml.contracts.outputs import SEGMENTS
from ptml.decide.budget.facts import Courses, Due, Facts, Offers, People, PointWeights
from ptml.errors import UsageError
from ptml.features.columns import doubles, floats, places, whole
from ptml.publish import PublishedRun

_ROWS = 1_000_000
_LIFT = ("employee_id", "course_id", "lift", "lift_low", "lift_high", "status")


def published_facts(run: PublishedRun) -> tuple[pa.Array, Facts]:
    """Ids of everybody, sorted, and what was published of them.

    Raises
    ------
    UsageError
        When an earlier version published the run, or no lift was.
    """
    own = run.arrow("budget_people").sort_by("employee_id")
    if not len(own):
        raise _published_before(run)
    ids = own["employee_id"].combine_chunks()
    of_courses = run.arrow("budget_courses").sort_by("course_id")
    courses = _courses(of_courses)
    units = run.arrow("units").sort_by("org_unit_id")["org_unit_id"].to_pylist()
    # Told at once, and not after all of the lifts were read.
    weight = _weights(run, of_courses, units)
    facts = Facts(
        people=_people(run, own, ids, units),
        courses=courses,
        offers=_offers(run, ids, courses.ids),
        due=_due(run.arrow("mandatory_due"), ids, courses.ids),
        weight=weight,
    )
    if not len(facts.offers.course):
        raise UsageError(
            f"run {run.about['run_id']} published no lift: a budget is spent by lift; train and"
            " score with performance (docs/data-contract.md)"
        )
    return ids, facts


def _published_before(run: PublishedRun) -> UsageError:
    return UsageError(
        f"run {run.about['run_id']} does not hold what a budget needs (an earlier version"
        " published it): score again"
    )


def _people(run: PublishedRun, own: pa.Table, ids: pa.Array, units: Sequence[str]) -> People:
    families = sorted(x for x in pc.unique(own["job_family"]).to_pylist() if x is not None)
    return People(
        groups={
            "unit": places(_beside(ids, run.arrow("people"), "org_unit_id"), units),
            "segment": places(_beside(ids, run.arrow("segments"), "segment"), SEGMENTS),
            "job_family": places(own["job_family"], families),
        },
        names={"unit": units, "segment": SEGMENTS, "job_family": families},
        is_trainable=own["trainable"].to_numpy(),
        open_hours=doubles(own["open_hours"]),
    )


def _beside(ids: pa.Array, table: pa.Table, column: str) -> pa.ChunkedArray:
    at = pc.index_in(ids, value_set=table["employee_id"].combine_chunks())
    return pa.chunked_array([table[column].combine_chunks().take(at)])


def _courses(table: pa.Table) -> Courses:
    ids = table["course_id"].to_pylist()
    return Courses(
        ids=np.array(ids, dtype=object),
        cost=doubles(table["cost"]),
        hours=doubles(table["hours"]),
        seats=whole(table["seats"], -1).astype(np.int64),
        seats_taken=whole(table["seats_taken"], 0).astype(np.int64),
        overlap=_matrix(_objects(table["overlaps"]), ids, 0.0).astype(np.float32),
    )


def _weights(run: PublishedRun, of_courses: pa.Table, units: Sequence[str]) -> PointWeights:
    of_units = run.arrow("budget_units")
    if _is_older(of_units, "competency_weights") or _is_older(of_courses, "teaches"):
        raise _published_before(run)
    weights, taught = _objects(of_units["competency_weights"]), _objects(of_courses["teaches"])
    told = dict(zip(of_units["org_unit_id"].to_pylist(), weights, strict=True))
    competencies = sorted(set().union(*taught, *weights))
    return PointWeights(
        _matrix([told.get(unit, {}) for unit in units], competencies, 1.0),
        _matrix(taught, competencies, 0.0),
    )


def _is_older(table: pa.Table, column: str) -> bool:
    """Whether a version that did not know the column wrote the table."""
    return column not in table.column_names or table[column].null_count > 0


def _objects(column: pa.ChunkedArray) -> list[dict[str, float]]:
    return [json.loads(text) for text in column.to_pylist()]


def _matrix(
    rows: Sequence[Mapping[str, float]], ids: Sequence[str], usual: float
) -> NDArray[np.float64]:
    """Numbers by id as rows of a matrix; what they do not name is as usual."""
    place = {name: k for k, name in enumerate(ids)}
    found = np.full((len(rows), len(ids)), usual)
    for row, numbers in enumerate(rows):
        for name, value in numbers.items():
            found[row, place[name]] = value
    return found


def _due(table: pa.Table, ids: pa.Array, courses: NDArray[np.object_]) -> Due:
    person = pc.index_in(table["employee_id"], value_set=ids).to_numpy().astype(np.int64)
    course = places(table["course_id"], courses).astype(np.int64)
    order = np.lexsort((course, person))
    return Due(person[order], course[order])


def _offers(run: PublishedRun, ids: pa.Array, courses: NDArray[np.object_]) -> Offers:
    parts = [_known(batch, ids, courses) for batch in _batches(run)]
    person, course, lift, low, high = (
        np.concatenate([part[k] for part in parts]) if parts else np.zeros(0) for k in range(5)
    )
    order = np.argsort(person.astype(np.int64) * len(courses) + course, kind="stable")
    length = np.bincount(person.astype(np.int64), minlength=len(ids))
    return Offers(
        np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
        course[order].astype(np.int32),
        *(numbers[order].astype(np.float32) for numbers in (lift, low, high)),
    )


def _batches(run: PublishedRun) -> Iterator[pa.Table]:
    """Rows of `lift` some at a time: all of them are not needed at once."""
    path = run.files.get("lift")
    if path is None:
        yield run.arrow("lift").select(_LIFT)
        return
    if not path.exists():
        return
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        for batch in file.iter_batches(_ROWS, columns=list(_LIFT)):
            yield pa.Table.from_batches([batch])


def _known(
    table: pa.Table, ids: pa.Array, courses: NDArray[np.object_]
) -> tuple[NDArray[np.generic], ...]:
    table = table.filter(pc.greater(table["lift"], 0))
    person = pc.index_in(table["employee_id"], value_set=ids).to_numpy().astype(np.int32)
    numbers = (floats(table[name]) for name in ("lift", "lift_low", "lift_high"))
    return (person, places(table["course_id"], courses), *numbers)
