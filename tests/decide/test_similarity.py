from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ptml.decide.similarity import course_similarity


def catalogue(taught: list[list[float]], kind: list[int]) -> Any:
    """Courses that teach two levels of each competency at the weights given."""
    weight = np.array(taught, dtype=np.float32)
    return SimpleNamespace(
        teaches=weight > 0,
        weight=weight,
        from_level=np.where(weight > 0, 1, np.nan).astype(np.float32),
        to_level=np.where(weight > 0, 3, np.nan).astype(np.float32),
        kind=np.array(kind, dtype=np.int32),
    )


def test_what_is_taught_counts_four_times_as_much_as_the_kind() -> None:
    found = course_similarity(catalogue([[1, 0], [0.5, 0], [1, 0], [0, 1]], [0, 0, 1, 0]))
    assert found[0].tolist() == pytest.approx([1, 1, 0.8, 0.2])
    assert found[2].tolist() == pytest.approx([0.8, 0.8, 1, 0])


def test_a_course_of_which_nothing_is_known_is_like_no_other() -> None:
    found = course_similarity(catalogue([[0, 0], [1, 0], [0, 0]], [-1, 2, -1]))
    assert found[0].tolist() == [0, 0, 0]
