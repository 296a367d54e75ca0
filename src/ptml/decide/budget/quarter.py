"""The quarter that a budget is for."""

from datetime import date, timedelta

_HALF_A_QUARTER_DAYS = 45
_MONTHS = 3


def _middle(as_of: date) -> date:
    return as_of + timedelta(days=_HALF_A_QUARTER_DAYS)


def coming_quarter(as_of: date) -> str:
    """The calendar quarter that most of the next three months belong to.

    Examples
    --------
    >>> coming_quarter(date(2026, 9, 20)), coming_quarter(date(2026, 10, 2))
    ('2026Q4', '2026Q4')
    """
    middle = _middle(as_of)
    return f"{middle.year}Q{(middle.month - 1) // _MONTHS + 1}"


def first_day(as_of: date) -> date:
    """First day of `coming_quarter`.

    Examples
    --------
    >>> first_day(date(2026, 9, 20))
    datetime.date(2026, 10, 1)
    """
    middle = _middle(as_of)
    return date(middle.year, middle.month - (middle.month - 1) % _MONTHS, 1)
