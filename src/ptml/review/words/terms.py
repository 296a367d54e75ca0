"""The short words of the page: one place for what a code is called."""

from collections.abc import Mapping
from types import MappingProxyType

from ptml.review.words.language import Wording
from ptml.review.words.wrong_input import N_

_STATES = {
    "open": N_("To be looked at"),
    "asked": N_("Question asked"),
    "postponed": N_("Postponed"),
    "accepted": N_("Accepted"),
    "assigned": N_("Help agreed"),
    "dismissed": N_("Dismissed"),
    "closed": N_("Closed"),
}
_STAGES = {
    "completion": N_("at the end of the course"),
    "day_30": N_("30 days after the course"),
}
_WARNED = {
    "completion": N_("warned at once"),
    "day_30": N_("warned 30 days later"),
}
_SHOWN = {
    "week": N_("This week"),
    "open": N_("All that wait for a decision"),
    "asked": N_("Question asked"),
    "postponed": N_("Postponed"),
    "acted": N_("Accepted or help agreed"),
    "dismissed": N_("Dismissed"),
    "closed": N_("Dismissed or closed"),
    "all": N_("All cases"),
}
_SORTS = {
    "priority": N_("What matters most first"),
    "due": N_("What is due first"),
    "unit": N_("Unit"),
    "course": N_("Course"),
    "reason": N_("Main reason"),
    "stage": N_("Stage"),
    "completed": N_("Finished longest ago first"),
}
_KINDS = {
    "accept": N_("Accept the warning"),
    "assign": N_("Agree on help"),
    "ask": N_("Ask a question"),
    "postpone": N_("Decide later"),
    "dismiss": N_("Dismiss the warning"),
    "outcome": N_("Say what came of it"),
}
_KIND_HINTS = {
    "accept": N_("It is true. What is done is agreed later."),
    "assign": N_("Something is done, by somebody, until a day."),
    "ask": N_("Something must be known first."),
    "postpone": N_("The case comes back on a day that you choose."),
    "dismiss": N_("Nothing is done. Say why, so that warnings get better."),
    "outcome": N_("This closes the case."),
}
_DECIDED = {
    "accept": N_("Accepted the warning"),
    "assign": N_("Agreed on help"),
    "ask": N_("Asked a question"),
    "postpone": N_("Postponed the decision"),
    "dismiss": N_("Dismissed the warning"),
    "outcome": N_("Said what came of it"),
}
_DISMISSALS = {
    "not_true": N_("What was seen is true, but it does not mean this"),
    "already_helped": N_("Help is under way already"),
    "not_needed": N_("The person does not need the course at work"),
    "not_the_person": N_("It is the matter of the unit, not of the person"),
    "data_wrong": N_("The data are wrong"),
    "other": N_("Another reason"),
}
_OUTCOMES = {
    "used": N_("What was learnt is used at work"),
    "partly": N_("It is used in part"),
    "not_used": N_("It is not used"),
    "not_known": N_("This cannot be known"),
}
_REASONS = {
    "not_learned": N_("Exam score"),
    "crammed": N_("Time and days of study"),
    "no_practice": N_("Practice tasks"),
    "motivation": N_("Motivation to learn"),
    "satisfaction": N_("Rating of the course"),
    "new_to_role": N_("Time in the role"),
    "past_transfer": N_("Use of earlier courses"),
    "past_use": N_("Practice after earlier courses"),
    "past_performance": N_("Earlier results"),
    "person": N_("Earlier learning"),
    "manager_talks": N_("Talks with the manager"),
    "manager_support": N_("Support by the manager"),
    "mentor": N_("Mentor meetings"),
    "past_talks": N_("Earlier talks with the manager"),
    "past_mentor": N_("Earlier mentor meetings"),
    "manager": N_("How many people the manager leads"),
    "no_opportunity": N_("Opportunity to use it"),
    "not_used": N_("Use at work so far"),
    "fading": N_("Time since it was last used"),
    "unit_trouble": N_("Incidents in the unit"),
    "workload": N_("Workload"),
    "parallel_courses": N_("Other courses under way"),
    "peers": N_("Colleagues on the course"),
    "unit_record": N_("Use of courses in the unit"),
    "absence": N_("Absence since the course"),
    "team": N_("The unit as a whole"),
    "too_hard": N_("Level at the beginning"),
    "new_content": N_("What was new in the course"),
    "not_needed": N_("Need of the role for the course"),
    "repeated": N_("Earlier courses on the same matter"),
    "course_fit": N_("Fit of the course to the person"),
    "course_record": N_("Use of this course by others"),
    "course": N_("Form of the course"),
    "blocked": N_("What stands in the way"),
}
_OWNERS = {
    "manager": N_("Manager"),
    "mentor": N_("Mentor"),
    "training": N_("Training department"),
    "unit": N_("The unit"),
}
_EVENTS = {
    "enrolled": N_("Enrolled"),
    "started": N_("Started"),
    "completed": N_("Finished"),
    "dropped": N_("Broken off"),
    "exam": N_("Exam"),
    "practice_task": N_("Practice tasks"),
    "mentor_meeting": N_("Mentor meetings"),
    "manager_checkin": N_("Talks with the manager"),
    "tool_use": N_("Use of the tools"),
    "behaviour_check": N_("Checks at work"),
}
_UNIT_MATTERS = {
    "incident": N_("An incident in the unit cost many hours."),
    "opportunity": N_("There is too little opportunity in the unit to use what is learnt."),
    "unit": N_("The unit explains it as much as the person does."),
}

TERMS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "state": _STATES,
        "stage": _STAGES,
        "warned": _WARNED,
        "shown": _SHOWN,
        "sort": _SORTS,
        "kind": _KINDS,
        "kind_hint": _KIND_HINTS,
        "decided": _DECIDED,
        "dismissal": _DISMISSALS,
        "outcome": _OUTCOMES,
        "reason": _REASONS,
        "owner": _OWNERS,
        "event": _EVENTS,
        "unit_matter": _UNIT_MATTERS,
    }
)
"""By section and code, in English."""


def term(wording: Wording, section: str, code: str) -> str:
    """What a code is called in a language; the code itself where there is no word for it."""
    english = TERMS[section].get(code)
    return code if english is None else wording.translations.gettext(english)
