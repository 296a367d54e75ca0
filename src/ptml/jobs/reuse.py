"""Lists that an earlier run published, for people of whom nothing has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.stamp import Stamped
from ptml.decide.explore import Shown
from ptml.decide.rank import Ranking
from ptml.features.arrays import Bools, Positions
from ptml.features.columns import codes, doubles, floats, places, whole
from ptml.features.ordering import order_by
from ptml.jobs.listing import Known, Lists
from ptml.lift.estimate import LiftEstimate
from ptml.lift.refusal import STATUSES

INPUTS, PUBLISHED = "inputs", "published/"
"""The table of digests, and what stands before the name of a table that was published before."""

LISTS = ("recommendations", "exposures", "short_lists", "paths", "path_plans", "lift")
"""Output tables about the lists of people, all that is taken over."""

_WITHIN = {"recommendations": "rank", "exposures": "rank", "paths": "step"}


@dataclass(frozen=True, eq=False)
class Reused:
    """Published lists of some of n people, ready to stand beside fresh ones.

    Attributes
    ----------
    ids : (n,) pyarrow.StringArray
        Of everybody, sorted.
    kept : (n,) bool
        Whose lists are taken over.
    tables : mapping of str to pyarrow.Table
        Rows of `LISTS` of the people that are kept, without `as_of` and `run_id`.
    """

    ids: pa.Array
    kept: Bools
    tables: Mapping[str, pa.Table]

    @property
    def fresh(self) -> Positions:
        """Positions of the people that have to be scored."""
        return np.flatnonzero(~self.kept)

    def rows(self, table: pa.Table) -> NDArray[np.int32]:
        """Position of the person of each row of a table."""
        return places(table["employee_id"], self.ids)


def reusable(tables: Mapping[str, pa.Table], ids: pa.Array, digests: pa.Array) -> Reused | None:
    """Find who is as an earlier run saw them; None where there is no such run.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        With what the run published by `PUBLISHED` and the name.
    ids, digests : (n,) pyarrow.StringArray
        People, sorted by id, and what `ptml.jobs.person_inputs` says of them now.
    """
    then = tables.get(PUBLISHED + INPUTS)
    if then is None:
        return None
    at = pc.index_in(ids, value_set=then["employee_id"].combine_chunks())
    same = pc.equal(then["digest"].combine_chunks().take(at), digests)
    kept = pc.fill_null(same, False).to_numpy(zero_copy_only=False)
    known = pa.array(ids.filter(pa.array(kept)), pa.string())
    of_kept = {
        name: table.filter(pc.is_in(table["employee_id"], value_set=known)).combine_chunks()
        for name in LISTS
        if (table := tables.get(PUBLISHED + name)) is not None
    }
    return Reused(ids, kept, of_kept)


def joined_lists(known: Known, fresh: Lists | None, reused: Reused) -> Lists:
    """Lists of everybody: fresh ones and those that were published, as if all were fresh.

    What was not published of a pair reads as unknown: everything that is said of it is said.

    Parameters
    ----------
    known : Known
        Everybody.
    fresh : Lists or None
        Of the people at `Reused.fresh`; None = there are none.
    """
    courses = known.asked.history.courses
    pairs = reused.tables["lift"]
    row, course = reused.rows(pairs), codes(pairs["course_id"], courses)
    then = LiftEstimate(
        floats(pairs["lift"]),
        floats(pairs["lift_low"]),
        floats(pairs["lift_high"]),
        whole(pairs["support"], 0),
        places(pairs["status"], STATUSES).astype(np.uint8),
    )
    if fresh is not None:
        row = np.concatenate([reused.fresh[fresh.row].astype(np.int32), row])
        course = np.concatenate([fresh.course, course])
        then = _below(fresh.lift, then)
    order = order_by(row, course)
    row, course = row[order], course[order]
    unknown = np.full(len(row), np.nan, dtype=np.float32)
    key = row.astype(np.int64) * len(courses) + course
    return Lists(
        row=row,
        course=course,
        preference=unknown,
        parts=None,
        p_complete=unknown,
        gap_closed=unknown,
        role_take_rate=unknown,
        lift=_taken(then, order),
        lift_facts=None,
        shown=_shown(known, fresh, reused, key),
    )


def joined_tables(
    fresh: Mapping[str, pa.Table], reused: Reused, course_ids: NDArray[np.object_]
) -> dict[str, pa.Table]:
    """Rows of fresh people and of those that are kept, in the order in which all would stand.

    Parameters
    ----------
    fresh : mapping of str to pyarrow.Table
        Of `LISTS`, of the people at `Reused.fresh`.
    course_ids : (n_courses,) str
        Sorted.
    """
    found = {}
    for name in LISTS:
        parts = [part for part in (fresh.get(name), reused.tables.get(name)) if part is not None]
        if parts:
            table = pa.concat_tables([as_published(name, part) for part in parts])
            found[name] = table.take(_order(name, table, reused, course_ids)).combine_chunks()
    return found


def _order(
    name: str, table: pa.Table, reused: Reused, course_ids: NDArray[np.object_]
) -> Positions:
    row = reused.rows(table)
    if name == "lift":
        return order_by(row, places(table["course_id"], course_ids))
    return order_by(row, whole(table[_WITHIN[name]], 0)) if name in _WITHIN else order_by(row)


def as_published(name: str, table: pa.Table) -> pa.Table:
    """Columns of an output table in the types of its contract; NaN becomes empty."""
    schema = OUTPUT_TABLES[name].arrow_schema
    own = pa.schema([field for field in schema if field.name not in Stamped.columns()])
    columns = []
    for field in own:
        column = table[field.name]
        if pa.types.is_floating(column.type):
            column = pc.if_else(pc.is_nan(column), None, column)
        columns.append(column.cast(field.type))
    return pa.Table.from_arrays(columns, schema=own)


def _shown(known: Known, fresh: Lists | None, reused: Reused, key: Positions) -> Shown:
    courses = known.asked.history.courses
    lists, exposures = reused.tables["recommendations"], reused.tables["exposures"]
    listed = order_by(reused.rows(lists), whole(lists["rank"], 0))
    lists = lists.take(listed)
    exposures = exposures.take(order_by(reused.rows(exposures), whole(exposures["rank"], 0)))
    row, course = reused.rows(lists), codes(lists["course_id"], courses)
    rank, score = whole(lists["rank"], 0), doubles(lists["score"])
    explored = exposures["explored"].to_numpy()
    propensity = doubles(exposures["propensity"])
    if fresh is not None:
        shown, new = fresh.shown, fresh.shown.ranking
        row = np.concatenate([reused.fresh[new.row].astype(np.int32), row])
        course = np.concatenate([new.course, course])
        rank, score = np.concatenate([new.rank, rank]), np.concatenate([new.score, score])
        explored = np.concatenate([shown.explored, explored])
        propensity = np.concatenate([shown.propensity, propensity])
    order = order_by(row, rank)
    row, course = row[order], course[order]
    pair = np.searchsorted(key, row.astype(np.int64) * len(courses) + course)
    return Shown(
        Ranking(pair, row, course, rank[order], score[order]), explored[order], propensity[order]
    )


def _below(first: LiftEstimate, second: LiftEstimate) -> LiftEstimate:
    parts = zip(vars(first).values(), vars(second).values(), strict=True)
    return LiftEstimate(*(np.concatenate(part) for part in parts))


def _taken(lift: LiftEstimate, order: Positions) -> LiftEstimate:
    return LiftEstimate(*(values[order] for values in vars(lift).values()))
