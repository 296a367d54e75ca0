"""Input tables about the people and the organisation that they work in."""

import dataframely as dy

from ptml.contracts.rules import after, not_before, one_of

FEEDBACK_KINDS = (
    "motivation",
    "manager_support",
    "opportunity",
    "workload",
    "wants_course",
    "pain_point",
)
INCIDENT_KINDS = ("equipment", "process", "supply", "staffing")


class Employees(dy.Schema):
    """One row a person; `hired_on` empty = the first row that names the person."""

    employee_id = dy.String()
    hired_on = dy.Date(nullable=True)
    left_on = dy.Date(nullable=True)
    languages = dy.String(nullable=True)
    left_on_before_hired_on = not_before("left_on", "hired_on")


class Assignments(dy.Schema):
    """Who works where, as what, from when to before when."""

    employee_id = dy.String()
    valid_from = dy.Date()
    valid_to = dy.Date(nullable=True)
    org_unit_id = dy.String()
    role_id = dy.String()
    grade = dy.Int32(min=1, nullable=True)
    manager_id = dy.String(nullable=True)
    valid_to_not_after_valid_from = after("valid_to", "valid_from")


class OrgUnits(dy.Schema):
    """The tree of units."""

    org_unit_id = dy.String()
    name = dy.String(nullable=True)
    parent_id = dy.String(nullable=True)


class Roles(dy.Schema):
    """What people are employed as."""

    role_id = dy.String()
    title = dy.String(nullable=True)
    job_family = dy.String(nullable=True)
    is_people_manager = dy.Bool(nullable=True, metadata={"default": False})


class Absences(dy.Schema):
    """Days away from work, both ends inclusive."""

    employee_id = dy.String()
    from_day = dy.Date()
    to_day = dy.Date()
    kind = dy.String(nullable=True)
    to_day_before_from_day = not_before("to_day", "from_day")


class Feedback(dy.Schema):
    """What people said when they were asked."""

    employee_id = dy.String()
    asked_on = dy.Date()
    kind = dy.String(check=one_of(*FEEDBACK_KINDS))
    subject_id = dy.String(nullable=True)
    value = dy.Float64(min=1, max=5, nullable=True)


class PersonalGoals(dy.Schema):
    """The employee's own development plan."""

    employee_id = dy.String()
    competency_id = dy.String()
    target_level = dy.Float64(min=0, max=5)
    by_date = dy.Date(nullable=True)
    set_on = dy.Date(nullable=True)
    by_date_before_set_on = not_before("by_date", "set_on")


class Incidents(dy.Schema):
    """Trouble in a unit that is not a matter of skill."""

    org_unit_id = dy.String()
    occurred_on = dy.Date()
    kind = dy.String(check=one_of(*INCIDENT_KINDS))
    hours_lost = dy.Float64(min=0, nullable=True)
