"""What the diagnosis keeps of every person until all are known, added bucket by bucket."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.decide.diagnosis.measures import NAMES, People, less_usual

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_FLOAT, _COUNT = pa.float32(), pa.int32()
# What is worked out once all people are known: not kept.
_LATER = ("peer_margin", "lost_hours")
OWN_MEASURES = tuple(name for name in NAMES if name not in _LATER)

PEOPLE = pa.schema(
    [
        pa.field("employee_id", pa.string()),
        *(pa.field(name, _COUNT) for name in ("unit", "role", "grade", "state", "segment")),
        *(pa.field(name, _COUNT) for name in ("rule", "course_level", "rule_cause")),
        *(pa.field(name, _FLOAT) for name in ("score", "gap", *OWN_MEASURES)),
        *(pa.field(name, _COUNT) for name in ("n_scores", "n_levels", "n_answers")),
        *(pa.field(name, _COUNT) for name in ("n_wishes", "n_pain_points")),
    ]
)
"""Codes of -1 = none; positions of `state`, `segment` and causes in the contract's lists."""
WISHES = pa.schema(
    [
        pa.field("unit", _COUNT),
        pa.field("kind", _COUNT),
        pa.field("subject", _COUNT),
        pa.field("asked", _COUNT),
    ]
)
"""People of a unit who ask for a subject; `kind` is a position in ``WISH_KINDS``."""
_SCHEMAS = {"diagnosis": PEOPLE, "wishes": WISHES}


class DiagnosisPool:
    """People and wishes of the buckets added so far."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[pa.Table]] = {name: [] for name in _SCHEMAS}

    def add(self, people: Mapping[str, object], wishes: Mapping[str, object]) -> None:
        """Add the people of a bucket, and what they ask for, as columns of the schemas."""
        for name, columns in (("diagnosis", people), ("wishes", wishes)):
            schema = _SCHEMAS[name]
            arrays = [pa.array(columns[field.name], field.type) for field in schema]
            self._pieces[name].append(pa.Table.from_arrays(arrays, schema=schema))

    @property
    def lists(self) -> dict[str, pa.Table]:
        """All that was added, a table a name."""
        return {
            name: pa.concat_tables([schema.empty_table(), *self._pieces[name]])
            for name, schema in _SCHEMAS.items()
        }

    def append(self, lists: Mapping[str, pa.Table]) -> None:
        """Add the `lists` of another pool."""
        for name in _SCHEMAS:
            self._pieces[name].append(lists[name])


def numbers(table: pa.Table, name: str) -> FloatArray:
    """A column as floats; a float32 keeps its value."""
    return table[name].to_numpy().astype(np.float64)


def codes(table: pa.Table, name: str) -> IntArray:
    """A column as whole numbers."""
    return table[name].to_numpy().astype(np.int64)


def people_of(table: pa.Table, hours_per_head: FloatArray) -> People:
    """Everybody with all measures, those that need the others among them.

    Parameters
    ----------
    table : pyarrow.Table
        `PEOPLE`.
    hours_per_head : (n_units,) float64
        Hours lost to incidents within a year; NaN = unknown.
    """
    unit, role, grade = (codes(table, name) for name in ("unit", "role", "grade"))
    columns = {name: numbers(table, name) for name in OWN_MEASURES}
    n_grades = int(grade.max(initial=0)) + 2
    peers = np.where(role >= 0, role * n_grades + grade + 1, -1)
    columns["peer_margin"] = less_usual(columns["margin"], peers)
    hours = np.append(np.log1p(hours_per_head), np.nan)
    columns["lost_hours"] = hours[unit]
    return People.of(unit, numbers(table, "score"), columns)
