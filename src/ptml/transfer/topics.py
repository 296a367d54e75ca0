"""Topics: what a group of features is about, and the reason family that it counts to.

Features that say the same (the last and the mean answer on motivation) would split a share between
them, and a reason would jump from twin to twin when the model is fitted anew; summed into a topic
they say it once. Topics sum into families, so that every share has its place and nothing is left
out. Eight of them say why: those of Holton's inventory (Holton, Bates and Ruona 2000), in the parts
of Baldwin and Ford (1988). The ninth is what was seen since the course: that no task was done and
no talk was held shows that it is not used, and is no reason why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "motivation": "trainee",
        "readiness": "trainee",
        "fit": "design",
        "practice": "environment",
        "manager": "organisation",
        "colleagues": "organisation",
        "workload": "environment",
        "course": "design",
        "since": "seen",
    }
)
"""The part of Baldwin and Ford's model that each family belongs to."""

FAMILIES = tuple(PARTS)
SINCE = FAMILIES.index("since")
"""What was seen since the course: a sign, and no reason."""


@dataclass(frozen=True)
class Topic:
    """A reason: its features and its family."""

    code: str
    family: str
    features: tuple[str, ...]


def _answers(kind: str) -> tuple[str, ...]:
    own = (f"{kind}_last", f"{kind}_mean", f"{kind}_level")
    return (*own, f"unit_{kind}_level", f"unit_{kind}_of_late")


def _promises(kind: str) -> tuple[str, ...]:
    return (f"{kind}s_due", f"{kind}s_done", f"{kind}s_missed", f"{kind}_score_mean")


def _kept_before(kind: str) -> tuple[str, ...]:
    return (f"own_{kind}_share", f"unit_{kind}_share")


# Reason and signal follow the field (docs/methods/early-warning.md).
TOPICS = (
    Topic(
        "not_learned",
        "readiness",
        ("exam_points", "exam_above_usual_points", "exam_attempts"),
    ),
    Topic(
        "crammed",
        "readiness",
        (
            "effort_share",
            "effort_above_usual_share",
            "study_days",
            "study_minutes_a_day",
            "crammed_share_4_quarters",
        ),
    ),
    Topic("no_practice", "since", _promises("practice_task")),
    Topic(
        "motivation",
        "motivation",
        (
            *_answers("motivation"),
            "team_motivation_mean",
            "wishes_4_quarters",
            "assigned_by_self",
            "assigned_by_manager",
            "assigned_by_mandatory",
            "assigned_by_engine",
            "self_chosen_share",
            "days_waited_to_start",
        ),
    ),
    Topic(
        "satisfaction",
        "motivation",
        ("satisfaction_points", "satisfaction_above_usual_points", "satisfaction_mean"),
    ),
    Topic("new_to_role", "readiness", ("role_days", "tenure_days")),
    Topic(
        "past_transfer",
        "motivation",
        ("own_weak_share", "own_weak", "own_checked", "own_check_mean"),
    ),
    Topic("past_use", "motivation", ("own_practice_task_share", "own_tool_use_share")),
    Topic(
        "past_performance",
        "readiness",
        (
            "score_last",
            "score_trend_points_a_year",
            "score_volatility_points",
            "score_dip_points",
        ),
    ),
    Topic("person", "readiness", ()),
    Topic("manager_talks", "since", _promises("manager_checkin")),
    Topic(
        "manager_support",
        "manager",
        (*_answers("manager_support"), "manager_support_others_mean"),
    ),
    Topic("mentor", "since", _promises("mentor_meeting")),
    Topic("past_talks", "manager", _kept_before("manager_checkin")),
    Topic("manager", "manager", ()),
    Topic("no_opportunity", "practice", (*_answers("opportunity"), "team_opportunity_mean")),
    Topic("not_used", "since", ("tool_uses", "days_to_first_use", "tool_use_score_mean")),
    Topic("fading", "since", ("days_since_last_use",)),
    Topic(
        "unit_trouble",
        "practice",
        (
            "worst_incident_hours",
            "incidents_4_quarters",
            "incident_hours_1_quarter",
            "incident_hours_4_quarters",
        ),
    ),
    Topic("workload", "workload", (*_answers("workload"), "team_workload_mean")),
    Topic("parallel_courses", "workload", ("open_courses", "open_hours")),
    Topic("past_mentor", "colleagues", _kept_before("mentor_meeting")),
    Topic("peers", "colleagues", ("unit_take_rate", "team_starts_a_head_4_quarters")),
    Topic(
        "unit_record",
        "practice",
        (
            "unit_weak_share",
            "unit_weak",
            "unit_checked",
            "unit_check_mean",
            "unit_practice_task_share",
            "unit_tool_use_share",
        ),
    ),
    Topic("absence", "workload", ("absent_days_since_completion",)),
    Topic("team", "colleagues", ()),
    Topic("too_hard", "readiness", ("below_entry_levels", "prerequisites_missing")),
    Topic("new_content", "fit", ("new_levels", "above_exit_levels")),
    Topic("not_needed", "fit", ("gap_closed", "required_share", "role_take_rate")),
    Topic(
        "repeated",
        "readiness",
        (
            "same_competency_started",
            "same_competency_exam_mean",
            "days_since_same_competency",
        ),
    ),
    Topic("course_fit", "fit", ()),
    Topic("course_record", "course", ("course_weak_share", "course_weak", "course_checked")),
    Topic("course", "course", ()),
)

# Where the family of a feature goes that no topic names.
_REST: Mapping[str, str] = MappingProxyType(
    {
        "performance": "person",
        "learning": "person",
        "capability": "person",
        "person": "person",
        "motivation": "person",
        "manager": "manager",
        "environment": "team",
        "team": "team",
        "course_fit": "course_fit",
        "course": "course",
    }
)
TOPIC_CODES = tuple(topic.code for topic in TOPICS)

_POSITION = {code: k for k, code in enumerate(TOPIC_CODES)}
_NAMED = {name: topic.code for topic in TOPICS for name in topic.features}


def topic_of(feature: str, family: str) -> int:
    """Position in `TOPICS` of a feature, by its name or else by the family that it came with."""
    return _POSITION[_NAMED.get(feature) or _REST.get(family, "person")]
