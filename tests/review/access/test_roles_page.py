"""The docs say of roles what the policy says."""

from tests.review.roles_table import roles_table, written


def test_the_table_of_roles_in_the_docs_is_the_policy() -> None:
    assert written() == roles_table(), "python -m tests.review.roles_table writes it anew"
