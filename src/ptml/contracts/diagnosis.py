"""Output tables of the diagnosis: what holds people back, and what people ask for against it."""

import dataframely as dy

from ptml.contracts.rules import Check, one_of
from ptml.contracts.stamp import Stamped

CAUSES = ("capability", "environment", "motivation", "mixed", "unclear")
QUESTIONS = ("ability", "motivation", "environment")
"""What to ask about first where somebody is below target."""
COURSE_LEVELS = ("basic", "advanced", "leadership", "topic")
"""Kinds of courses that suit a segment."""
WISH_KINDS = ("course", "competency")
WISH_VERDICTS = ("agree", "asked_not_needed", "needed_not_asked", "not_training", "unclear")

_OBJECT: Check = {
    "is not JSON between { and }": lambda text: text.str.starts_with("{") & text.str.ends_with("}")
}


class Diagnoses(Stamped):
    """One row an employee below target; `strength` empty where rules of thresholds decided."""

    employee_id = dy.String()
    cause = dy.String(check=one_of(*CAUSES))
    strength = dy.Float64(min=0, max=1, nullable=True)
    first_question = dy.String(nullable=True, check=one_of(*QUESTIONS))
    evidence = dy.String(check=_OBJECT)


class Wishes(Stamped):
    """One row a unit and subject that five people or more ask for, or that is needed."""

    org_unit_id = dy.String()
    kind = dy.String(check=one_of(*WISH_KINDS))
    subject_id = dy.String()
    asked = dy.Int32(min=0, nullable=True)
    people = dy.Int32(min=5)
    share = dy.Float64(min=0, max=1, nullable=True)
    gap = dy.Float64(min=0, nullable=True)
    lift = dy.Float64(nullable=True)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    cause = dy.String(check=one_of(*CAUSES))
    strength = dy.Float64(min=0, max=1, nullable=True)
    verdict = dy.String(check=one_of(*WISH_VERDICTS))
