"""People of four tastes in two roles, and the one course that each chooses next."""

import numpy as np
from scipy.sparse import csr_matrix

from ptml.recommend.choices import Choices
from ptml.recommend.peers import Past
from ptml.recommend.tuning import Fold

TASTES, EACH, KNOWN = 4, 8, 5
N_COURSES = TASTES * EACH
# The last person has chosen nothing.
N_PEOPLE = 121
NEW = N_PEOPLE - 1


def fold(seed: int = 0) -> Fold:
    """Five of the eight courses of the own taste known, a sixth held out."""
    rng = np.random.default_rng(seed)
    n = N_PEOPLE - 1
    own = np.array([rng.permutation(EACH)[: KNOWN + 1] + p % TASTES * EACH for p in range(n)])
    employee = np.repeat(np.arange(n, dtype=np.int32), KNOWN)
    choices = Choices(
        employee,
        own[:, :KNOWN].ravel().astype(np.int32),
        np.tile(np.arange(KNOWN, dtype=np.int32) * 30, n),
        (employee % TASTES // 2).astype(np.int32),
        np.ones(n * KNOWN),
    )
    role = np.append(np.arange(n) % TASTES // 2, -1).astype(np.int32)
    shape = (N_PEOPLE, N_COURSES)
    past = Past(choices, role, shape, 2, KNOWN * 30)
    held_out = csr_matrix((np.ones(n), (np.arange(n), own[:, KNOWN])), shape=shape)
    return Fold(past, np.arange(N_PEOPLE, dtype=np.int32), past.weights(), held_out)
