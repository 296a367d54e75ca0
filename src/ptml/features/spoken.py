"""Which courses are in a language that a person does not understand."""

import re

import numpy as np

from ptml.features.arrays import Bools, Codes, Integers
from ptml.features.history import History
from ptml.features.rows import Rows

_BETWEEN = re.compile(r"[;,\s]+")


def not_understood(history: History, rows: Rows) -> Bools:
    """Whether each row's person is known to understand other languages only, (n, n_courses).

    Codes compare without regard to case; a plain one and one with a region understand each other
    (``zh`` and ``zh-TW``), two different regions do not. Where the person's languages or the
    course's are not known, nothing is held against the course.
    """
    refused, place = refused_languages(history, rows)
    return np.asarray(refused[place][:, history.catalogue.language])


def pairs_not_understood(history: History, rows: Rows, row: Codes, course: Codes) -> Bools:
    """The same of pairs of a row and a course alone, (m,) bool.

    Parameters
    ----------
    row, course : (m,) int32
    """
    refused, place = refused_languages(history, rows)
    return np.asarray(refused[place[row], history.catalogue.language[course]])


def refused_languages(history: History, rows: Rows) -> tuple[Bools, Integers]:
    """Whether each set of languages that people understand leaves out each language; each row's.

    The last column is for a course whose language is not known.
    """
    catalogue = history.catalogue
    spoken, place = np.unique(history.languages[rows.employee].astype(str), return_inverse=True)
    refused = np.zeros((len(spoken), len(catalogue.languages) + 1), dtype=np.bool_)
    for k, text in enumerate(spoken.tolist()):
        known = [code for code in _BETWEEN.split(text.lower()) if code]
        for j, language in enumerate(catalogue.languages):
            refused[k, j] = bool(known) and not any(_agree(language, code) for code in known)
    return refused, place


def _agree(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")
