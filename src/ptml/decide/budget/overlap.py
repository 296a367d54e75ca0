r"""How much of what one course brings another has brought already, by what they teach.

With levels :math:`I_{jc}` that course j teaches in competency c, of weight :math:`w_{jc}`,

.. math:: o_{jk} = \frac{\sum_c \min(w_{jc}, w_{kc})\,|I_{jc} \cap I_{kc}|}
                        {\min(\sum_c w_{jc} |I_{jc}|,\ \sum_c w_{kc} |I_{kc}|)}
"""

import numpy as np
from numpy.typing import NDArray

from ptml.features.catalogue import Catalogue

Floats = NDArray[np.float32]


def course_overlap(catalogue: Catalogue) -> Floats:
    """Part of the smaller course of each two that the other teaches too.

    Returns
    -------
    (n_courses, n_courses) float32
        0-1, symmetric, 0 on the diagonal; 0 where it is not known what a course teaches.
    """
    n = len(catalogue)
    weight = np.nan_to_num(catalogue.weight.astype(np.float64))
    low, high = (np.nan_to_num(x.astype(np.float64)) for x in _levels(catalogue))
    whole = (weight * (high - low)).sum(axis=1)
    common = np.zeros((n, n))
    for c in np.flatnonzero(catalogue.teaches.any(axis=0)):
        at = np.flatnonzero(catalogue.teaches[:, c])
        both = np.minimum.outer(high[at, c], high[at, c]) - np.maximum.outer(low[at, c], low[at, c])
        least = np.minimum.outer(weight[at, c], weight[at, c])
        common[np.ix_(at, at)] += least * np.maximum(both, 0)
    smaller = np.minimum.outer(whole, whole)
    found = np.divide(common, smaller, out=np.zeros((n, n)), where=smaller > 0)
    np.fill_diagonal(found, 0)
    return np.minimum(found, 1).astype(np.float32)


def _levels(catalogue: Catalogue) -> tuple[Floats, Floats]:
    return catalogue.from_level, np.maximum(catalogue.to_level, catalogue.from_level)
