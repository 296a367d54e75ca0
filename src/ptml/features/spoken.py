"""Which courses are in a language that a person does not understand."""

import re

import numpy as np

from ptml.features.arrays import Bools
from ptml.features.history import History
from ptml.features.rows import Rows

_BETWEEN = re.compile(r"[;,\s]+")


def not_understood(history: History, rows: Rows) -> Bools:
    """Whether each row's person is known to understand other languages only, (n, n_courses).

    Codes compare without regard to case; a plain one and one with a region understand each other
    (``zh`` and ``zh-TW``), two different regions do not. Where the person's languages or the
    course's are not known, nothing is held against the course.
    """
    catalogue = history.catalogue
    spoken, place = np.unique(history.languages[rows.employee].astype(str), return_inverse=True)
    refused = np.zeros((len(spoken), len(catalogue.languages) + 1), dtype=np.bool_)
    for k, text in enumerate(spoken.tolist()):
        known = [code for code in _BETWEEN.split(text.lower()) if code]
        for j, language in enumerate(catalogue.languages):
            refused[k, j] = bool(known) and not any(_agree(language, code) for code in known)
    # The last column is for a course whose language is not known.
    return np.asarray(refused[place][:, catalogue.language])


def _agree(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")
