"""What each topic says of a case: sentences in order, the first that holds is said."""

from collections.abc import Mapping
from types import MappingProxyType

from ptml.explain.sentences import Field, Sentence, above, below, both, known

DAYS_A_MONTH = 30.44
_DAY = {"day": Field("days_after_completion")}
_PERCENT = 100.0
# An exam this close to what is usual is said to be usual.
_USUAL_POINTS = 3.0


def _answer(topic: str, feature: str) -> Sentence:
    return Sentence(f"{topic}.answer", {"points": Field(feature, decimals=1)}, known(feature))


def _answers(topic: str, kind: str) -> tuple[Sentence, ...]:
    """What the person said beside the unit: the share of a topic is of both."""
    unit = {"unit": Field(f"unit_{kind}_level", decimals=1)}
    both_said = {"points": Field(f"{kind}_last", decimals=1), **unit}
    return (
        Sentence(f"{topic}.answer", both_said, known(f"{kind}_last")),
        Sentence(f"{topic}.unit", unit, known(f"unit_{kind}_level")),
        Sentence(f"{topic}.unknown"),
    )


def _promised(topic: str, kind: str, done: str) -> tuple[Sentence, ...]:
    due, kept = Field(f"{kind}s_due"), Field(f"{kind}s_done")
    none = both(above(due.feature, 0), below(kept.feature, 1))
    return (
        Sentence(f"{topic}.none_{done}", {"due": due}, none),
        Sentence(f"{topic}.some_{done}", {"due": due, done: kept}, above(kept.feature, 0)),
        Sentence(f"{topic}.none_due"),
    )


def _practised() -> tuple[Sentence, ...]:
    due, done = Field("practice_tasks_due"), Field("practice_tasks_done")
    none, some = both(above(due.feature, 0), below(done.feature, 1)), above(done.feature, 0)
    later = above("days_after_completion", 0)
    return (
        Sentence("no_practice.none_done", {"due": due, **_DAY}, both(none, later)),
        Sentence("no_practice.some_done", {"due": due, "done": done, **_DAY}, both(some, later)),
        Sentence("no_practice.none_done_yet", {"due": due}, none),
        Sentence("no_practice.some_done_yet", {"due": due, "done": done}, some),
        Sentence("no_practice.none_due"),
    )


BLOCKED: Mapping[str, Sentence] = MappingProxyType(
    {
        "incident": Sentence("blocked.incident", {"hours": Field("worst_incident_hours")}),
        "opportunity": Sentence("blocked.opportunity"),
        "unit": Sentence(
            "blocked.unit", {"weak": Field("unit_weak"), "checked": Field("unit_checked")}
        ),
    }
)

SENTENCES: Mapping[str, tuple[Sentence, ...]] = MappingProxyType(
    {
        "not_learned": (
            Sentence(
                "not_learned.below",
                {
                    "exam": Field("exam_points"),
                    "difference": Field("exam_above_usual_points", is_absolute=True),
                },
                below("exam_above_usual_points", -_USUAL_POINTS),
            ),
            Sentence(
                "not_learned.above",
                {
                    "exam": Field("exam_points"),
                    "difference": Field("exam_above_usual_points", is_absolute=True),
                },
                above("exam_above_usual_points", _USUAL_POINTS),
            ),
            Sentence("not_learned.usual", {"exam": Field("exam_points")}, known("exam_points")),
            Sentence("not_learned.unknown"),
        ),
        "crammed": (
            Sentence(
                "crammed.days",
                {"minutes": Field("study_minutes_a_day"), "days": Field("study_days")},
                both(known("study_minutes_a_day"), known("study_days")),
            ),
            Sentence("crammed.unknown"),
        ),
        "no_practice": _practised(),
        "motivation": _answers("motivation", "motivation"),
        "satisfaction": (
            _answer("satisfaction", "satisfaction_points"),
            Sentence("satisfaction.unknown"),
        ),
        "new_to_role": (
            Sentence(
                "new_to_role.months",
                {"months": Field("role_days", scale=1 / DAYS_A_MONTH)},
                known("role_days"),
            ),
            Sentence("new_to_role.unknown"),
        ),
        "past_transfer": (
            Sentence(
                "past_transfer.weak",
                {"weak": Field("own_weak"), "checked": Field("own_checked")},
                above("own_checked", 0),
            ),
            Sentence("past_transfer.none"),
        ),
        "past_use": (Sentence("past_use.record"),),
        "past_performance": (
            Sentence(
                "past_performance.score", {"points": Field("score_last")}, known("score_last")
            ),
            Sentence("past_performance.unknown"),
        ),
        "person": (Sentence("person.record"),),
        "manager_talks": _promised("manager_talks", "manager_checkin", "held"),
        "manager_support": _answers("manager_support", "manager_support"),
        "mentor": _promised("mentor", "mentor_meeting", "held"),
        "past_talks": (Sentence("past_talks.record"),),
        "past_mentor": (Sentence("past_mentor.record"),),
        "manager": (Sentence("manager.record"),),
        "no_opportunity": _answers("no_opportunity", "opportunity"),
        "not_used": (
            Sentence(
                "not_used.first_use",
                {"days": Field("days_to_first_use")},
                known("days_to_first_use"),
            ),
            Sentence("not_used.never"),
        ),
        "fading": (
            Sentence(
                "fading.days",
                {"days": Field("days_since_last_use")},
                known("days_since_last_use"),
            ),
            Sentence("fading.never"),
        ),
        "unit_trouble": (
            Sentence(
                "unit_trouble.hours",
                {"hours": Field("incident_hours_1_quarter")},
                above("incident_hours_1_quarter", 0),
            ),
            Sentence("unit_trouble.none"),
        ),
        "workload": _answers("workload", "workload"),
        "parallel_courses": (
            Sentence(
                "parallel_courses.open",
                {"courses": Field("open_courses")},
                above("open_courses", 0),
            ),
            Sentence("parallel_courses.none"),
        ),
        "peers": (
            Sentence(
                "peers.share",
                {"share": Field("unit_take_rate", scale=_PERCENT)},
                known("unit_take_rate"),
            ),
            Sentence("peers.unknown"),
        ),
        "unit_record": (
            Sentence(
                "unit_record.weak",
                {"weak": Field("unit_weak"), "checked": Field("unit_checked")},
                above("unit_checked", 0),
            ),
            Sentence("unit_record.none"),
        ),
        "absence": (
            Sentence(
                "absence.days",
                {"days": Field("absent_days_since_completion")},
                above("absent_days_since_completion", 0),
            ),
            Sentence("absence.none"),
        ),
        "team": (Sentence("team.record"),),
        "too_hard": (
            Sentence(
                "too_hard.below",
                {"levels": Field("below_entry_levels", decimals=1)},
                above("below_entry_levels", 0.05),
            ),
            Sentence("too_hard.ready"),
        ),
        "new_content": (
            Sentence(
                "new_content.levels",
                {"levels": Field("new_levels", decimals=1)},
                known("new_levels"),
            ),
            Sentence("new_content.unknown"),
        ),
        "not_needed": (
            Sentence(
                "not_needed.closes",
                {"levels": Field("gap_closed", decimals=1)},
                above("gap_closed", 0.05),
            ),
            Sentence("not_needed.none"),
        ),
        "repeated": (
            Sentence(
                "repeated.courses",
                {"courses": Field("same_competency_started")},
                above("same_competency_started", 0),
            ),
            Sentence("repeated.none"),
        ),
        "course_fit": (Sentence("course_fit.record"),),
        "course_record": (
            Sentence(
                "course_record.weak",
                {"weak": Field("course_weak"), "checked": Field("course_checked")},
                above("course_checked", 0),
            ),
            Sentence("course_record.none"),
        ),
        "course": (
            Sentence(
                "course.hours", {"hours": Field("course_hours", decimals=1)}, known("course_hours")
            ),
            Sentence("course.record"),
        ),
    }
)
