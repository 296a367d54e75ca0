"""The text form: what is read, and what is refused."""

import numpy as np
import pytest

from ptml.trees import NotCompilable
from ptml.trees.parsing import MISSING_NAN, MISSING_ZERO, parse_trees

HEAD = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\n"
TREE = """
Tree=0
num_leaves=3
num_cat=0
split_feature=4 0
threshold=0.25 -1.0000000180025095e-35
decision_type=10 4
left_child=1 -1
right_child=-2 -3
leaf_value=0.1 -0.3 0.2
leaf_count=20 50 30
internal_count=100 50
is_linear=0
shrinkage=1


end of trees
"""


def test_splits_leaves_and_ways_of_missing_values_are_read() -> None:
    (tree,) = parse_trees(HEAD + TREE)
    np.testing.assert_array_equal(tree.feature, [4, 0])
    np.testing.assert_array_equal(tree.threshold, [0.25, -1.0000000180025095e-35])
    np.testing.assert_array_equal(tree.missing, [MISSING_NAN, MISSING_ZERO])
    np.testing.assert_array_equal(tree.default_left, [True, False])
    assert [tree.count(node) for node in (0, 1, ~0, ~1, ~2)] == [100, 50, 20, 50, 30]
    assert tree.mean == pytest.approx(0.2 * 0.1 - 0.5 * 0.3 + 0.3 * 0.2)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("num_tree_per_iteration=1", "num_tree_per_iteration=3", "several classes"),
        ("version=v4", "average_output", "averaged trees"),
        ("is_linear=0", "is_linear=1", "linear trees"),
        ("num_cat=0", "num_cat=1", "categorical splits"),
        ("leaf_count=20 50 30", "leaf_count=0 50 30", "a node without training rows"),
        ("leaf_count=20 50 30\n", "", "no leaf_count in the text of a tree"),
    ],
)
def test_trees_that_are_not_read_say_why(before: str, after: str, reason: str) -> None:
    with pytest.raises(NotCompilable, match=reason):
        parse_trees((HEAD + TREE).replace(before, after))
