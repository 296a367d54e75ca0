"""A sentence that is said of some rows, as a column of JSON objects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.explain.json_text import (
    Parts,
    filled,
    joined,
    json_object,
    json_string,
    number_text,
    taken,
    without_nulls,
)
from ptml.explain.text_columns import Some
from ptml.explain.words import Words

Codes = NDArray[np.integer]
Floats = NDArray[np.floating]
Numbers = Mapping[str, tuple[Floats, int]]
_NOTHING: Mapping[str, Codes] = MappingProxyType({})
_NO_NUMBERS: Numbers = MappingProxyType({})


@dataclass(frozen=True)
class Said:
    """A sentence that is said of some rows.

    Attributes
    ----------
    key : str
        Of the sentence within its section.
    rows : (n,) bool
    numbers : mapping
        Values by name, with their decimals; NaN = unknown.
    names : mapping
        Positions among the names of what a field names; -1 = unknown.
    """

    key: str
    rows: NDArray[np.bool_]
    numbers: Numbers = field(default_factory=lambda: _NO_NUMBERS)
    names: Mapping[str, Codes] = field(default_factory=lambda: _NOTHING)


def said_column(said: Said, section: str, names: Mapping[str, pa.Array], words: Words) -> Some:
    """Objects ``{code, text_key, values, text}`` of the rows of which a sentence is said.

    Parameters
    ----------
    names : mapping of str to pyarrow.Array
        Escaped names by the field that names one of them.
    """
    rows = np.flatnonzero(said.rows)
    numbers = {k: number_text(v[rows], decimals) for k, (v, decimals) in said.numbers.items()}
    named = {k: taken(names[k], v[rows]) for k, v in said.names.items()}
    values: dict[str, Parts] = {k: [without_nulls(v)] for k, v in numbers.items()}
    values |= {k: json_string([v]) for k, v in named.items()}
    template = words[section][said.key]
    item = json_object(
        {
            "code": [json.dumps(said.key.split(".")[0])],
            "text_key": [json.dumps(said.key)],
            "values": json_object(values),
            "text": json_string(filled(template, numbers | named, words["single"]["unknown"])),
        }
    )
    return joined(item, len(rows)), rows
