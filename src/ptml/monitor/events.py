"""The rows of every dated table as arrays: on which day known, whose, and their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.learning import ASSIGNED_BY, EVIDENCE_KINDS
from ptml.features.days import date_of

Days = NDArray[np.int32]
Doubles = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """Rows of a table by one of its dates.

    Attributes
    ----------
    table : str
    name : str
        The series in words: ``enrolments (completed)``.
    day : str
        SQL of the day on which it happened, and is known from the next day on.
    numbers : mapping of str to str
        SQL of what is measured on each row.
    measured : str
        Column whose values differ in scale (a KPI, a course): numbers are taken relative to its
        median, so that a season's mix of them is no change.
    who : str
        SQL of whose row it is, empty = nobody's.
    what : str
        SQL of the course that it is about.
    lead : str
        Name of the series whose rows these follow; `WAITED` is among the numbers then.
    """

    table: str
    name: str
    day: str
    numbers: Mapping[str, str]
    measured: str = ""
    who: str = "employee_id"
    what: str = ""
    lead: str = ""


# Days that a row waited for after the row that it follows.
WAITED = "waited_days"


def _position(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"nullif(coalesce(list_position([{listed}], {column}), 0), 0)"


_SOURCES = ("test", "practical", "manager", "peer", "self")
_KINDS = (
    "motivation", "manager_support", "opportunity", "workload", "wants_course", "pain_point",
)  # fmt: skip

SOURCES = (
    Source("employees", "employees (hired)", "hired_on", {}),
    Source("employees", "employees (left)", "left_on", {}),
    Source("assignments", "assignments", "valid_from", {"grade": "grade"}),
    Source(
        "enrolments",
        "enrolments",
        "enrolled_on",
        {"assigned_by": _position("assigned_by", ASSIGNED_BY)},
        what="course_id",
    ),
    Source("enrolments", "enrolments (started)", "started_on", {}),
    Source(
        "enrolments",
        "enrolments (completed)",
        "completed_on",
        {
            "exam_score": "exam_score",
            "exam_attempts": "exam_attempts",
            "minutes": "minutes",
            "satisfaction": "satisfaction",
            WAITED: "completed_on - started_on",
        },
        measured="course_id",
        lead="enrolments (started)",
    ),
    Source(
        "enrolments",
        "enrolments (dropped)",
        "dropped_on",
        {WAITED: "dropped_on - started_on"},
        lead="enrolments (started)",
    ),
    Source(
        "assessments",
        "assessments",
        "assessed_on",
        {"level": "level", "source": _position("source", _SOURCES)},
    ),
    Source(
        "transfer_evidence",
        "transfer_evidence",
        "done_on",
        {"score": "score", "kind": _position("kind", EVIDENCE_KINDS)},
        who="",
    ),
    Source(
        "performance",
        "performance",
        "period_end",
        {"value against target": "value / nullif(target, 0)", "value": "value", "target": "target"},
        measured="kpi_id",
    ),
    Source(
        "feedback", "feedback", "asked_on", {"value": "value", "kind": _position("kind", _KINDS)}
    ),
    Source("absences", "absences", "from_day", {"days": "to_day - from_day + 1"}),
    Source("incidents", "incidents", "occurred_on", {"hours_lost": "hours_lost"}, who=""),
    Source("exposures", "exposures", "shown_on", {}),
    Source("flags", "flags", "flagged_on", {"p_weak": "p_weak"}, who=""),
    Source("warning_actions", "warning_actions", "decided_on", {}, who=""),
)


@dataclass(frozen=True, eq=False)
class Series:
    """Rows of one `Source`, sorted by day.

    Attributes
    ----------
    day : (n,) int32
        Days since 1970-01-01.
    who, what : (n,) int64
        Codes of people, and of courses; -1 = nobody's, not told.
    numbers : mapping of str to (n,) float64
        NaN = missing.
    measured : (n,) int64
        Code of what is measured; 0 where there is one scale.
    """

    source: Source
    day: Days
    who: Codes
    what: Codes
    measured: Codes
    numbers: Mapping[str, Doubles]

    @property
    def name(self) -> str:
        """The series in words."""
        return self.source.name

    def before(self, day: int) -> "Series":
        """What was known before a day."""
        return self.take(slice(0, int(np.searchsorted(self.day, day))))

    def take(self, rows: slice) -> "Series":
        """A stretch of rows."""
        numbers = {name: values[rows] for name, values in self.numbers.items()}
        return Series(
            self.source,
            self.day[rows],
            self.who[rows],
            self.what[rows],
            self.measured[rows],
            numbers,
        )


def load_series(dataset: Dataset) -> list[Series]:
    """Read every dated table that the source has."""
    return [_load(dataset, source) for source in SOURCES if dataset.has(source.table)]


def _load(dataset: Dataset, source: Source) -> Series:
    numbers = ", ".join(f"CAST({sql} AS DOUBLE) AS n{k}" for k, sql in _numbered(source))
    codes = ", ".join(
        f"{f'dense_rank() OVER (ORDER BY {column})' if column else '0'} - 1 AS {name}"
        for name, column in (
            ("who", source.who),
            ("what", source.what),
            ("measured", source.measured),
        )
    )
    found = dataset.connection.execute(
        f"""SELECT date_diff('day', DATE '1970-01-01', {source.day})::INTEGER AS day, {codes}
            {"," if numbers else ""} {numbers}
        FROM {source.table} WHERE {source.day} IS NOT NULL ORDER BY day"""
    ).fetchnumpy()
    numbers_found = {
        name: np.ma.filled(np.ma.asarray(found[f"n{k}"], dtype=np.float64), np.nan)
        for k, name in enumerate(source.numbers)
    }
    who, what, measured = (
        np.asarray(found[name], dtype=np.int64) for name in ("who", "what", "measured")
    )
    day = np.asarray(found["day"], dtype=np.int32)
    return Series(source, day, who, what, measured, numbers_found)


def _numbered(source: Source) -> list[tuple[int, str]]:
    return list(enumerate(source.numbers.values()))


def in_words(day: int) -> date:
    """The date of a day number."""
    return date_of(day)
