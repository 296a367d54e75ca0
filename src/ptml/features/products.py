"""Products of matrices of which a row depends on that row alone, to the last bit.

A BLAS adds up the last rows of a matrix in another order than the first ones, and a small matrix
in another than a large one. So what is said of a person would turn on who else is asked about: a
person who is scored again alone would differ in the last digit from the same one among thousands.
"""

import numpy as np
from numpy.typing import NDArray

from ptml.features.arrays import Doubles

# In double precision every row of a block of this height is added up alike: it is a multiple of
# the height of every tile that OpenBLAS has (measured for its kernels of ten years; single
# precision has none of that kind).
BLOCK_ROWS = 192


def rows_times(rows: NDArray[np.floating], matrix: NDArray[np.floating]) -> Doubles:
    """``rows @ matrix`` in double precision, (n, m), the same for a row whatever its neighbours.

    Parameters
    ----------
    rows : (n, k)
    matrix : (k, m) or (k,)
        One column is added up by itself: the result is then (n,).
    """
    of = np.asarray(rows, dtype=np.float64)
    by = np.asarray(matrix, dtype=np.float64)
    if by.ndim == 1:
        return np.asarray((of * by).sum(axis=1))
    if by.shape[1] == 1:
        return rows_times(of, by[:, 0])[:, None]
    found = np.empty((len(of), by.shape[1]))
    whole = len(of) - len(of) % BLOCK_ROWS
    for start in range(0, whole, BLOCK_ROWS):
        at = slice(start, start + BLOCK_ROWS)
        np.matmul(of[at], by, out=found[at])
    if whole < len(of):
        last = np.zeros((BLOCK_ROWS, of.shape[1]))
        last[: len(of) - whole] = of[whole:]
        found[whole:] = (last @ by)[: len(of) - whole]
    return found
