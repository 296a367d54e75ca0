"""Courses that came after training, as weighted means of the courses that were there."""

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from ptml.contracts.ids import IdMap
from ptml.features.history import History
from ptml.recommend.content import course_space


def placing_of(courses: IdMap, was_chosen: NDArray[np.bool_], history: History) -> csr_matrix:
    """Say how each course of a history is made of the courses of a model.

    Parameters
    ----------
    courses : IdMap
        Of the model.
    was_chosen : (n_courses,) bool
        Courses of the model that anybody had chosen.

    Returns
    -------
    csr_matrix (history's courses, model's courses)
        1 for a known course; weights of its nearest neighbours for a new one, and nothing where it
        has none.
    """
    known = courses.codes(history.courses.ids)
    is_known = known >= 0
    n_now, n_model = len(known), len(courses)
    cells = (np.ones(int(is_known.sum())), (np.flatnonzero(is_known), known[is_known]))
    same = csr_matrix(cells, shape=(n_now, n_model))
    if is_known.all():
        return same
    chosen_now = is_known & np.append(was_chosen, False)[known]
    alike = course_space(history.catalogue).neighbours(chosen_now)
    return csr_matrix(same + diags_array((~is_known).astype(np.float64)) @ (alike @ same))


def placed_by(history: History) -> bytes:
    """A digest of all of a history that `placing_of` looks at: the same for every bucket."""
    catalogue = history.catalogue
    told = hashlib.blake2b()
    for names in (history.courses.ids, catalogue.title):
        told.update("\x1f".join(map(str, names.tolist())).encode("utf-8", "surrogatepass"))
    for values in (catalogue.kind, catalogue.weight, catalogue.from_level, catalogue.to_level):
        told.update(repr(values.shape).encode())
        told.update(np.ascontiguousarray(values).data)
    return told.digest()
