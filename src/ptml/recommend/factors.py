"""Matrix factors of courses from implicit, and everybody folded in by one half step.

implicit's stored user factors are half a step behind its item factors; here a person's factors are
always solved anew from the item factors, so that new people score like known ones, and a score is
a sum over the person's own courses.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from ptml.features.products import rows_times

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

_CELLS = 4_000_000
# Up to here the kernel between all courses is kept, 32 MB at the most: looking it up costs a
# quarter of working it out for each person.
_KERNEL_COURSES = 2_000


@dataclass(frozen=True, eq=False)
class CourseFactors:
    """Factors of courses.

    Attributes
    ----------
    items : (n_courses, f) float32
    gram : (f, f) float64
        ``Y'Y + reg I`` of the courses that were fitted.
    alpha : float
        That of the fit; folding in has to use the same.
    """

    items: Float32Array
    gram: FloatArray
    alpha: float

    @cached_property
    def loadings(self) -> FloatArray:
        """``Y (Y'Y + reg I)^-1``, (n_courses, f); times ``Y'`` it is the kernel between courses."""
        return np.asarray(np.linalg.solve(self.gram, self.items.astype(np.float64).T).T)

    @cached_property
    def all_kernels(self) -> FloatArray | None:
        """`kernel` of all pairs, (n_courses, n_courses); None where that is too large."""
        if len(self.items) > _KERNEL_COURSES:
            return None
        return np.asarray(self.loadings @ self.items.astype(np.float64).T)

    def score(self, weights: csr_matrix, scale: float = 1.0) -> Float32Array:
        """Scores (n_users, n_courses) of users given by their weights (n_users, n_courses).

        A user without any weight scores 0 everywhere; `scale` multiplies all scores.

        Notes
        -----
        The half step ``x_u = (Y'Y + Y'(C_u - I)Y + reg I)^-1 Y' C_u p_u`` (Hu, Koren and Volinsky
        2008) in the space of the user's own courses: with the kernel ``K = Y (Y'Y + reg I)^-1 Y'``
        and its part ``K_u`` among those courses, ``Y x_u = K (I + (C_u - I) K_u)^-1 c_u``.
        Histories are shorter than the number of factors, and the result is a sum over the user's
        own courses.
        """
        parts = self.own_parts(weights)
        with threadpool_limits(1, "blas"):
            users = scale * (parts @ self.loadings)
            return rows_times(users, self.items.T).astype(np.float32)

    def own_parts(self, weights: csr_matrix) -> csr_matrix:
        """What each own course stands for, (n_users, n_courses): times the kernel, the score."""
        weights = csr_matrix(weights, dtype=np.float64, copy=True)
        weights.eliminate_zeros()
        with threadpool_limits(1, "blas"):
            weights.data = self._own_parts(weights)
        return weights

    def between(self, own: IntArray, course: IntArray) -> FloatArray:
        """``Y (Y'Y + reg I)^-1 Y'`` of (m,) pairs of an own course and another."""
        other = self.items[course].astype(np.float64)
        return np.asarray((self.loadings[own] * other).sum(axis=1))

    def onto(self, placing: csr_matrix) -> Self:
        """The same for courses that are weighted means of these, (n_others, n_courses)."""
        return replace(self, items=(placing @ self.items).astype(np.float32))

    def _own_parts(self, weights: csr_matrix) -> FloatArray:
        """``(I + (C_u - I) K_u)^-1 c_u`` of each stored weight."""
        parts = np.empty(weights.nnz)
        n_own = np.diff(weights.indptr)
        for size in np.unique(n_own[n_own > 0]):
            users = np.flatnonzero(n_own == size)
            cells_each = int(size) * max(int(size), self.items.shape[1])
            step = max(_CELLS // cells_each, 1)
            for start in range(0, len(users), step):
                first = weights.indptr[users[start : start + step]]
                cells = first[:, None] + np.arange(size)
                parts[cells] = self._solve(weights.indices[cells], weights.data[cells])
        return parts

    def _solve(self, own: NDArray[np.int32], weight: FloatArray) -> FloatArray:
        """The parts of users with equally many courses, (n_users, size) each."""
        confidence = self.alpha * weight
        system = (confidence - 1)[:, :, None] * self._among(own)
        system[:, np.arange(own.shape[1]), np.arange(own.shape[1])] += 1
        return np.asarray(np.linalg.solve(system, confidence[:, :, None])[:, :, 0])

    def _among(self, own: NDArray[np.int32]) -> FloatArray:
        """The kernel among each user's own courses, (n_users, size, size)."""
        if self.all_kernels is not None:
            return np.asarray(self.all_kernels[own[:, :, None], own[:, None, :]])
        items = self.items[own].astype(np.float64)
        return np.asarray(self.loadings[own] @ items.transpose(0, 2, 1))


def fit_factors(
    weights: csr_matrix,
    n_factors: int,
    regularization: float,
    alpha: float,
    iterations: int,
    seed: int,
) -> CourseFactors:
    """Fit factors of courses to weights (n_users, n_courses); users without any are left out."""
    kept = csr_matrix(weights[np.flatnonzero(np.diff(weights.indptr))], dtype=np.float32)
    kept.eliminate_zeros()
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=n_factors,
            regularization=regularization,
            alpha=alpha,
            iterations=iterations,
            random_state=seed,
            # Bit-identical at any number of threads with an int seed.
            num_threads=0,
        )
        model.fit(kept, show_progress=False)
    items = np.asarray(model.item_factors)
    with threadpool_limits(1, "blas"):
        gram = items.T.astype(np.float64) @ items + regularization * np.eye(items.shape[1])
    return CourseFactors(items, gram, alpha)
