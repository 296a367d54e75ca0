"""What an event of Moodle's log says of a course: by its name, or by how it is described."""

import re
from dataclasses import dataclass

_CORE = "\\core\\event\\"
_QUIZ = "\\mod_quiz\\event\\"

# Class, and whose number counts: who did it, or whom it was done to.
_EVENTS = {
    f"{_CORE}user_enrolment_created": ("enrol", "relateduserid"),
    f"{_CORE}user_enrolment_deleted": ("drop", "relateduserid"),
    f"{_CORE}course_completed": ("complete", "relateduserid"),
    f"{_CORE}course_module_completion_updated": ("act", "relateduserid"),
    f"{_CORE}course_viewed": ("act", "userid"),
    f"{_CORE}course_resources_list_viewed": ("act", "userid"),
    f"{_QUIZ}attempt_submitted": ("attempt", "relateduserid"),
}
# Modules are made by many; what learners do in them is told by the last word.
_IN_MODULE = re.compile(
    r"\\(?:mod|assignsubmission)_\w+\\event\\\w*_?"
    r"(viewed|started|submitted|resumed|created|uploaded|answered|launched|previewed|posted)"
)

_USER, _MODULE = r"The user with id '(?P<user>-?\d+)'", r"course module id '(?P<module>\d+)'"
_WHOM = (
    r"The user with id '(?P<by>-?\d+)' {} the user with id '(?P<user>\d+)' using the enrolment"
    r" method '(?P<how>\w+)' {} the course with id '(?P<course>\d+)'"
)
_DESCRIPTIONS = tuple(
    (kind, re.compile(text))
    for kind, text in (
        ("enrol", _WHOM.format("enrolled", "in")),
        ("drop", _WHOM.format("unenrolled", "from")),
        ("complete", rf"{_USER} completed the course with id '(?P<course>\d+)'"),
        ("attempt", rf"{_USER} has submitted the attempt .*{_MODULE}"),
        ("act", rf"{_USER} (?:has )?viewed .*\bcourse with id '(?P<course>\d+)'"),
        (
            "act",
            rf"{_USER} (?:has )?(?:viewed|started|submitted|resumed|posted|uploaded|launched)"
            rf" .*{_MODULE}",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a described event says.

    Attributes
    ----------
    kind : str
        Its class.
    user, by, course, module, how : str
        Numbers and the way of enrolling; empty where it does not say.
    """

    kind: str
    user: str
    by: str
    course: str
    module: str
    how: str


def named(name: str) -> tuple[str, str] | None:
    """Class of an event and the column of the person; None for one that is not known."""
    known = _EVENTS.get(name)
    if known is not None:
        return known
    return ("act", "userid") if _IN_MODULE.fullmatch(name) else None


def described(text: str) -> Told | None:
    """Read the description of an event; None for one that is not known."""
    for kind, form in _DESCRIPTIONS:
        found = form.match(text)
        if found:
            told = found.groupdict(default="")
            names = ("user", "by", "course", "module", "how")
            return Told(kind, *(told.get(name) or "" for name in names))
    return None
