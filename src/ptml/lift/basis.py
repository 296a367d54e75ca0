"""What a lift may depend on: the terms of the effect, for every course at once.

For course ``c`` and a person with modifiers ``z`` (standardised; 0 = average or unknown)

    lift(c, z) = i_c + sum_{k < S} s_ck z_k + sum_{k >= S} p_k z_k

``i_c`` and ``s_ck`` are the *plain* coefficients, one a course. Each is built from

    i_c  = a + w . d_c + b_c                      mean, description, course
    s_ck = p_k + m_k v_c + t_ck                   pooled, strength, slope

with ``d_c`` the course's description and ``v_c`` its strength in the fit before (what a manager's
support adds to a strong course, it need not add to a weak one). The right-hand letters are the
*structured* coefficients; each line's groups have a variance of their own (hierarchical.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CourseCodes = NDArray[np.int32]


@dataclass(frozen=True)
class EffectBasis:
    """Layout of the coefficients: ``n_slopes`` of ``n_modifiers`` have a slope for each course."""

    n_courses: int
    n_modifiers: int
    n_slopes: int

    @property
    def n_plain(self) -> int:
        """Number of plain coefficients."""
        return self.n_courses * (1 + self.n_slopes) + self.n_modifiers - self.n_slopes

    def plain_design(self, dose: Float32Array, modifiers: Float32Array) -> Float32Array:
        """Sum the terms of all courses of each row, each weighted by its residual dose.

        Parameters
        ----------
        dose : (n, n_courses) float32
            Started minus propensity; 0 where the person could not start the course.
        modifiers : (n, n_courses, n_modifiers) float32

        Returns
        -------
        (n, n_plain) float32
        """
        weighted = modifiers * dose[:, :, None]
        slopes = weighted[:, :, : self.n_slopes].transpose(0, 2, 1).reshape(len(dose), -1)
        return np.concatenate([dose, slopes, weighted[:, :, self.n_slopes :].sum(axis=1)], axis=1)

    def structure(
        self, description: FloatArray, strength: FloatArray
    ) -> tuple[FloatArray, IntArray, NDArray[np.bool_]]:
        """Map from structured to plain coefficients.

        Parameters
        ----------
        description : (n_courses, d) float64
        strength : (n_courses,) float64

        Returns
        -------
        mapping : (n_plain, q) float64
        group : (q,) int64
        shrunk : (n_groups,) bool
        """
        c, s, rest = self.n_courses, self.n_slopes, self.n_modifiers - self.n_slopes
        one = np.ones((c, 1))
        blocks: list[tuple[int, FloatArray, bool]] = [
            (0, one, False),
            (0, description, True),
            (0, np.eye(c), True),
        ]
        for k in range(s):
            first = c * (1 + k)
            blocks += [
                (first, one, True),
                (first, strength[:, None], True),
                (first, np.eye(c), True),
            ]
        if rest:
            blocks.append((c * (1 + s), np.eye(rest), True))
        blocks = [b for b in blocks if b[1].shape[1]]
        width = sum(block.shape[1] for _, block, _ in blocks)
        mapping = np.zeros((self.n_plain, width))
        column = 0
        for first, block, _ in blocks:
            mapping[first : first + len(block), column : column + block.shape[1]] = block
            column += block.shape[1]
        group = np.repeat(np.arange(len(blocks)), [b[1].shape[1] for b in blocks])
        return mapping, group, np.array([b[2] for b in blocks])

    def columns(self, course: int) -> IntArray:
        """Plain coefficients that course ``course`` uses: (1 + n_modifiers,) int64."""
        c = self.n_courses
        return np.concatenate(
            [
                [course],
                c * (1 + np.arange(self.n_slopes)) + course,
                np.arange(c * (1 + self.n_slopes), self.n_plain),
            ]
        ).astype(np.int64)


@dataclass(frozen=True)
class Effects:
    """Posterior of the plain coefficients: mean (p,) and covariance (p, p), float64."""

    basis: EffectBasis
    mean: FloatArray
    covariance: FloatArray

    def predict(
        self, course: CourseCodes, modifiers: Float32Array
    ) -> tuple[FloatArray, FloatArray]:
        """Mean and variance (m,) of the lift of each pair.

        Parameters
        ----------
        course : (m,) int32
        modifiers : (m, n_modifiers) float32
        """
        mean = np.zeros(len(course))
        variance = np.zeros(len(course))
        order = np.argsort(course, kind="stable")
        bounds = np.searchsorted(course[order], np.arange(self.basis.n_courses + 1))
        for c in np.flatnonzero(np.diff(bounds)):
            pairs = order[bounds[c] : bounds[c + 1]]
            columns = self.basis.columns(int(c))
            z = np.concatenate(
                [np.ones((len(pairs), 1)), modifiers[pairs].astype(np.float64)], axis=1
            )
            mean[pairs] = z @ self.mean[columns]
            block = self.covariance[np.ix_(columns, columns)]
            variance[pairs] = np.einsum("mk,mk->m", z @ block, z)
        return mean, np.maximum(variance, 0)
