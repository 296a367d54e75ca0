"""A finding's text in a reader's words: days, stages and courses by their names."""

import re
from collections.abc import Mapping
from datetime import date

_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_COURSE = re.compile(r"\bcourse (\S+?)(?=[:,.]?(\s|$))")
_STAGES = {"at day_30": "after 30 days", "day_30": "after 30 days"}


def in_words(text: str, courses: Mapping[str, str]) -> str:
    """Replace ISO days, raw stages and bare course ids.

    Parameters
    ----------
    courses : mapping of str to str
        Titles by id; an id without one stays as it is.

    Examples
    --------
    >>> in_words("warnings at day_30 since 2026-10-02", {})
    'warnings after 30 days since 2 October 2026'
    >>> in_words("course C01: lift", {"C01": "Selling: basics"})
    'course Selling: basics (C01): lift'
    """
    for raw, said in _STAGES.items():
        text = text.replace(raw, said)
    text = _DAY.sub(lambda found: _day(found.group()), text)
    return _COURSE.sub(lambda found: _course(found.group(1), courses), text)


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"


def _course(name: str, courses: Mapping[str, str]) -> str:
    title = courses.get(name)
    return f"course {title} ({name})" if title else f"course {name}"
