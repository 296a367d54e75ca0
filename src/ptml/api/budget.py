"""What a budget buys, on frames: lifts, costs and limits in, a plan and its prices out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from ptml.contracts.outputs import SEGMENTS
from ptml.decide.budget.answer import answer
from ptml.decide.budget.config import GROUP_KINDS, BudgetConfig
from ptml.decide.budget.facts import Courses, Due, Facts, Offers, People
from ptml.decide.budget.quarter import coming_quarter
from ptml.errors import UsageError
from ptml.jobs.budget.tables import Told
from ptml.report.budget import budget_view
from ptml.report.published import PublishedTables

_GROUP_COLUMNS = {"unit": "org_unit_id", "segment": "segment", "job_family": "job_family"}


@dataclass(frozen=True, eq=False)
class Allocation:
    """What a budget buys.

    Attributes
    ----------
    allocations : DataFrame
        One row a person and course that is bought.
    plans : DataFrame
        The plan (``chosen``), the one without minima, and what most lift per money would bring:
        ``objective`` (points as counted), ``bound`` (no plan brings more), ``gap``, ``spent``.
    shadow_prices : DataFrame
        Points for one more of each limit.
    curve : DataFrame
        Points by budget; ``marginal`` is what one more of money brings there.
    refusals : tuple of str
        Demands that cannot be met, and why; empty = there is a plan.
    sentences : tuple of str
        All of it in plain words.
    """

    allocations: pd.DataFrame
    plans: pd.DataFrame
    shadow_prices: pd.DataFrame
    curve: pd.DataFrame
    refusals: tuple[str, ...]
    sentences: tuple[str, ...]


def allocate(
    offers: pd.DataFrame,
    courses: pd.DataFrame,
    money: float,
    people: pd.DataFrame | None = None,
    mandatory: pd.DataFrame | None = None,
    overlaps: pd.DataFrame | None = None,
    as_of: date | None = None,
    **settings: Any,
) -> Allocation:
    """Choose who gets which course, to the largest total lift that limits allow.

    Parameters
    ----------
    offers : DataFrame
        ``employee_id``, ``course_id``, ``lift``, ``lift_low``, ``lift_high``: what
        `LiftEstimator.predict` gives. Refused lifts (empty) are never bought.
    courses : DataFrame
        ``course_id``, ``cost``; ``hours``, ``seats`` (empty = no limit) and ``seats_taken`` where
        they are known.
    money : float
        The budget, in the unit of ``cost``.
    people : DataFrame, optional
        ``employee_id`` with any of ``org_unit_id``, ``segment``, ``job_family``, ``trainable``
        (bool), ``open_hours``; who is in no row of it has none of them.
    mandatory : DataFrame, optional
        ``employee_id``, ``course_id`` of mandatory courses that are due: bought first.
    overlaps : DataFrame, optional
        ``course_id``, ``other_id``, ``share``: part of the first course's lift that the other
        brings too; counted once for a person who takes both.
    as_of : date, optional
        The plan is for the quarter that most of the next three months belong to.
    **settings
        Of `settings.budget` (docs/reference/settings.md): ``by_lower_bound``,
        ``courses_per_person``, ``hours_per_person``, ``minima`` and so on.

    Returns
    -------
    Allocation

    Raises
    ------
    UsageError
        For a frame without its columns, a setting that does not exist, or a negative budget.

    Examples
    --------
    >>> import pandas as pd, ptml
    >>> offers = pd.DataFrame(
    ...     {
    ...         "employee_id": ["ann", "ann", "bob"],
    ...         "course_id": ["sql", "talk", "talk"],
    ...         "lift": [3.0, 2.0, 4.0],
    ...         "lift_low": [1.0, 1.5, 2.0],
    ...         "lift_high": [5.0, 2.5, 6.0],
    ...     }
    ... )
    >>> courses = pd.DataFrame({"course_id": ["sql", "talk"], "cost": [100.0, 100.0]})
    >>> plan = ptml.allocate(offers, courses, money=200.0)
    >>> plan.allocations[["employee_id", "course_id"]].to_numpy().tolist()
    [['ann', 'sql'], ['bob', 'talk']]
    """
    config = _config(money, settings)
    ids, facts = _facts(offers, courses, people, mandatory, overlaps)
    quarter = coming_quarter(as_of or date(2000, 1, 1))
    told = Told(ids, facts, config, answer(facts, config, money), quarter)
    tables = {name: table.to_pandas() for name, table in told.tables().items()}
    if as_of is None:
        tables["allocations"] = tables["allocations"].assign(quarter=None)
        tables["budget_plans"] = tables["budget_plans"].assign(quarter="the coming quarter")
    return Allocation(
        allocations=tables["allocations"],
        plans=tables["budget_plans"],
        shadow_prices=tables["shadow_prices"],
        curve=tables["budget_curve"],
        refusals=tuple(refusal.why for refusal in told.answer.refusals),
        sentences=budget_view(PublishedTables(tables)).sentences,
    )


def _config(money: float, settings: dict[str, Any]) -> BudgetConfig:
    if "settings" in settings:
        raise UsageError(
            "allocate takes settings of the budget by their names, such as by_lower_bound=True;"
            " there is none called settings"
        )
    try:
        return BudgetConfig.model_validate({**settings, "money": money})
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in error.errors()
        )
        raise UsageError(f"allocate cannot use its settings: {told}") from None


def _facts(
    offers: pd.DataFrame,
    courses: pd.DataFrame,
    people: pd.DataFrame | None,
    mandatory: pd.DataFrame | None,
    overlaps: pd.DataFrame | None,
) -> tuple[pa.Array, Facts]:
    _has(offers, "offers", "employee_id", "course_id", "lift", "lift_low", "lift_high")
    _has(courses, "courses", "course_id", "cost")
    due = pd.DataFrame({"employee_id": [], "course_id": []}) if mandatory is None else mandatory
    known = pd.DataFrame({"employee_id": []}) if people is None else people
    _has(due, "mandatory", "employee_id", "course_id")
    _has(known, "people", "employee_id")
    everybody = pd.concat([offers["employee_id"], known["employee_id"], due["employee_id"]])
    ids = np.unique(_text(everybody))
    course_ids = np.unique(_text(courses["course_id"]))
    rows = courses.assign(course_id=courses["course_id"].astype(str)).set_index("course_id")
    if not rows.index.is_unique:
        raise UsageError("courses has a course_id twice; give one row a course")
    rows = rows.loc[course_ids]
    facts = Facts(
        people=_people(known, ids),
        courses=Courses(
            ids=course_ids.astype(object),
            cost=_numbers(rows, "cost", np.nan),
            hours=_numbers(rows, "hours", np.nan),
            seats=_numbers(rows, "seats", -1.0).astype(np.int64),
            seats_taken=_numbers(rows, "seats_taken", 0.0).astype(np.int64),
            overlap=_overlap(overlaps, course_ids),
        ),
        offers=_offers(offers, ids, course_ids),
        due=_due(due, ids, course_ids),
    )
    return pa.array(ids.tolist(), pa.string()), facts


def _has(frame: pd.DataFrame, name: str, *columns: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise UsageError(f"{name} needs a column {', '.join(missing)}")


def _text(values: pd.Series) -> np.ndarray:
    return values.astype(str).to_numpy(dtype=object).astype(str)


def _numbers(frame: pd.DataFrame, column: str, empty: float) -> np.ndarray:
    if column not in frame.columns:
        return np.full(len(frame), empty)
    return pd.to_numeric(frame[column]).fillna(empty).to_numpy(dtype=np.float64)


def _places(frame: pd.DataFrame, column: str, ids: np.ndarray, name: str) -> np.ndarray:
    values = _text(frame[column])
    at = np.minimum(np.searchsorted(ids, values), max(len(ids) - 1, 0))
    unknown = values[ids[at] != values] if len(ids) else values
    if len(unknown):
        raise UsageError(f"{name} names {column} {unknown[0]}, which courses does not have")
    return at.astype(np.int64)


def _people(known: pd.DataFrame, ids: np.ndarray) -> People:
    rows = known.assign(employee_id=known["employee_id"].astype(str)).set_index("employee_id")
    if not rows.index.is_unique:
        raise UsageError("people has an employee_id twice; give one row a person")
    rows = rows.reindex(ids)
    groups, names = {}, {}
    for kind in GROUP_KINDS:
        column = _GROUP_COLUMNS[kind]
        told = rows[column] if column in rows.columns else pd.Series(None, index=rows.index)
        fixed: Sequence[str] = SEGMENTS if kind == "segment" else ()
        found = sorted({*told.dropna().astype(str)} - set(fixed))
        names[kind] = (*fixed, *found)
        place = {name: k for k, name in enumerate(names[kind])}
        codes = [-1 if pd.isna(value) else place[str(value)] for value in told]
        groups[kind] = np.array(codes, dtype=np.int32)
    trainable = np.ones(len(ids), dtype=np.bool_)
    if "trainable" in rows.columns:
        trainable = ~rows["trainable"].eq(False).to_numpy(dtype=np.bool_)
    return People(groups, names, trainable, _numbers(rows, "open_hours", 0.0))


def _overlap(overlaps: pd.DataFrame | None, courses: np.ndarray) -> np.ndarray:
    found = np.zeros((len(courses), len(courses)), dtype=np.float32)
    if overlaps is not None:
        _has(overlaps, "overlaps", "course_id", "other_id", "share")
        one = _places(overlaps, "course_id", courses, "overlaps")
        other = _places(overlaps, "other_id", courses, "overlaps")
        found[one, other] = pd.to_numeric(overlaps["share"]).clip(0, 1)
        np.fill_diagonal(found, 0)
    return found


def _offers(offers: pd.DataFrame, ids: np.ndarray, courses: np.ndarray) -> Offers:
    person = np.searchsorted(ids, _text(offers["employee_id"]))
    course = _places(offers, "course_id", courses, "offers")
    key = person * len(courses) + course
    if len(np.unique(key)) < len(key):
        raise UsageError("offers has a person and course twice; give one row a pair")
    order = np.argsort(key, kind="stable")
    lift, low, high = (
        pd.to_numeric(offers[name]).to_numpy(dtype=np.float32)[order]
        for name in ("lift", "lift_low", "lift_high")
    )
    start = np.concatenate([[0], np.cumsum(np.bincount(person, minlength=len(ids)))])
    return Offers(start.astype(np.int64), course[order].astype(np.int32), lift, low, high)


def _due(due: pd.DataFrame, ids: np.ndarray, courses: np.ndarray) -> Due:
    person = np.searchsorted(ids, _text(due["employee_id"]))
    course = _places(due, "course_id", courses, "mandatory")
    order = np.lexsort((course, person))
    return Due(person[order].astype(np.int64), course[order])
