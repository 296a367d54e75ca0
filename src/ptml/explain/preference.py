"""Why a preference is what it is: parts as numbers that add up, and the leading one in words."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.explain.json_text import (
    Parts,
    escaped,
    filled,
    joined,
    json_list,
    json_object,
    json_string,
    number_text,
    taken,
)
from ptml.explain.words import SECTIONS, Words
from ptml.recommend.parts import PreferenceParts

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int32]

# Past courses that are named; what the others add up to is told as one number.
MOST_NAMED = 3
# Eleven numbers so rounded still add up within 1e-6.
_DECIMALS = 7
_SINGLE = ("popularity", "role", "unit", "grade", "gap")
_PERCENT = 100


@dataclass(frozen=True, eq=False)
class PastCourses:
    """The past courses that weigh most for m pairs.

    Attributes
    ----------
    course : (m, 3) int32
        -1 = no more.
    contribution : (m, 3) float64
        NaN where there is none.
    rest : (m,) float64
        What all other past courses add up to.
    """

    course: Codes
    contribution: FloatArray
    rest: FloatArray


def leading_past(past: csr_matrix) -> PastCourses:
    """Pick the largest contributions of each pair, by size; of equals the first course."""
    past = csr_matrix(past)
    n = past.shape[0]
    row = np.repeat(np.arange(n), np.diff(past.indptr))
    order = np.lexsort((past.indices, -np.abs(past.data), row))
    row, course, value = row[order], past.indices[order], past.data[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    named = (place < MOST_NAMED) & (value != 0)
    courses = np.full((n, MOST_NAMED), -1, dtype=np.int32)
    values = np.full((n, MOST_NAMED), np.nan)
    courses[row[named], place[named]] = course[named]
    values[row[named], place[named]] = value[named]
    rest = np.bincount(row[~named], value[~named], n).astype(np.float64)
    return PastCourses(courses, values, rest)


def preference_reasons(
    parts: PreferenceParts,
    course_ids: list[str],
    course_titles: list[str],
    words: Words = SECTIONS,
) -> pa.Array:
    """One JSON object a pair: ``{code, text_key, values, text}``.

    ``values`` holds ``preference`` and, adding up to it within 1e-6, ``base``, ``popularity``,
    ``role``, ``unit``, ``grade``, ``gap``, ``other`` and the ``contribution`` of each course in
    ``past``, of which the three largest are named and the rest are in ``other``.
    """
    past = leading_past(parts.past)
    numbers = {name: getattr(parts, name) for name in ("preference", "base", *_SINGLE)}
    numbers["other"] = parts.other + past.rest
    values: dict[str, Parts] = {
        name: [number_text(value, _DECIMALS)] for name, value in numbers.items()
    }
    values["past"] = [_past_list(past, escaped(course_ids))]
    key, course = _leading(parts, past)
    texts = _sentences(key, course, parts.preference, escaped(course_titles), words)
    keys = pc.binary_join_element_wise("preference.", pa.array(key.tolist(), pa.string()), "")
    item = json_object(
        {
            "code": [json.dumps("preference")],
            "text_key": json_string([keys]),
            "values": json_object(values),
            "text": json_string([texts]),
        }
    )
    return joined(item, len(key))


def _past_list(past: PastCourses, ids: pa.Array) -> pa.Array:
    columns = []
    for slot in range(MOST_NAMED):
        course, value = past.course[:, slot], past.contribution[:, slot]
        fields = {
            "course_id": json_string([taken(ids, course)]),
            "contribution": [number_text(value, _DECIMALS)],
        }
        # A null in any part makes the whole null, which the list leaves out.
        columns.append(joined(json_object(fields), len(course)))
    return json_list(columns, len(past.rest))


def _leading(parts: PreferenceParts, past: PastCourses) -> tuple[NDArray[np.str_], Codes]:
    """Name of the largest part that speaks for each pair, and the past course where it is one."""
    best_past = np.nanmax(
        np.where(np.isnan(past.contribution), -np.inf, past.contribution), axis=1, initial=-np.inf
    )
    slot = np.argmax(np.where(np.isnan(past.contribution), -np.inf, past.contribution), axis=1)
    single = np.stack([getattr(parts, name) for name in _SINGLE], axis=1)
    names = np.array(_SINGLE)[np.argmax(single, axis=1)]
    highest = single.max(axis=1, initial=-np.inf)
    names = np.where(best_past > highest, "past", names)
    names = np.where(np.maximum(best_past, highest) <= 0, "none", names)
    course = np.take_along_axis(past.course, slot[:, None], axis=1)[:, 0]
    return names, np.where(names == "past", course, -1).astype(np.int32)


def _sentences(
    key: NDArray[np.str_], course: Codes, preference: FloatArray, titles: pa.Array, words: Words
) -> pa.Array:
    told = {
        "percent": number_text(preference * _PERCENT),
        "course": taken(titles, course),
    }
    texts = pa.nulls(len(key), pa.string())
    for name in np.unique(key).tolist():
        template = words["recommendation"][f"preference.{name}"]
        here = joined(filled(template, told), len(key))
        texts = pc.if_else(pa.array(key == name), here, texts)
    return texts
