"""Which dates a job may be run as of."""

from datetime import date, timedelta

from ptml.contracts.dataset import Dataset
from ptml.errors import UsageError

# What has happened, by the day on which it was known. Plans (leave to come, due dates, the end of
# an assignment) may lie years ahead and say nothing about how far the data reach.
_KNOWN_DAYS = {
    "enrolments": ("enrolled_on", "started_on", "completed_on", "dropped_on"),
    "performance": ("period_end + 1",),
    "assessments": ("assessed_on",),
    "feedback": ("asked_on",),
    "transfer_evidence": ("done_on",),
    "incidents": ("occurred_on",),
}


def as_of_range(dataset: Dataset) -> tuple[date, date]:
    """Give the first and the last valid as-of date.

    Returns
    -------
    first : datetime.date
        The start of the second performance period; without a second one, the day after the first
        has ended; without performance, the second day on which somebody enrolled.
    last : datetime.date
        The day after the newest date on which anything was known.
    """
    days = " UNION ALL ".join(
        f"SELECT max({day}) AS day FROM {table}"
        for table, columns in _KNOWN_DAYS.items()
        for day in columns
    )
    newest = _day(dataset, f"SELECT max(day) FROM ({days})")
    if newest is None:
        raise UsageError("--as-of needs at least one enrolment in the data, found none")
    last = newest + timedelta(days=1)
    return min(_first(dataset) or last, last), last


def check_as_of(dataset: Dataset, as_of: date) -> None:
    """Refuse a date that is not inside the data.

    Raises
    ------
    UsageError
        Naming the range.
    """
    first, last = as_of_range(dataset)
    if not first <= as_of <= last:
        raise UsageError(f"--as-of must lie inside the data ({first} to {last}), got {as_of}")


def _first(dataset: Dataset) -> date | None:
    nth = "SELECT DISTINCT {0} AS day FROM {1} ORDER BY day LIMIT 1 OFFSET {2}"
    return (
        _day(dataset, nth.format("period_start", "performance", 1))
        or _day(dataset, "SELECT min(period_end) + 1 FROM performance")
        or _day(dataset, nth.format("enrolled_on", "enrolments", 1))
    )


def _day(dataset: Dataset, sql: str) -> date | None:
    found: tuple[date | None] | None = dataset.connection.execute(sql).fetchone()
    return found[0] if found else None
