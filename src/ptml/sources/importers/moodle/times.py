"""Moments as Moodle's downloads write them: in words of a language, or numbers in its order."""

import re
from datetime import datetime

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[AaPp][Mm])?"
_WEEKDAY = r"(?:\([^)]*\)|(?:星期|週|周).)?"
_FORMS = tuple(
    re.compile(rf"{day}{_CLOCK}")
    for day in (
        r"(?P<first>\d{1,2})[/.](?P<next>\d{1,2})[/.](?P<year>\d{4}|\d{2}),?\s+",
        r"(?P<year>\d{4})\s*[-/年]\s*(?P<month>\d{1,2})\s*[-/月]\s*(?P<day>\d{1,2})\s*日?\s*"
        rf"{_WEEKDAY}[,T\s]*",
        r"(?:\w+,\s+)?(?P<day>\d{1,2})\s+(?P<word>[A-Za-z]{3,})\s+(?P<year>\d{4}),?\s+",
    )
)
_NO_YEAR = re.compile(r"\d{1,2}\s+[A-Za-z]{3,},\s+\d{1,2}:\d{2}.*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY = 2000

NO_YEAR = "its time has no year: choose a format of dates with one and download again"
NO_TIME = "its time cannot be read"


def told_moment(text: str, is_month_first: bool) -> tuple[datetime | None, str]:
    """Read a moment of a downloaded report, as the clock of its reader showed it.

    Parameters
    ----------
    is_month_first : bool
        Whether 3/5/26 is in March (American English) and not in May.

    Returns
    -------
    moment : datetime or None
        Without a time zone.
    fault : str
        Why there is none.

    Examples
    --------
    >>> told_moment("5/03/26, 14:22", False)[0].isoformat()
    '2026-03-05T14:22:00'
    """
    for form in _FORMS:
        found = form.fullmatch(text.strip())
        if found:
            read = _moment(found.groupdict(), is_month_first)
            return read, "" if read else NO_TIME
    return None, NO_YEAR if _NO_YEAR.fullmatch(text.strip()) else NO_TIME


def _moment(told: dict[str, str | None], is_month_first: bool) -> datetime | None:
    day, month = told.get("day"), told.get("month")
    if told.get("first"):
        day, month = told["first"], told["next"]
        day, month = (month, day) if is_month_first else (day, month)
    if told.get("word"):
        name = (told["word"] or "")[:3].lower()
        month = str(_MONTHS.index(name) + 1) if name in _MONTHS else "0"
    year = int(told["year"] or 0)
    try:
        return datetime(  # noqa: DTZ001
            year + (_CENTURY if year < 100 else 0),
            int(month or 0),
            int(day or 0),
            _hour(told),
            int(told.get("minute") or 0),
            int(told.get("second") or 0),
        )
    except ValueError:
        return None


def _hour(told: dict[str, str | None]) -> int:
    hour, half = int(told.get("hour") or 0), (told.get("half") or "").lower()
    if not half:
        return hour
    return hour % 12 + (12 if half == "pm" else 0)
