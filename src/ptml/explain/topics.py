"""Topics: what a group of features is about, the family it counts to, and what can be done.

Features that say the same (the last and the mean answer on motivation) would split a share between
them; summed into a topic they say it once. Topics sum into five families, so that every share has
its place and nothing is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FAMILIES = ("person", "manager", "environment", "course_fit", "course")


@dataclass(frozen=True)
class Intervention:
    """What can be done about a topic: who does it, and how soon after the warning."""

    code: str
    owner: str
    due_days: int


@dataclass(frozen=True)
class Topic:
    """A reason: features, family and intervention (None = nothing to be done about it now)."""

    code: str
    family: str
    features: tuple[str, ...]
    intervention: Intervention | None = None


def _answers(kind: str) -> tuple[str, ...]:
    own = (f"{kind}_last", f"{kind}_mean", f"{kind}_level")
    return (*own, f"unit_{kind}_level")


def _promises(kind: str) -> tuple[str, ...]:
    return (f"{kind}s_due", f"{kind}s_done", f"{kind}s_missed", f"{kind}_score_mean")


# Reason, signal and intervention follow the field (docs/methods/early-warning.md).
TOPICS = (
    Topic(
        "not_learned",
        "person",
        ("exam_points", "exam_above_usual_points", "exam_attempts"),
        Intervention("remedial_unit", "training", 14),
    ),
    Topic(
        "crammed",
        "person",
        (
            "effort_share",
            "effort_above_usual_share",
            "study_days",
            "study_minutes_a_day",
            "crammed_share_4_quarters",
        ),
        Intervention("spaced_practice", "mentor", 14),
    ),
    Topic(
        "no_practice",
        "person",
        _promises("practice_task"),
        Intervention("work_assignment", "manager", 14),
    ),
    Topic(
        "motivation",
        "person",
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
        Intervention("transfer_goal", "manager", 14),
    ),
    Topic(
        "satisfaction",
        "person",
        ("satisfaction_points", "satisfaction_above_usual_points", "satisfaction_mean"),
    ),
    Topic(
        "new_to_role",
        "person",
        ("role_days", "tenure_days"),
        Intervention("job_aid_buddy", "manager", 14),
    ),
    Topic(
        "past_transfer",
        "person",
        ("own_weak_share", "own_weak", "own_checked", "own_check_mean"),
    ),
    Topic("past_use", "person", ("own_practice_task_share", "own_tool_use_share")),
    Topic(
        "past_performance",
        "person",
        (
            "score_last",
            "score_trend_points_a_year",
            "score_volatility_points",
            "score_dip_points",
        ),
    ),
    Topic("person", "person", ()),
    Topic(
        "manager_talks",
        "manager",
        _promises("manager_checkin"),
        Intervention("scripted_talk", "manager", 7),
    ),
    Topic(
        "manager_support",
        "manager",
        (*_answers("manager_support"), "manager_support_others_mean"),
        Intervention("scripted_talk", "manager", 7),
    ),
    Topic(
        "mentor",
        "manager",
        _promises("mentor_meeting"),
        Intervention("book_mentor", "training", 7),
    ),
    Topic(
        "past_talks",
        "manager",
        tuple(
            f"{of}_{kind}_share"
            for of in ("own", "unit")
            for kind in ("mentor_meeting", "manager_checkin")
        ),
    ),
    Topic("manager", "manager", ()),
    Topic(
        "no_opportunity",
        "environment",
        (*_answers("opportunity"), "team_opportunity_mean"),
        Intervention("reassign_work", "unit", 21),
    ),
    Topic(
        "not_used",
        "environment",
        ("tool_uses", "days_to_first_use", "tool_use_score_mean"),
        Intervention("reassign_work", "unit", 21),
    ),
    Topic(
        "fading",
        "environment",
        ("days_since_last_use",),
        Intervention("refresher", "training", 30),
    ),
    Topic(
        "unit_trouble",
        "environment",
        (
            "worst_incident_hours",
            "incidents_4_quarters",
            "incident_hours_1_quarter",
            "incident_hours_4_quarters",
        ),
        Intervention("repair_unit", "unit", 30),
    ),
    Topic(
        "workload",
        "environment",
        (*_answers("workload"), "team_workload_mean"),
        Intervention("protected_time", "manager", 14),
    ),
    Topic(
        "parallel_courses",
        "environment",
        ("open_courses", "open_hours"),
        Intervention("protected_time", "manager", 14),
    ),
    Topic(
        "peers",
        "environment",
        ("unit_take_rate", "team_starts_a_head_4_quarters"),
        Intervention("train_together", "unit", 60),
    ),
    Topic(
        "unit_record",
        "environment",
        (
            "unit_weak_share",
            "unit_weak",
            "unit_checked",
            "unit_check_mean",
            "unit_practice_task_share",
            "unit_tool_use_share",
        ),
    ),
    Topic("absence", "environment", ("absent_days_since_completion",)),
    Topic("environment", "environment", ()),
    Topic(
        "too_hard",
        "course_fit",
        ("below_entry_levels", "prerequisites_missing"),
        Intervention("preparatory_unit", "training", 30),
    ),
    Topic("new_content", "course_fit", ("new_levels", "above_exit_levels")),
    Topic(
        "not_needed",
        "course_fit",
        ("gap_closed", "required_share", "role_take_rate"),
        Intervention("choose_by_need", "training", 60),
    ),
    Topic(
        "repeated",
        "course_fit",
        (
            "same_competency_started",
            "same_competency_exam_mean",
            "days_since_same_competency",
        ),
    ),
    Topic("course_fit", "course_fit", ()),
    Topic(
        "course_record",
        "course",
        ("course_weak_share", "course_weak", "course_checked"),
        Intervention("course_review", "training", 60),
    ),
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
        "environment": "environment",
        "team": "environment",
        "course_fit": "course_fit",
        "course": "course",
    }
)
_POSITION = {topic.code: k for k, topic in enumerate(TOPICS)}
_NAMED = {name: topic.code for topic in TOPICS for name in topic.features}


def topic_of(feature: str, family: str) -> int:
    """Position in `TOPICS` of a feature, by its name or else by the family that it came with."""
    return _POSITION[_NAMED.get(feature) or _REST.get(family, "person")]
