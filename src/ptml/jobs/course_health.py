"""`course_health`: sums over everybody, and what the lift model says of each course."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.decide.goals.config import GoalConfig
from ptml.decide.goals.weights import GoalWeights
from ptml.decide.health.alerts import CourseFigures
from ptml.decide.health.config import HealthConfig
from ptml.decide.health.evidence import CourseEvidence, CourseLift
from ptml.decide.health.table import course_health, figures_of
from ptml.decide.health.totals import HealthTotals
from ptml.features.capability import Capability, capability
from ptml.features.company_inputs import CompanyInputs
from ptml.features.days import day_number
from ptml.features.history import History, load_history
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages
from ptml.lift.checks.course_evidence import NAME as OWN_TAKERS
from ptml.lift.model import LiftModel
from ptml.transfer.config import LabelConfig
from ptml.transfer.labels import transfer_labels

FloatArray = NDArray[np.float64]

# A goal that ended within a year still says what the company is after.
_GOAL_DAYS = 366


def health_table(
    totals: HealthTotals,
    model: LiftModel | None,
    company: CompanyInputs,
    day: date,
    config: HealthConfig,
) -> pa.Table:
    """`course_health`: one row a course."""
    catalogue = company.catalogue
    figures = _figures(totals, model, company, day, config)
    columns = {
        "course_id": pa.array(company.maps.courses.ids.tolist(), pa.string()),
        "title": pa.array([str(title) or None for title in catalogue.title], pa.string()),
        **course_health(totals, figures, catalogue, config),
    }
    schema = OUTPUT_TABLES["course_health"].arrow_schema
    return pa.table({name: columns[name] for name in schema.names if name in columns})


def company_figures(
    dataset: Dataset, day: date, model: LiftModel | None, config: HealthConfig, label: LabelConfig
) -> tuple[CourseFigures, list[str]]:
    """All that alerts look at, of everybody in one piece, and the courses' ids."""
    company = CompanyInputs.of(dataset)
    totals = totals_of(dataset, company, day, config, label)
    return _figures(totals, model, company, day, config), company.maps.courses.ids.tolist()


def totals_of(
    dataset: Dataset, company: CompanyInputs, day: date, config: HealthConfig, label: LabelConfig
) -> HealthTotals:
    """Sums over everybody in one piece."""
    history, shared = load_history(dataset), shared_averages(dataset)
    totals = totals_for(company, config)
    everybody = Rows.at(np.arange(history.n_employees, dtype=np.int32), day_number(day))
    rows = everybody.take(np.flatnonzero(history.employed(everybody.employee, everybody.day)))
    add_to(totals, history, capability(history, shared, rows), day_number(day), label)
    return totals


def _figures(
    totals: HealthTotals,
    model: LiftModel | None,
    company: CompanyInputs,
    day: date,
    config: HealthConfig,
) -> CourseFigures:
    courses, titles = company.maps.courses.ids, company.catalogue.title
    lifts = course_lift(model, courses)
    names = [str(title) or str(course) for title, course in zip(titles, courses, strict=True)]
    return figures_of(
        totals,
        lifts,
        course_evidence(model, courses, lifts),
        company.catalogue,
        asked_by_goals(company, day),
        np.array(names, dtype=np.object_),
        day_number(day),
        config,
    )


def add_to(
    totals: HealthTotals, history: History, portraits: Capability, day: int, label: LabelConfig
) -> None:
    """Add people of whom everything is at hand.

    Parameters
    ----------
    portraits : Capability
        Of those who are employed on the day.
    """
    labels = transfer_labels(history, label)
    checked = np.zeros(len(history.enrolments), dtype=bool)
    weak = np.zeros_like(checked)
    checked[labels.enrolment] = labels.known_at(day)
    weak[labels.enrolment] = labels.weak
    totals.add(history, day, checked, weak)
    totals.add_people(portraits)


def totals_for(company: CompanyInputs, config: HealthConfig) -> HealthTotals:
    """Sums of a company to which nobody was added yet."""
    maps = company.maps
    return HealthTotals(
        len(maps.courses), len(maps.competencies), config.recent_days, config.earlier_days
    )


def course_lift(model: LiftModel | None, ids: NDArray[np.object_]) -> CourseLift:
    """What the model says of each course, by its id; unknown where it refuses or is not there."""
    told = _told(model, "course_lift")
    if told is None:
        return CourseLift.unknown(len(ids))
    return CourseLift(*(_column(told, name, ids) for name in ("lift", "low", "high")))


def course_evidence(
    model: LiftModel | None, ids: NDArray[np.object_], lifts: CourseLift
) -> CourseEvidence:
    """What the takers of each course alone say; of an older model what its intervals say.

    A course whose lift is refused has none here either.
    """
    told = _told(model, OWN_TAKERS)
    if told is None:
        return CourseEvidence.of_intervals(lifts)
    refused = np.isnan(lifts.lift)

    def known(name: str) -> FloatArray:
        return np.where(refused, np.nan, _column(told, name, ids))

    return CourseEvidence(
        takers=known("takers"),
        lift=known("lift"),
        error=known("error"),
        earlier=known("earlier"),
        earlier_error=known("earlier_error"),
        later=known("later"),
        later_error=known("later_error"),
        common_error=float(told["common_error"]),
        since=date.fromisoformat(told["since"]),
    )


def _told(model: LiftModel | None, name: str) -> Mapping[str, Any] | None:
    if model is None:
        return None
    return next((row.payload for row in model.evidence if row.name == name), None)


def _column(told: Mapping[str, Any], name: str, ids: NDArray[np.object_]) -> FloatArray:
    by_id = dict(zip(told["course_id"], told[name], strict=True))
    values = [by_id.get(str(course)) for course in ids]
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def asked_by_goals(company: CompanyInputs, day: date) -> NDArray[np.bool_]:
    """Whether a goal of the last year, or of the next period, asks for each competency.

    A goal that begins later is not known yet; a KPI that names a group of competencies asks for
    those in it.

    Returns
    -------
    (n_competencies,) bool
    """
    config, today = GoalConfig(), day_number(day)
    goals = GoalWeights.of(company, today, config)
    tables = goals.tables
    is_known = tables.start.astype(np.int64) <= today + config.known_days
    counts = is_known & (tables.end >= today - _GOAL_DAYS)
    return np.asarray((goals.drives[tables.kpi[counts]] > 0).any(axis=0), dtype=np.bool_)
