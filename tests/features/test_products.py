"""Products of which a row depends on that row alone."""

import numpy as np
import pytest

from ptml.features.products import BLOCK_ROWS, rows_times

COLUMNS = (1, 2, 5, 12, 63, 200)


@pytest.mark.parametrize("n_columns", COLUMNS)
@pytest.mark.parametrize("width", [1, 2, 8, 17, 64, 129])
def test_a_row_is_the_same_whatever_its_neighbours(width: int, n_columns: int) -> None:
    rng = np.random.default_rng(width)
    rows, matrix = rng.normal(size=(1003, width)), rng.normal(size=(width, n_columns))
    together = rows_times(rows, matrix)
    np.testing.assert_allclose(together, rows @ matrix, atol=1e-12)
    for n in (1, 2, 3, 7, 64, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 500):
        some = rng.permutation(len(rows))[:n]
        assert (rows_times(rows[some], matrix) == together[some]).all()


def test_a_vector_gives_a_vector_and_no_rows_give_none() -> None:
    assert rows_times(np.array([[1.0, 2.0]]), np.array([3.0, 4.0])).tolist() == [11.0]
    assert rows_times(np.zeros((0, 3)), np.zeros((3, 4))).shape == (0, 4)
