"""Features of where the course was taken back to: unit, absence, and what became of it before."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import COURSE_KINDS, DELIVERIES
from ptml.features.registry import Columns, Family, Feature, Group
from ptml.transfer.absence import days_absent
from ptml.transfer.blocking import longest_incident
from ptml.transfer.view import CompletionView

# Incidents this long before the moment still weigh on the unit.
INCIDENT_DAYS = 90


def _columns(view: CompletionView) -> Columns:
    rows = view.rows
    last = (rows.day - 1).astype(np.int32)
    back = (rows.day - INCIDENT_DAYS).astype(np.int32)
    return {
        "worst_incident_hours": longest_incident(view.history, rows.employee, back, last),
        "absent_days_since_completion": days_absent(
            view.history, rows.employee, view.completed, last
        ),
        **_record(view),
        **_form(view),
    }


def _record(view: CompletionView) -> Columns:
    day, means = view.rows.day, view.norms.means
    course_checked, course_weak = means["course_weak"].by_owner.before(view.course_of_norms, day)
    unit_checked, unit_weak = means["unit_weak"].by_owner.before(view.unit_of_norms, day)
    own_checked, own_weak = view.own.weak.before(view.rows.employee, day)
    return {
        "course_checked": course_checked,
        "course_weak": course_weak,
        "course_weak_share": view.course_norm("course_weak"),
        "unit_checked": unit_checked,
        "unit_weak": unit_weak,
        "unit_weak_share": view.unit_norm("unit_weak"),
        "unit_check_mean": view.unit_norm("unit_check"),
        "own_checked": own_checked,
        "own_weak": own_weak,
        "own_weak_share": view.own_norm(view.own.weak, "course_weak"),
        "own_check_mean": view.own_norm(view.own.check, "unit_check"),
    }


def _form(view: CompletionView) -> Columns:
    catalogue, course = view.history.catalogue, view.course
    return {
        "course_hours": catalogue.hours[course],
        "course_cost_a_seat": catalogue.cost[course],
        "course_is_mandatory": catalogue.mandatory[course],
        **_one_hot("course_kind", COURSE_KINDS, catalogue.kind[course]),
        **_one_hot("course_delivery", DELIVERIES, catalogue.delivery[course]),
    }


def _one_hot(name: str, values: tuple[str, ...], code: NDArray[np.int32]) -> Columns:
    return {
        f"{name}_{value}": np.where(code >= 0, code == k, np.nan) for k, value in enumerate(values)
    }


def _is_a(name: str, values: tuple[str, ...]) -> tuple[Feature, ...]:
    words = name.replace("_", " ")
    return tuple(Feature(f"{name}_{v}", "0/1", "course", f"The {words} is {v}.") for v in values)


def _outcomes(of: str, family: Family, whose: str) -> tuple[Feature, ...]:
    return (
        Feature(
            f"{of}_checked", "completions", family, f"Completions of {whose} with a known outcome."
        ),
        Feature(f"{of}_weak", "completions", family, "Weak transfers among them."),
        Feature(f"{of}_weak_share", "share", family, "Their share, shrunk towards that of all."),
    )


SETTING: Group[CompletionView] = Group(
    (
        Feature(
            "worst_incident_hours",
            "hours",
            "environment",
            "Hours lost to the worst incident in the person's unit in the last 90 days.",
        ),
        Feature(
            "absent_days_since_completion",
            "days",
            "environment",
            "Longest absence since the completion.",
        ),
        *_outcomes("course", "course", "the course"),
        *_outcomes("unit", "team", "the person's unit"),
        *_outcomes("own", "learning", "the person"),
        Feature("unit_check_mean", "0-1", "team", "Mean behaviour check in the unit so far."),
        Feature("own_check_mean", "0-1", "learning", "Mean behaviour check of the person so far."),
        Feature("course_hours", "hours", "course", "Length by the catalogue."),
        Feature("course_cost_a_seat", "money", "course", "Cost by the catalogue."),
        Feature("course_is_mandatory", "0/1", "course", "Whether the course is mandatory."),
        *_is_a("course_kind", COURSE_KINDS),
        *_is_a("course_delivery", DELIVERIES),
    ),
    _columns,
)
