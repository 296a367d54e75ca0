"""Where a course lies among the others by what it is: competencies, level, kind and title.

A course that few have chosen is placed at its neighbours, so that a new course gets a preference
that is a weighted mean of what is known of courses like it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from ptml.features.catalogue import Catalogue

Bools = NDArray[np.bool_]
Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

# How much each view of a course says; a view that is unknown for either course is left out.
_COMPETENCIES, _TITLE, _LEVEL, _KIND = 4.0, 2.0, 1.0, 1.0
MOST_NEIGHBOURS = 10
# Courses less alike than this are no neighbours.
LEAST_ALIKE = 0.2
# Raised to this power, the nearest weigh more.
_SHARPNESS = 3


@dataclass(frozen=True, eq=False)
class CourseSpace:
    """Courses by what they are.

    Attributes
    ----------
    alike : (n_courses, n_courses) float32
        0-1; 1 on the diagonal of courses of which anything is known.
    """

    alike: Float32Array

    def neighbours(self, known: Bools) -> csr_matrix:
        """Weights of the known courses most alike each course, (n_courses, n_courses).

        A course is not its own neighbour. Rows add up to 1, or to 0 where no known course is alike.

        Parameters
        ----------
        known : (n_courses,) bool
        """
        alike = np.where(known & (self.alike >= LEAST_ALIKE), self.alike, np.float32(0))
        np.fill_diagonal(alike, 0)
        n_kept = min(MOST_NEIGHBOURS, alike.shape[1])
        nearest = np.argsort(-alike, axis=1, kind="stable")[:, :n_kept]
        weight = np.take_along_axis(alike, nearest, axis=1).astype(np.float64) ** _SHARPNESS
        total = weight.sum(axis=1, keepdims=True)
        weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        row = np.repeat(np.arange(len(alike)), n_kept)
        found = csr_matrix((weight.ravel(), (row, nearest.ravel())), shape=alike.shape)
        found.eliminate_zeros()
        return found


def course_space(catalogue: Catalogue) -> CourseSpace:
    """Compare all courses.

    Notes
    -----
    The mean of four views, each 0-1: cosine of the competencies' weights, cosine of the titles'
    character n-grams (tf-idf; needs no words, so it holds for Chinese as well), nearness of the
    mean level, and the same kind. Views that are unknown for either course do not count.
    """
    views = (
        (_COMPETENCIES, *_by_competencies(catalogue)),
        (_TITLE, *_by_title(catalogue)),
        (_LEVEL, *_by_level(catalogue)),
        (_KIND, *_by_kind(catalogue)),
    )
    n = len(catalogue)
    alike, weight = np.zeros((n, n)), np.zeros((n, n))
    for importance, view, known in views:
        both = known[:, None] & known[None, :]
        alike += np.where(both, importance * view, 0)
        weight += np.where(both, importance, 0)
    mean = np.divide(alike, weight, out=np.zeros_like(alike), where=weight > 0)
    return CourseSpace(np.clip(mean, 0, 1).astype(np.float32))


def _by_competencies(catalogue: Catalogue) -> tuple[FloatArray, Bools]:
    weights = np.nan_to_num(catalogue.weight.astype(np.float64))
    length = np.sqrt((weights**2).sum(axis=1, keepdims=True))
    weights = weights / np.where(length > 0, length, 1)
    return weights @ weights.T, np.asarray(weights.any(axis=1))


def _by_title(catalogue: Catalogue) -> tuple[FloatArray, Bools]:
    titles = [str(title) for title in catalogue.title]
    known = np.array([bool(title.strip()) for title in titles], dtype=np.bool_)
    if not known.any():
        return np.zeros((len(titles), len(titles))), known
    # Words are padded with blanks, so that every title but an empty one has n-grams.
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit_transform(titles)
    return (grams @ grams.T).toarray(), known


def _by_level(catalogue: Catalogue) -> tuple[FloatArray, Bools]:
    middle = (catalogue.from_level + catalogue.to_level).astype(np.float64) / 2
    weight = np.where(np.isfinite(middle), catalogue.weight, 0).astype(np.float64)
    total = weight.sum(axis=1)
    known = total > 0
    level = (weight * np.nan_to_num(middle)).sum(axis=1) / np.where(known, total, 1)
    return np.exp(-np.abs(level[:, None] - level[None, :])), known


def _by_kind(catalogue: Catalogue) -> tuple[FloatArray, Bools]:
    kind = catalogue.kind
    return (kind[:, None] == kind[None, :]).astype(np.float64), kind >= 0
