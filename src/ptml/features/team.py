"""Features of a person's unit and manager that come from other people, the person left out."""

from dataclasses import dataclass

import numpy as np

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.arrays import Codes, Days, Doubles, Numbers, Positions
from ptml.features.days import quarters_before
from ptml.features.own import TEAM_ANSWERS, OwnSums
from ptml.features.registry import Columns, Feature, Group
from ptml.features.renewal import last_renewal
from ptml.features.timelines import feedback_owner
from ptml.features.view import PersonView
from ptml.features.windows import FOREVER_AGO, SumLog

_THOUSANDTH = 1 / 1024


@dataclass(frozen=True, eq=False)
class _Others:
    """Sums over the others at each row's place between two renewals, (n,) whole numbers."""

    employee: Codes
    place: Codes
    since: Days | np.int32
    until: Days

    def total(self, name: str, log: SumLog, own: OwnSums, owner: Codes | None = None) -> Positions:
        """Everybody's sum less the person's own; `owner` where the log is not by place alone."""
        group = self.place if owner is None else owner
        everybody = log.total(name, log.window(group, self.since, self.until))
        return everybody - own.total(name, self.employee, self.place, self.since, self.until)


def _columns(view: PersonView) -> Columns:
    renewal = last_renewal(view.rows.day)
    until = (renewal + 1).astype(np.int32)
    year, quarter = ((quarters_before(renewal, n) + 1).astype(np.int32) for n in (4, 1))
    unit, manager = view.standing.unit, view.standing.manager
    employee = view.rows.employee
    ever_unit = _Others(employee, unit, FOREVER_AGO, until)
    year_unit = _Others(employee, unit, year, until)
    recent = _score(view, _Others(employee, unit, quarter, until))
    earlier = _score(view, _Others(employee, unit, year, quarter))
    return {
        "team_score": recent,
        "team_score_change_points": recent - earlier,
        **_taking(view, ever_unit, year_unit),
        **{f"team_{kind}_mean": _answers(view, year_unit, kind) for kind in TEAM_ANSWERS},
        **_manager(view, manager, year, until),
    }


def _score(view: PersonView, others: _Others) -> Doubles:
    log, own = view.shared.unit_scores, view.history.own.scores
    return _ratio(others.total("score", log, own) * _THOUSANDTH, others.total("n", log, own))


def _taking(view: PersonView, ever: _Others, year: _Others) -> Columns:
    shared, own = view.shared, view.history.own
    size = ever.total("people", shared.unit_people, own.people)
    started = year.total("started", shared.unit_starts, own.starts)
    completed = ever.total("completed", shared.unit_ends, own.ends)
    return {
        "team_size": np.where(ever.place >= 0, size, np.nan),
        "team_starts_a_head_4_quarters": _ratio(started, size),
        "team_completion_rate": _ratio(completed, ever.total("ended", shared.unit_ends, own.ends)),
    }


def _answers(view: PersonView, others: _Others, kind: str) -> Doubles:
    log, own = view.shared.unit_answers, view.history.own.unit_answers[kind]
    owner = _by_kind(others.place, kind)
    value = others.total("value", log, own, owner) * _THOUSANDTH
    return _ratio(value, others.total("n", log, own, owner))


def _manager(view: PersonView, manager: Codes, year: Days, until: Days) -> Columns:
    shared, own, employee = view.shared, view.history.own, view.rows.employee
    led = shared.manager_people
    span = led.total("people", led.before(manager, until))
    others = _Others(employee, manager, year, until)
    owner = _by_kind(manager, "manager_support")
    value = others.total("value", shared.manager_answers, own.manager_answers, owner)
    n = others.total("n", shared.manager_answers, own.manager_answers, owner)
    return {
        "manager_span": np.where(manager >= 0, span, np.nan),
        "manager_support_others_mean": _ratio(value * _THOUSANDTH, n),
    }


def _by_kind(place: Codes, kind: str) -> Codes:
    owner = feedback_owner(place, FEEDBACK_KINDS.index(kind))
    return np.where(place >= 0, owner, -1).astype(np.int32)


def _ratio(part: Numbers, whole: Positions) -> Doubles:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def _of(name: str, unit: str, meaning: str) -> Feature:
    return Feature(name, unit, "team", meaning)


TEAM = Group(
    (
        _of("team_size", "people", "People in the unit, the person left out."),
        _of("team_score", "points", "Mean score of the unit's others in the last 3 months."),
        _of(
            "team_score_change_points",
            "points",
            "The same less their mean score of the 9 months before.",
        ),
        _of(
            "team_starts_a_head_4_quarters",
            "courses a person",
            "Chosen courses started by the unit's others in 12 months, over their number.",
        ),
        _of("team_completion_rate", "share", "Completed part of what the unit's others ended."),
        *(
            _of(
                f"team_{kind}_mean",
                "1-5",
                f"Mean answer on {kind} by the unit's others in 12 months.",
            )
            for kind in TEAM_ANSWERS
        ),
        Feature("manager_span", "people", "manager", "People whom the manager of the day leads."),
        Feature(
            "manager_support_others_mean",
            "1-5",
            "manager",
            "Mean answer on support by the manager's other people in 12 months.",
        ),
    ),
    _columns,
)
