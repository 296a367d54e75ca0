"""Elements of the run-time data of SCORM 1.2 and 2004, and what their values say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ptml.sources.importers.durations import any_minutes
from ptml.sources.importers.moments import microseconds, moment

# By the name without `cmi.` and `core.`; both versions.
_ELEMENTS: Mapping[str, str] = {
    "lesson_status": "status",
    "completion_status": "completion",
    "success_status": "success",
    "score.scaled": "scaled",
    "score.raw": "raw",
    "score.min": "lowest",
    "score.max": "highest",
    "total_time": "total_minutes",
    "session_time": "session_minutes",
    "progress_measure": "progress",
    "x.start.time": "started",
}
STATUSES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # SCORM 1.2, 3.4.4: also by the first letter, as AICC allowed.
        "status": {
            word: word
            for word in (
                *("passed", "completed", "failed", "incomplete", "browsed", "not attempted"),
            )
        },
        "completion": {
            word: word for word in ("completed", "incomplete", "not attempted", "unknown")
        },
        "success": {word: word for word in ("passed", "failed", "unknown")},
    }
)
# Known, and of no use for an enrolment.
_UNUSED = re.compile(
    r"(?:interactions|objectives|comments\w*|student_\w+|learner_\w+|evaluation|adl|nav|ssp)(?:[._].*)?"
    r"|_version|_children|suspend_data|launch_data|location|lesson_location|lesson_mode|mode|entry"
    r"|exit|credit|time_limit_action|max_time_allowed|scaled_passing_score|completion_threshold"
    r"|score\._children|x\.\w+.*|request.*"
)
_INDEX = re.compile(r"(?<=[._])\d+(?=[._]|$)")


@dataclass(frozen=True, slots=True)
class Read:
    """What a value of an element says.

    Attributes
    ----------
    key : str
        Which one, in either version; empty for what is of no use or not known.
    word : str or None
        Of a status.
    number : float or None
        Minutes, a score, a share, or microseconds since 1970.
    fault : str
        Why it has no place; empty otherwise.
    """

    key: str
    word: str | None = None
    number: float | None = None
    fault: str = ""


def plain_element(name: str) -> str:
    """The name of an element without what differs: version, separators, numbers of lists.

    Examples
    --------
    >>> plain_element("cmi.core.lesson_status"), plain_element("cmi__score__raw")
    ('lesson_status', 'score.raw')
    """
    told = name.strip().lower().replace("__", ".")
    told = re.sub(r"^cmi[._]", "", told)
    told = re.sub(r"^core[._]", "", told)
    told = re.sub(r"^score_(?=raw|min|max|scaled)", "score.", told)
    return _INDEX.sub("n", told)


def is_element(name: str) -> bool:
    """Whether a name is one of the elements that are used."""
    return plain_element(name) in _ELEMENTS


def read_element(name: str, value: str) -> Read:
    """Read an element's value."""
    plain = plain_element(name)
    key = _ELEMENTS.get(plain)
    if key is None:
        return Read("", fault="" if _UNUSED.fullmatch(plain) else "the element is not known")
    if not value:
        return Read("")
    if key in STATUSES:
        word = value.lower().replace("_", " ").replace("notattempted", "not attempted")
        known = STATUSES[key].get(word) or _by_letter(key, word)
        return Read(key, known, fault="" if known else f"{plain} {value[:40]} is not known")
    number = _number(key, value)
    return Read(key, None, number, "" if number is not None else f"{plain} cannot be read")


def _by_letter(key: str, word: str) -> str | None:
    if key != "status" or len(word) != 1:
        return None
    return next((each for each in STATUSES[key] if each.startswith(word)), None)


def _number(key: str, value: str) -> float | None:
    if key.endswith("_minutes"):
        return any_minutes(value)
    if key == "started" and not value.replace(".", "", 1).isdigit():
        at = moment(value)
        return None if at is None else float(microseconds(at))
    try:
        number = float(value)
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return number * 1_000_000 if key == "started" else number
