"""Activities that statements tell of: their names in the language asked for, and their types."""

from collections.abc import Mapping
from typing import Any

COURSE_TYPES = frozenset(
    {
        "http://adlnet.gov/expapi/activities/course",
        "https://w3id.org/xapi/cmi5/activitytype/course",
        "http://id.tincanapi.com/activitytype/lms/course",
    }
)


class Activities:
    """Names of activities by id: the first that was told counts.

    Attributes
    ----------
    names : dict of str to str
    """

    def __init__(self, language: str) -> None:
        self.names: dict[str, str] = {}
        self._language = language

    def note(self, activity: Mapping[str, Any]) -> None:
        """Take up the name of an activity."""
        name, told = activity.get("id"), _definition(activity).get("name")
        if isinstance(name, str) and isinstance(told, dict) and name not in self.names:
            chosen = in_language(told, self._language)
            if chosen:
                self.names[name] = chosen

    def name_like(self, activity: str, other: str) -> None:
        """Call an activity that has no name as another one."""
        if activity not in self.names and other in self.names:
            self.names[activity] = self.names[other]


def in_language(told: Mapping[str, Any], language: str) -> str:
    """Choose from a language map: the language itself, a kind of it, English, or the first.

    Examples
    --------
    >>> in_language({"de-AT": "Messen", "en-US": "Measuring"}, "de")
    'Messen'
    """
    words = {tag.lower(): word for tag, word in told.items() if isinstance(word, str) and word}
    for wanted in (language.lower(), language.lower().split("-")[0], "en"):
        near = [tag for tag in sorted(words) if tag == wanted or tag.startswith(f"{wanted}-")]
        if near:
            return words[near[0]]
    return words[min(words)] if words else ""


def activity_type(activity: Mapping[str, Any]) -> str:
    """Id of the type of an activity; empty where it has none."""
    found = _definition(activity).get("type")
    return found if isinstance(found, str) else ""


def is_course(activity: Mapping[str, Any]) -> bool:
    """Whether an activity says that it is a course."""
    return activity_type(activity) in COURSE_TYPES


def _definition(activity: Mapping[str, Any]) -> Mapping[str, Any]:
    found = activity.get("definition")
    return found if isinstance(found, dict) else {}
