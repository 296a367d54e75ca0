"""Why performance did not move after a course."""

from dataclasses import fields

import numpy as np
import pytest

from ptml.contracts.outputs import NO_IMPROVEMENT_CAUSES
from ptml.decide.no_improvement import (
    CAUSE_OF_SIGN,
    SIGNS,
    NoImprovementConfig,
    StalledFacts,
    cause_of,
    signs_of,
)
from ptml.transfer.config import WarningConfig

CONFIG = NoImprovementConfig()
WARNING = WarningConfig()
# Learnt, used, needed, in a quiet unit: nothing says why.
CALM = {"change": -1.0, "exam": 80.0, "tasks_due": 1.0, "tasks_done": 1.0, "gap_closed": 0.5}


def facts(**known: float) -> StalledFacts:
    names = [field.name for field in fields(StalledFacts) if field.name != "is_early"]
    is_early = np.array([bool(known.get("is_early", False))])
    return StalledFacts(is_early, **{name: np.array([known.get(name, np.nan)]) for name in names})


def told(**known: float) -> tuple[str, set[str]]:
    made = facts(**(CALM | known))
    signs = signs_of(made, CONFIG, WARNING)
    found = {name for name, holds in zip(SIGNS, signs[0], strict=True) if holds}
    return NO_IMPROVEMENT_CAUSES[cause_of(made, signs)[0]], found


@pytest.mark.parametrize(
    ("known", "cause", "sign"),
    [
        ({"opportunity": 2.0}, "environment", "denied_opportunity"),
        ({"incident_hours": 41.0}, "environment", "incident"),
        ({"unit_change": -2.5}, "environment", "unit_fell"),
        ({"workload": 4.5}, "environment", "high_load"),
        ({"exam": 55.0}, "not_learnt", "low_exam"),
        ({"exam_above_usual": -16.0}, "not_learnt", "below_usual"),
        ({"check": 0.2}, "not_practised", "not_used"),
        ({"tasks_done": 0.0}, "not_practised", "tasks_undone"),
        ({"required_share": 0.0}, "skill_mismatch", "not_required"),
        ({"gap_closed": 0.0}, "skill_mismatch", "no_gap"),
        ({"course_lift": 0.1, "course_lift_high": 0.6}, "skill_mismatch", "course_moves_nobody"),
    ],
)
def test_each_sign_gives_its_cause(known: dict[str, float], cause: str, sign: str) -> None:
    assert told(**known) == (cause, {sign})
    assert CAUSE_OF_SIGN[sign] == cause


def test_whether_it_is_training_at_all_is_asked_first_and_all_signs_are_kept() -> None:
    cause, signs = told(incident_hours=80.0, exam=40.0, check=0.1)
    assert cause == "environment"
    assert signs == {"incident", "low_exam", "not_used"}


def test_two_periods_have_to_be_known_before_anything_is_said() -> None:
    assert told(change=np.nan, is_early=True, exam=40.0)[0] == "too_early"
    assert told(change=np.nan, exam=40.0)[0] == "unclear"


def test_what_is_not_known_is_no_sign() -> None:
    made = facts(change=-3.0)
    assert not signs_of(made, CONFIG, WARNING).any()
    assert NO_IMPROVEMENT_CAUSES[cause_of(made, signs_of(made, CONFIG, WARNING))[0]] == "unclear"


def test_course_is_no_mismatch_where_it_was_never_used() -> None:
    assert told(required_share=0.0, tasks_done=0.0) == ("not_practised", {"tasks_undone"})
