"""Where the field is sure: more of it never lowers (1) or never raises (-1) the risk.

Holding these directions keeps single reasons from pointing the wrong way by chance
(docs/methods/early-warning.md).
"""

from collections.abc import Mapping
from types import MappingProxyType

DIRECTION: Mapping[str, int] = MappingProxyType(
    {
        "exam_points": -1,
        "exam_above_usual_points": -1,
        "practice_tasks_done": -1,
        "practice_tasks_missed": 1,
        "practice_task_score_mean": -1,
        "mentor_meetings_done": -1,
        "mentor_meetings_missed": 1,
        "mentor_meeting_score_mean": -1,
        "manager_checkins_done": -1,
        "manager_checkins_missed": 1,
        "manager_checkin_score_mean": -1,
        "tool_uses": -1,
        "tool_use_score_mean": -1,
        "days_to_first_use": 1,
        "worst_incident_hours": 1,
        "incidents_4_quarters": 1,
        "incident_hours_1_quarter": 1,
        "incident_hours_4_quarters": 1,
        "course_weak_share": 1,
        "unit_weak_share": 1,
        "own_weak_share": 1,
        "own_check_mean": -1,
        "unit_check_mean": -1,
        "own_practice_task_share": -1,
        "own_tool_use_share": -1,
        "own_mentor_meeting_share": -1,
        "own_manager_checkin_share": -1,
        "unit_practice_task_share": -1,
        "unit_tool_use_share": -1,
        "unit_mentor_meeting_share": -1,
        "unit_manager_checkin_share": -1,
        "motivation_level": -1,
        "manager_support_level": -1,
        "opportunity_level": -1,
        "workload_level": 1,
        "unit_motivation_level": -1,
        "unit_manager_support_level": -1,
        "unit_opportunity_level": -1,
        "unit_workload_level": 1,
        "unit_motivation_of_late": -1,
        "unit_manager_support_of_late": -1,
        "unit_opportunity_of_late": -1,
        "unit_workload_of_late": 1,
        "motivation_last": -1,
        "motivation_mean": -1,
        "manager_support_last": -1,
        "manager_support_mean": -1,
        "manager_support_others_mean": -1,
        "opportunity_last": -1,
        "opportunity_mean": -1,
        "team_opportunity_mean": -1,
        "open_courses": 1,
        "open_hours": 1,
        "workload_last": 1,
        "workload_mean": 1,
        "team_workload_mean": 1,
    }
)
