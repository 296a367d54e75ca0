"""Matrix factors of courses from implicit, and everybody folded in by one half step.

implicit's stored user factors are half a step behind its item factors; here a user's factors are
always solved anew from the item factors, so that new people score like known ones, and a score is
a sum over the user's own courses.
"""

from dataclasses import dataclass

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

Float32Array = NDArray[np.float32]

_CHUNK = 2_000


@dataclass(frozen=True)
class CourseFactors:
    """Factors of courses.

    Attributes
    ----------
    items : (n_courses, f) float32
    regularization, alpha : float
        Those of the fit; folding in has to use the same.
    """

    items: Float32Array
    regularization: float
    alpha: float

    def score(self, weights: csr_matrix) -> Float32Array:
        """Scores (n_users, n_courses) of users given by their weights (n_users, n_courses).

        A user without any weight scores 0 everywhere.

        Notes
        -----
        ``x_u = (Y'Y + Y'(C_u - I)Y + reg I)^-1 Y' C_u p_u`` (Hu, Koren and Volinsky 2008).
        """
        items = self.items.astype(np.float64)
        f = items.shape[1]
        base = items.T @ items + self.regularization * np.eye(f)
        outer = (items[:, :, None] * items[:, None, :]).reshape(len(items), f * f)
        scores = np.zeros(weights.shape, dtype=np.float32)
        with threadpool_limits(1, "blas"):
            for start in range(0, weights.shape[0], _CHUNK):
                part = weights[start : start + _CHUNK].astype(np.float64) * self.alpha
                extra = part.copy()
                extra.data = extra.data - 1
                lhs = base + (extra @ outer).reshape(-1, f, f)
                users = np.linalg.solve(lhs, (part @ items)[:, :, None])[:, :, 0]
                scores[start : start + _CHUNK] = users @ items.T
        return scores


def fit_factors(
    weights: csr_matrix,
    n_factors: int,
    regularization: float,
    alpha: float,
    iterations: int,
    seed: int,
) -> CourseFactors:
    """Fit factors of courses to weights (n_users, n_courses); users without any are left out."""
    known = csr_matrix(weights, dtype=np.float32, copy=True)
    known.eliminate_zeros()
    kept = known[np.flatnonzero(np.diff(known.indptr))]
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=n_factors,
            regularization=regularization,
            alpha=alpha,
            iterations=iterations,
            random_state=seed,
            num_threads=1,
        )
        model.fit(kept, show_progress=False)
    return CourseFactors(np.asarray(model.item_factors), regularization, alpha)
