"""What people of one's role choose: the way in for those without a history, and the bar to beat."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Popularity:
    """Share of people who chose each course.

    Attributes
    ----------
    overall : (n_courses,) float32
    in_role : (n_roles + 1, n_courses) float32
        Shrunk towards `overall` by the number of people; the last row is for no role.
    """

    overall: Float32Array
    in_role: Float32Array

    def score(self, role: IntArray) -> Float32Array:
        """Popularity within the role of each person, (n, n_courses), 1 = the most popular."""
        share = self.in_role[role]
        most = share.max(axis=1, keepdims=True, initial=0)
        return np.divide(share, most, out=np.zeros_like(share), where=most > 0)


def fit_popularity(
    role: IntArray, employee: IntArray, course: IntArray, n_roles: int, n_courses: int, prior: float
) -> Popularity:
    """Count choices within roles.

    Parameters
    ----------
    role : (n_employees,) int32
        Role of everybody; -1 = none.
    employee, course : (n,) int32
        Choices.
    prior : float
        People of average taste added to each role (empirical Bayes with a fixed strength).
    """
    n = max(len(role), 1)
    overall = np.bincount(course, minlength=n_courses) / n
    people = np.bincount(np.where(role < 0, n_roles, role), minlength=n_roles + 1)
    role_of_choice = np.where(role[employee] < 0, n_roles, role[employee]).astype(np.int64)
    cell = role_of_choice * n_courses + course
    count = np.bincount(cell, minlength=(n_roles + 1) * n_courses).reshape(n_roles + 1, n_courses)
    in_role = (count + prior * overall) / (people[:, None] + prior)
    in_role[n_roles] = overall
    return Popularity(overall.astype(np.float32), in_role.astype(np.float32))
