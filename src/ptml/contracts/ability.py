"""Input tables about competencies: what roles ask for and what was assessed."""

import dataframely as dy

from ptml.contracts.rules import one_of

ASSESSMENT_SOURCES = ("test", "practical", "manager", "peer", "self")


class Competencies(dy.Schema):
    """The competency model, main and sub."""

    competency_id = dy.String()
    name = dy.String()
    parent_id = dy.String(nullable=True)


class RoleRequirements(dy.Schema):
    """The level that a role asks for."""

    role_id = dy.String()
    competency_id = dy.String()
    required_level = dy.Float64(min=0, max=5)
    importance = dy.Float64(min=0, max=1, nullable=True, metadata={"default": 1.0})


class Assessments(dy.Schema):
    """A level that somebody found; several peers may assess on one day."""

    employee_id = dy.String()
    competency_id = dy.String()
    level = dy.Float64(min=0, max=5)
    source = dy.String(check=one_of(*ASSESSMENT_SOURCES))
    assessed_on = dy.Date()
