"""The table `timelines`: what happened to the people whose completions are judged, up to the day.

Dates are those of the source. What is dated on the day or later is not there, even if the source
holds it, and an absence that goes on has no end. Of an absence nothing is said but its days: why
somebody is ill or away is nobody's matter who looks at training.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.contracts.review import EVENT_KINDS
from ptml.features.arrays import Bools, Codes, Days, Floats
from ptml.features.days import NEVER, quarters_before
from ptml.features.history import History
from ptml.features.ordering import order_by
from ptml.jobs.directory import dates
from ptml.jobs.tables import ids_at, words_at

_QUARTERS_SHOWN = 8
Columns = dict[str, NDArray[Any]]

_UNKNOWN = -1
_NOTHING = {
    "enrolment": np.int32(-1),
    "done": np.int8(_UNKNOWN),
    "value": np.float32(np.nan),
    "until": NEVER,
}
_EVIDENCE = np.array([EVENT_KINDS.index(kind) for kind in EVIDENCE_KINDS], dtype=np.int32)


def timelines_table(history: History, judged: Codes, day: int, says_starts: bool) -> pa.Table:
    """Events of two years, sorted by person, day and kind.

    Parameters
    ----------
    history : History
    judged : (n,) int32
        Positions in `History.enrolments` that have a row in `warnings`: whose events are wanted.
    day : int
        Of the run: what is shown was known before it.
    says_starts : bool
        Whether the source has `started_on`; without it no start is dated.
    """
    shown = _Shown.of(history, judged, day)
    parts = [
        *_learning(history, shown, says_starts),
        _evidence(history, shown),
        _performance(history, shown),
        _moves(history, shown, "role_change", history.assignments.role),
        _moves(history, shown, "unit_change", history.assignments.unit),
        _absences(history, shown),
    ]
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = order_by(found["employee"], found["day"], found["kind"])
    return _table(history, {name: values[order] for name, values in found.items()})


@dataclass(frozen=True, eq=False)
class _Shown:
    """Whose events are wanted, and from which day to before which.

    Attributes
    ----------
    people : (n_employees,) bool
    first, end : int
    """

    people: Bools
    first: int
    end: int

    @classmethod
    def of(cls, history: History, judged: Codes, day: int) -> "_Shown":
        people = np.zeros(history.n_employees, dtype=np.bool_)
        people[history.enrolments.employee[judged]] = True
        [first] = quarters_before(np.array([day], dtype=np.int32), _QUARTERS_SHOWN)
        return cls(people, int(first), day)

    def events(self, kind: str | Codes, employee: Codes, day: Days, **told: Any) -> Columns:
        """Pick those that are wanted; what is not told is empty."""
        at = np.flatnonzero(self.people[employee] & (day >= self.first) & (day < self.end))
        code = EVENT_KINDS.index(kind) if isinstance(kind, str) else kind[at]
        found = {name: np.full(len(at), empty) for name, empty in _NOTHING.items()}
        for name, values in told.items():
            found[name] = values[at].astype(found[name].dtype)
        kinds = np.broadcast_to(np.asarray(code, dtype=np.int32), len(at))
        return {"employee": employee[at], "day": day[at], "kind": kinds, **found}


def _learning(history: History, shown: _Shown, says_starts: bool) -> list[Columns]:
    log = history.enrolments
    at = {"enrolment": np.arange(len(log), dtype=np.int32)}
    # Where the source does not say when a course was begun, only a later row shows that it was.
    is_said = (log.started == log.began) & says_starts
    started = np.where(is_said, log.started, NEVER)
    return [
        shown.events("enrolled", log.employee, log.enrolled, **at),
        shown.events("started", log.employee, started, **at),
        shown.events("completed", log.employee, log.completed, value=log.exam_score, **at),
        shown.events("dropped", log.employee, log.dropped, **at),
    ]


def _evidence(history: History, shown: _Shown) -> Columns:
    log = history.evidence
    is_done = log.done < shown.end
    return shown.events(
        _EVIDENCE[log.kind],
        log.employee,
        np.where(is_done, log.done, log.due),
        enrolment=log.enrolment,
        done=is_done,
        value=np.where(is_done, log.score, np.nan),
    )


def _performance(history: History, shown: _Shown) -> Columns:
    log = history.performance
    return shown.events("performance", log.employee, log.known, value=log.score, until=log.end)


def _moves(history: History, shown: _Shown, kind: str, held: Codes) -> Columns:
    """Assignments in which a person holds something else than in the one before."""
    log = history.assignments
    is_other = np.zeros(len(log), dtype=np.bool_)
    is_other[1:] = (log.employee[1:] == log.employee[:-1]) & (held[1:] != held[:-1])
    return shown.events(kind, log.employee, np.where(is_other, log.valid_from, NEVER))


def _absences(history: History, shown: _Shown) -> Columns:
    log = history.absences
    until = np.where(log.to_day < shown.end, log.to_day, NEVER)
    return shown.events("absence", log.employee, log.from_day, until=until)


def _table(history: History, found: Columns) -> pa.Table:
    log, enrolment, done = history.enrolments, found["enrolment"], found["done"]
    is_of = enrolment >= 0
    taken = np.maximum(enrolment, 0)
    course = np.where(is_of, log.course[taken], -1)
    return pa.table(
        {
            "employee_id": ids_at(history.employees, found["employee"]),
            "happened_on": dates(found["day"]),
            "kind": words_at(EVENT_KINDS, found["kind"]),
            "enrolment_id": pa.array(log.enrolment_id[taken], pa.string(), mask=~is_of),
            "course_id": ids_at(history.courses, course),
            "done": pa.array(done == 1, mask=done == _UNKNOWN),
            "value": _as_written(found["value"]),
            "until": dates(found["until"]),
        }
    )


def _as_written(values: Floats) -> pa.Array:
    """Numbers in double precision as the source has them: 83.7, and not 83.69999694824219."""
    texts = pa.array(values, mask=np.isnan(values)).cast(pa.string())
    return texts.cast(pa.float64())
